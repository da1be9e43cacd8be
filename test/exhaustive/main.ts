/** `npm run exhaustive`: every course of the small worlds. Ends with 1 when a promise is broken in one of them. */
import { Command } from 'commander';
import { type Exploration, Explorer } from './explorer.ts';
import { RUNS, SCENARIOS } from './scenarios.ts';

new Command('npm run exhaustive')
  .description('Runs every course of small worlds of the log protocol. Exit code 1 when a promise is broken in one of them.')
  .parse();

const figure = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, notation: 'scientific' });
const whole = new Intl.NumberFormat('en');
const totals = { states: 0, transitions: 0, seconds: 0 };

for (const { name, scope } of RUNS) {
  const scenario = SCENARIOS[name].with(scope);
  const { writers, firers, invocationsPerWriter, invocationsPerFirer, faults } = scenario.scope;
  console.log(`${name}: ${scenario.title}`);
  console.log(`  ${writers} writers × ${invocationsPerWriter}, ${firers} firers × ${invocationsPerFirer}, ${faults} faults at most`);
  const started = performance.now();
  const exploration = await new Explorer(scenario).run();
  const seconds = (performance.now() - started) / 1000;
  print(exploration, seconds);
  totals.states += exploration.states;
  totals.transitions += exploration.transitions;
  totals.seconds += seconds;
}
const verdict = process.exitCode === 1 ? 'BROKEN' : 'no promise is broken';
console.log(
  `together: ${whole.format(totals.states)} states, ${whole.format(totals.transitions)} transitions, ${totals.seconds.toFixed(1)} s: ${verdict}`,
);

function print(exploration: Exploration, seconds: number): void {
  const { counterexample, states, transitions, schedules, depth, worlds, moments, stepsRun } = exploration;
  if (counterexample !== undefined) {
    process.exitCode = 1;
    console.log([`  BROKEN: ${counterexample.violation.message}`, ...counterexample.steps].join('\n    '));
    return;
  }
  console.log(
    `  ${whole.format(states)} states, ${whole.format(transitions)} transitions, ${figure.format(schedules)} schedules of up to ${depth} steps`,
  );
  console.log(
    `  ${whole.format(worlds)} worlds brought to a calm end; the real code took ${whole.format(stepsRun)} steps to ${whole.format(moments)} moments; ${seconds.toFixed(1)} s`,
  );
}
