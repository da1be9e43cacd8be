// Checks every import against the layers in .dependency-cruiser.mjs, and that every import was really seen: with a TypeScript
// it does not know, dependency-cruiser reads no .ts file at all and calls the project clean.
import { globSync } from 'node:fs';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const NOT_SOURCES = ['node_modules', 'dist', 'build', 'cdk.out', 'coverage'];

const options = await extractDepcruiseOptions('./.dependency-cruiser.mjs');
const sources = globSync('**/*.{ts,js,mjs}', { exclude: (path) => NOT_SOURCES.includes(path) }).map((path) => path.replaceAll('\\', '/'));
const { output } = await cruise(sources, options, undefined, { tsConfig: extractTSConfig('tsconfig.json') });
const { modules, summary } = output as ICruiseResult;

const complaints = summary.violations.map(({ rule, from, to, cycle }) => {
  const way = cycle === undefined ? to : cycle.map(({ name }) => name).join(' → ');
  const advice = options.ruleSet?.forbidden?.find(({ name }) => name === rule.name)?.comment;
  return `${rule.name}: ${from} → ${way}${advice === undefined ? '' : ` (${advice})`}`;
});

const read = new Set(modules.map(({ source }) => source));
const unread = sources.filter((path) => !read.has(path));
if (unread.length > 0) complaints.push(`not read: ${unread.join(', ')} (is there a TypeScript that dependency-cruiser knows?)`);
if (summary.totalDependenciesCruised === 0) complaints.push('no import was found in any file: nothing has been checked');
if (sources.length === 0) complaints.push(`no sources in ${process.cwd()} (is this the root of the project?)`);

for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exitCode = 1;
else console.log(`${sources.length} files, ${summary.totalDependenciesCruised} imports, every one within the layers`);
