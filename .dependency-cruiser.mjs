// The architecture, as arrows: what each part may import besides itself. What is not written here is not allowed, and a folder
// that is in no part fails, so that a new one gets its place by a decision and not by its first import.
//
// Types count as much as values: whoever names a type of another part cannot be understood without it.
// Places are regular expressions from the root of the repository.

const PARTS = {
  // What windows and time mean. It can be read, and tested, without knowing that anything is ever stored.
  meaning: { at: 'shared/(?:definition|time|windows|watermarks|triggers|aggregates|table|grouping|rules|pipeline)/', imports: [] },
  log: { at: 'shared/log/', imports: ['meaning'] },
  ports: { at: 'shared/ports/', imports: ['meaning', 'log'] },
  // Which definition holds, and whether another may follow it.
  evolution: { at: 'shared/evolution/', imports: ['meaning', 'log', 'ports'] },
  ingest: { at: 'shared/ingest/', imports: ['meaning', 'log', 'ports', 'evolution'] },
  // Takes events that somebody hands in, and puts them on the stream.
  intake: { at: 'shared/intake/', imports: ['meaning', 'ports', 'ingest'] },
  firing: { at: 'shared/firing/', imports: ['meaning', 'log', 'ports', 'evolution'] },
  // Asks something of a running pipeline, and how it stands.
  control: { at: 'shared/control/', imports: ['meaning', 'log', 'ports'] },
  // Does again what firing did, to tell where a pane comes from.
  provenance: { at: 'shared/provenance/', imports: ['meaning', 'log', 'ports', 'evolution', 'firing'] },
  // What can be seen of a running pipeline, by its logs.
  view: { at: 'shared/view/', imports: ['meaning', 'log', 'ports', 'evolution', 'firing', 'control', 'provenance'] },
  // What a month of it costs, from what was measured. It counts what the engine does, and needs none of it.
  cost: { at: 'shared/cost/', imports: ['meaning'] },
  // A definition as a text, without code.
  configured: { at: 'shared/configuration/', imports: ['meaning'] },
  adapters: { at: 'shared/adapters/', imports: ['meaning', 'log', 'ports'] },
  // What reads the panes again at the other end of the output stream. It knows nothing of how they came about.
  consumer: { at: 'shared/consumer/', imports: ['meaning', 'ports'] },
  // Events to try a pipeline with. It knows of time what a definition knows, and of pipelines nothing.
  generate: { at: 'shared/generate/', imports: ['meaning'] },
  package: { at: 'shared/mullion\\.ts$', imports: ['meaning', 'log'] },
  // What users test their pipelines with: the whole engine, on memory.
  testing: { at: 'shared/testing/', imports: ['meaning', 'log', 'ports', 'ingest', 'firing', 'control', 'adapters'] },
  functions: { at: 'functions/', imports: ['shared/'] },
  // The dashboard, in a browser. It knows what the API says, as types, and how a result falls into figures.
  web: { at: 'web/', imports: ['functions/api/schemas\\.ts$', 'shared/pipeline/result-fields\\.ts$'] },
  // The stack hands Lambda a bundle: it knows the handlers by their paths, and the engine not at all.
  // Alarms and dashboard call metrics by their names, and say what it costs.
  infra: {
    at: 'infra/',
    imports: [
      'functions/bundle\\.ts$',
      'functions/configuration-file\\.ts$',
      'functions/definition-facts\\.ts$',
      'functions/telemetry/metric-catalogue\\.ts$',
      'shared/time/',
      'shared/pipeline/pipeline-name\\.ts$',
      'shared/cost/prices\\.ts$',
    ],
  },
  // What `mullion init` copies: the project of a user.
  template: { at: 'cli/init/template/', imports: ['package', 'testing', 'infra/infra\\.ts$'] },
  cli: { at: 'cli/(?!init/template/)', imports: ['shared/', 'functions'] },
  // The machine on the desk runs an example, so that there is something to see. It is told what to do, and tells it, as the command does.
  local: { at: 'local/', imports: ['shared/', 'functions', 'examples', 'cli'] },
  examples: { at: 'examples/', imports: ['package'] },
  bench: { at: 'bench/', imports: ['shared/', 'functions', 'local', 'examples', 'cli'] },
  test: { at: 'test/', imports: ['.'] },
  tools: { at: 'tools/', imports: ['functions/bundle-page\\.ts$'] },
  bin: { at: 'bin/', imports: [] },
  configuration: { at: '[^/]+$', imports: [] },
};

const anyOf = (...partsOrPlaces) => `^(?:${partsOrPlaces.map((each) => PARTS[each]?.at ?? each).join('|')})`;

// Without an anchor, because node_modules may be a link that leads elsewhere.
const PACKAGES = '(?:^|/)node_modules/';
const OURS = '^[^/.][^/]*(?:/|\\.[cm]?[jt]s$)';

const arrows = Object.entries(PARTS).map(([part, { imports }]) => ({
  name: `${part} imports only ${['itself', ...imports].join(', ').replaceAll(/[\\$]/g, '')}`,
  severity: 'error',
  from: { path: anyOf(part) },
  to: { path: OURS, pathNot: [PACKAGES, anyOf(part, ...imports)], dependencyTypesNot: ['core'] },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...arrows,
    {
      name: 'every folder has its place',
      comment: 'give it a line in .dependency-cruiser.mjs that says what it may import',
      severity: 'error',
      from: { path: OURS, pathNot: [PACKAGES, anyOf(...Object.keys(PARTS))] },
      to: {},
    },
    {
      name: 'only adapters talk to AWS',
      comment: 'take a port (shared/ports); local/ and the tests may, to set up what they talk to',
      severity: 'error',
      from: { pathNot: anyOf('adapters', 'local', 'test', 'bench') },
      to: { path: '(?:^|/)node_modules/@(?:aws-sdk|smithy)/' },
    },
    {
      name: 'one composition root',
      comment: 'adapters are made in functions/ports.ts and handed to the handlers as ports',
      severity: 'error',
      from: { path: anyOf('functions'), pathNot: anyOf('functions/ports\\.ts$') },
      to: { path: anyOf('adapters') },
    },
    {
      name: 'the engine has no input but its ports',
      comment: 'the linter says the same of each name; this sees every way to load a module',
      severity: 'error',
      from: { path: anyOf('shared/'), pathNot: anyOf('adapters') },
      to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'], pathNot: '^(?:node:)?(?:zlib|buffer|crypto)$' },
    },
    {
      name: 'an example is what a user would write',
      comment: "import from 'mullion'",
      severity: 'error',
      from: { path: anyOf('examples') },
      to: { pathNot: anyOf('examples', 'package') },
    },
    {
      name: 'an example calls the package by its name',
      comment: "import from 'mullion', not from its file",
      severity: 'error',
      from: { path: anyOf('examples') },
      to: { path: anyOf('package'), dependencyTypes: ['local'] },
    },
    {
      name: 'no cycles',
      comment: 'one of them knows too much: move what both need to where neither is',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every import leads somewhere',
      comment: 'an import that is not found is one that no other rule sees',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'nothing that ships needs a tool',
      comment: 'move the package to dependencies',
      severity: 'error',
      from: { path: anyOf('shared/', 'functions', 'infra', 'cli', 'bin') },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer', 'type-only'] },
    },
    {
      name: 'a file is named after what it holds',
      comment: 'utils, helpers, common and types hold anything',
      severity: 'error',
      from: {},
      to: { path: '(?:^|/)(?:utils?|helpers?|common|misc|types)(?:/|\\.ts$)', pathNot: PACKAGES, dependencyTypesNot: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: PACKAGES },
    exclude: { path: '^(?:dist|build|cdk\\.out|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['mullion-source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
