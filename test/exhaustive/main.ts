import { Explorer } from './explorer.ts';
import { SCENARIOS } from './scenarios.ts';

const [name = 'on-time', ...scope] = process.argv.slice(2);
const given = Object.fromEntries(scope.map((each) => each.split('=')).map(([key, value]) => [key, Number(value)]));
const scenario = SCENARIOS[name]!.with(given);
const started = performance.now();
const result = await new Explorer(scenario).run();
console.log(result, (performance.now() - started) / 1000, process.memoryUsage().rss / 1e6);
