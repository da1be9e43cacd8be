// Writes what the released package is made of to dist/sbom.cdx.json (CycloneDX), from the lock file alone: the same lock file gives the same bytes, on any machine.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const FILE = 'dist/sbom.cdx.json';
// Not `--omit dev`: that also leaves out what tools have a wish for (`esbuild`, an optional peer of theirs), wherever else it is needed.
const NPM_SBOM = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--workspaces=false'];
const ONLY_FOR_MAKING = 'cdx:npm:package:development';

interface Component {
  readonly 'bom-ref': string;
  readonly properties?: readonly { readonly name: string }[];
}

interface Sbom {
  readonly $schema: string;
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly version: number;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const { name } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string };
const found = JSON.parse(
  execFileSync('npm', NPM_SBOM, { encoding: 'utf8', maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'inherit'] }),
) as Sbom;
const { $schema, bomFormat, specVersion, version } = found;
const components = found.components.filter(({ properties = [] }) => !properties.some((property) => property.name === ONLY_FOR_MAKING));
const released = new Set([found.metadata.component, ...components].map((component) => component['bom-ref']));
const sbom: Sbom = {
  $schema,
  bomFormat,
  specVersion,
  version,
  // When it was written, with which npm and in which folder says nothing of the package.
  metadata: { component: { ...found.metadata.component, name } as Component },
  components: components.toSorted((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)),
  dependencies: found.dependencies
    .filter(({ ref }) => released.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => released.has(each)) })),
};
mkdirSync('dist', { recursive: true });
writeFileSync(FILE, `${JSON.stringify(sbom, undefined, 2)}\n`);
console.log(`${FILE}: ${sbom.components.length} packages`);
