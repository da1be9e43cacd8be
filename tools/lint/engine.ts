import { isBuiltin } from 'node:module';
import type { RuleTester } from 'oxlint/plugins-dev';

// The engine is a function of what it is given: that is what lets the simulation replay a run from its seed, and a restart come
// to the same panes. Every way for something else to come in is an error here, and the message names what to use instead.
// The list says what is allowed, not what is forbidden: a global that a later Node brings is refused until somebody thought about it.

const CLOCK = 'the engine has no clock: take the Clock port (shared/ports)';
const WAITING = 'the engine never waits by itself: take the Clock port (shared/ports)';
const RANDOMNESS = 'the engine has no randomness: derive the value from its inputs, an id from the position that it names';
const ENVIRONMENT = 'the engine has no environment: take the value as an argument, the composition root in functions/ reads it';
const MACHINE_ZONE = "that depends on the machine's time zone or locale: use the UTC methods, or Intl with both written out";
const OUTPUT = 'the engine prints nothing: return what happened in the outcome, functions/ makes logs and metrics of it';
const NETWORK = 'the engine has no network: take a port (LogStore, Publisher, …: shared/ports), an adapter makes the call';
const FILES = 'the engine has no files: take a port (LogStore, …: shared/ports), an adapter stores';
const LOADING = 'the engine loads nothing at run time: import it statically, or take it as an argument';
const OTHER = 'it is not on the list of what the engine may use (tools/lint/engine.ts): take a port (shared/ports)';

const ALLOWED_GLOBALS = new Set(
  `undefined NaN Infinity Object Function Boolean Symbol Number BigInt String RegExp Array Map Set WeakMap WeakSet Iterator
   Promise Proxy Reflect JSON Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError
   ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array
   Float16Array Float32Array Float64Array BigInt64Array BigUint64Array isNaN isFinite parseInt parseFloat
   encodeURIComponent decodeURIComponent encodeURI decodeURI Buffer TextEncoder TextDecoder atob btoa structuredClone arguments`.split(
    /\s+/,
  ),
);

const REFUSED_GLOBALS: Record<string, string> = {
  performance: CLOCK,
  Temporal: CLOCK,
  setTimeout: WAITING,
  setInterval: WAITING,
  setImmediate: WAITING,
  AbortSignal: WAITING,
  crypto: `${RANDOMNESS}; to hash, import { createHash } from 'node:crypto'`,
  process: ENVIRONMENT,
  navigator: ENVIRONMENT,
  globalThis: ENVIRONMENT,
  global: ENVIRONMENT,
  console: OUTPUT,
  fetch: NETWORK,
  WebSocket: NETWORK,
  EventSource: NETWORK,
  XMLHttpRequest: NETWORK,
  require: LOADING,
  eval: LOADING,
};

const ALLOWED_MODULES: Record<string, '*' | readonly string[]> = { zlib: '*', buffer: '*', crypto: ['createHash'] };

const REFUSED_MODULES: Record<string, string> = {
  timers: WAITING,
  perf_hooks: CLOCK,
  crypto: `${RANDOMNESS}; only createHash may be imported`,
  process: ENVIRONMENT,
  os: ENVIRONMENT,
  console: OUTPUT,
  fs: FILES,
  child_process: FILES,
  net: NETWORK,
  tls: NETWORK,
  dns: NETWORK,
  dgram: NETWORK,
  http: NETWORK,
  https: NETWORK,
  http2: NETWORK,
  module: LOADING,
};

const MACHINE_ZONE_METHODS =
  /^(?:[gs]et(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds)|getTimezoneOffset|to(?:Date|Time)String|toLocale\w*|localeCompare)$/;

type Rule = Parameters<RuleTester['run']>[1];
type Context = Parameters<NonNullable<Rule['create']>>[0];
type Reported = NonNullable<Parameters<Context['report']>[0]['node']>;
type Visitor = ReturnType<NonNullable<Rule['create']>>;
type Node = Parameters<NonNullable<Visitor['Identifier']>>[0] | Parameters<NonNullable<Visitor['MemberExpression']>>[0]['object'];

const memberName = (identifier: Node): string | undefined => {
  const { parent } = identifier;
  const isMember = parent?.type === 'MemberExpression' && parent.object === identifier && !parent.computed;
  return isMember && parent.property.type === 'Identifier' ? parent.property.name : undefined;
};

/** Why this use of `Date` brings something in, or undefined where the moment is given. */
function refusedDate(identifier: Node): string | undefined {
  const { parent } = identifier;
  if (parent?.type === 'BinaryExpression' && parent.operator === 'instanceof' && parent.right === identifier) return undefined;
  if (parent?.type === 'NewExpression' && parent.callee === identifier) {
    if (parent.arguments.length > 1) return MACHINE_ZONE;
    return parent.arguments[0] === undefined || parent.arguments[0].type === 'SpreadElement' ? CLOCK : undefined;
  }
  return ['UTC', 'parse'].includes(memberName(identifier) ?? '') ? undefined : CLOCK;
}

/** Formatting with a written locale and time zone is a function of its input; without them it is a reading of the machine. */
function refusedIntl(identifier: Node): string | undefined {
  const use = identifier.parent?.parent;
  const name = memberName(identifier);
  if (name === undefined || (use?.type !== 'NewExpression' && use?.type !== 'CallExpression')) return MACHINE_ZONE;
  const [locale, options] = use.arguments;
  if (locale === undefined) return MACHINE_ZONE;
  if (name !== 'DateTimeFormat') return undefined;
  const isZoned =
    options?.type === 'ObjectExpression' &&
    options.properties.some(
      (property) => property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === 'timeZone',
    );
  return isZoned ? undefined : MACHINE_ZONE;
}

function refusedMath(identifier: Node): string | undefined {
  const name = memberName(identifier);
  return name === undefined || name === 'random' ? RANDOMNESS : undefined;
}

const PARTLY_ALLOWED: Record<string, (identifier: Node) => string | undefined> = {
  Date: refusedDate,
  Intl: refusedIntl,
  Math: refusedMath,
};

function refusedGlobal(name: string, identifier: Node): string | undefined {
  if (ALLOWED_GLOBALS.has(name)) return undefined;
  const partly = PARTLY_ALLOWED[name];
  return partly === undefined ? (REFUSED_GLOBALS[name] ?? OTHER) : partly(identifier);
}

function refusedModule(specifier: string, imported: readonly string[]): string | undefined {
  if (!isBuiltin(specifier)) return undefined;
  const name = specifier.replace(/^node:/, '').replace(/\/.*/, '');
  const allowed = ALLOWED_MODULES[name] ?? [];
  const isAllowed = allowed === '*' || (imported.length > 0 && imported.every((each) => allowed.includes(each)));
  return isAllowed ? undefined : (REFUSED_MODULES[name] ?? OTHER);
}

type ModuleExportName = { type: string; name?: string; value?: string };
const moduleExportName = (name: ModuleExportName): string => name.name ?? name.value ?? '*';

/** A default or a namespace import brings the whole module. */
const importedName = (specifier: { type: string; imported?: ModuleExportName }): string =>
  specifier.imported === undefined ? '*' : moduleExportName(specifier.imported);

// The scope analysis knows which names are only types, which are gone at run time; its published types do not say so.
const isOnlyType = (reference: object): boolean => 'isTypeReference' in reference && reference.isTypeReference === true;

const noHiddenInput: Rule = {
  create(context: Context) {
    const refuse = (node: Reported, what: string, why: string | undefined) => {
      if (why !== undefined) context.report({ node, message: `${what}: ${why}.` });
    };
    const refuseModule = (node: Reported, specifier: string, imported: readonly string[]) => {
      refuse(node, specifier, refusedModule(specifier, imported));
    };

    return {
      Program() {
        const { globalScope } = context.sourceCode.scopeManager;
        if (globalScope === null) throw new Error('no global scope: the rule cannot see what the file uses');
        // A global that the linter knows is a variable without a definition; one that it does not know stays unresolved.
        const known = globalScope.variables.filter((variable) => variable.defs.length === 0).flatMap((variable) => variable.references);
        for (const reference of [...known, ...globalScope.through]) {
          const { identifier } = reference;
          if (!isOnlyType(reference)) refuse(identifier, identifier.name, refusedGlobal(identifier.name, identifier));
        }
      },
      ImportDeclaration(node) {
        const values = node.specifiers.filter((each) => each.type !== 'ImportSpecifier' || each.importKind !== 'type');
        // `import 'node:x'` names nothing and still runs the module.
        const isErased = node.importKind === 'type' || (values.length === 0 && node.specifiers.length > 0);
        if (!isErased) refuseModule(node, node.source.value, values.map(importedName));
      },
      ExportAllDeclaration(node) {
        if (node.exportKind !== 'type') refuseModule(node, node.source.value, ['*']);
      },
      ExportNamedDeclaration(node) {
        if (node.source === null || node.exportKind === 'type') return;
        const values = node.specifiers.filter((each) => each.exportKind !== 'type').map((each) => moduleExportName(each.local));
        refuseModule(node, node.source.value, values);
      },
      ImportExpression(node) {
        refuse(node, 'import()', LOADING);
      },
      MetaProperty(node) {
        if (node.meta.name === 'import') refuse(node, 'import.meta', ENVIRONMENT);
      },
      MemberExpression(node) {
        if (!node.computed && node.property.type === 'Identifier' && MACHINE_ZONE_METHODS.test(node.property.name)) {
          refuse(node, node.property.name, MACHINE_ZONE);
        }
      },
    };
  },
};

export default { meta: { name: 'engine' }, rules: { 'no-hidden-input': noHiddenInput } };
