// npm leaves out of the lock file the optional packages of other platforms that it could not look up when it wrote the file, and
// `npm ci` then refuses to install anything on any platform. This adds what is missing: name and version are in the package that
// wants it, the platform is in the name. npm keeps such entries, and whoever can look them up may let it add their checksums.
import { readFileSync, writeFileSync } from 'node:fs';

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly license?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Platform {
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc?: readonly string[];
}

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

const LOCK_FILE = 'package-lock.json';
const lock = JSON.parse(readFileSync(LOCK_FILE, 'utf8')) as { packages: Record<string, LockedPackage> };
const locked = Object.keys(lock.packages);

const missing = Object.values(lock.packages).flatMap((wanting) =>
  Object.entries(wanting.optionalDependencies ?? {})
    .filter(([name]) => !locked.some((path) => path.endsWith(`node_modules/${name}`)))
    .map(([name, version]) => ({ name, version, wanting })),
);

for (const { name, version, wanting } of missing) {
  const { dev, license, engines } = wanting;
  const entry = {
    version,
    ...platformOf(name),
    ...(dev && { dev }),
    ...(license && { license }),
    ...(engines && { engines }),
    optional: true,
  };
  lock.packages[`node_modules/${name}`] = entry;
  console.log(`${LOCK_FILE}: added ${name} ${version}`);
}
const inOrder = Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
if (missing.length > 0) writeFileSync(LOCK_FILE, `${JSON.stringify({ ...lock, packages: Object.fromEntries(inOrder) }, undefined, 2)}\n`);

/** `@biomejs/cli-linux-x64-musl`: linux, x64, musl. */
function platformOf(name: string): Platform {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.filter((each) => words.includes(each));
  const cpu = PROCESSORS.filter((each) => words.includes(each));
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`${name} does not say for which system and processor it is: let npm look it up`);
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : words.some((word) => word.startsWith('gnu')) ? 'glibc' : undefined;
  return libc === undefined ? { os, cpu } : { os, cpu, libc: [libc] };
}
