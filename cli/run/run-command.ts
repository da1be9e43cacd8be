import { BEGINNING_OF_TIME } from '../../shared/time/event-time.ts';
import { conservationDifference } from '../../shared/log/counts.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { CommandError } from '../command-error.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { loadPipeline } from '../load-pipeline.ts';
import { LinePublisher } from './line-publisher.ts';
import { showProgress } from '../progress.ts';
import type { InputFormat } from '../input/input-format.ts';
import { openInput } from '../input/read-events.ts';
import { type RunResult, runPipeline } from './run-pipeline.ts';
import { refuseSharedFile } from './shared-file.ts';
import { SideTally } from './side-tally.ts';
import { conservationLine, formatCount, formatPanes, formatTally, formatWatermark, writeSummary } from './summary.ts';

export interface RunCommandOptions {
  readonly input: string;
  readonly format?: InputFormat;
  readonly output: string;
  readonly side?: string;
  readonly batchSize: number;
  readonly profile?: string;
  readonly json?: boolean;
}

/**
 * `mullion run`: panes to the output, a summary to standard error.
 *
 * @throws {CommandError} when input or pipeline cannot be used, when no record was valid, or when a record is not accounted for.
 */
export async function runCommand(pipelinePath: string, options: RunCommandOptions): Promise<void> {
  const pipeline = await loadPipeline(pipelinePath, options.profile);
  const input = openInput(options.input, options.format, pipeline.input);
  refuseSharedFile({ '--input': options.input, '--output': options.output, '--side': options.side });
  const output = await LinePublisher.open(options.output);
  const sideFile = options.side === undefined ? undefined : await LinePublisher.open(options.side);
  const side = new SideTally(sideFile);

  const progress = showProgress({ total: input.bytes, done: input.bytesRead, isPrinted: options.output === '-' });
  const startedAtMs = performance.now();
  let result: RunResult;
  try {
    result = await runPipeline({
      pipeline,
      events: input.events,
      output,
      side,
      batchSize: options.batchSize,
      onBatch: (records) => progress.update(records),
    });
    await output.close();
    await sideFile?.close();
  } finally {
    progress.stop();
  }
  const elapsedMs = performance.now() - startedAtMs;

  if (options.json === true) writeSummary(summaryObject(pipeline, result, side, elapsedMs), options.output === '-');
  else process.stderr.write(`${summary(pipeline, options.input, result, side, elapsedMs).join('\n')}\n`);
  check(options.input, result, side);
}

function summary(
  { name, operators }: Pipeline<never>,
  input: string,
  { records, events, watermark, report }: RunResult,
  side: SideTally,
  elapsedMs: number,
): string[] {
  const { counts, lateByWindow } = report;
  const refused = side.byReason.size === 0 ? '' : `  (${formatTally(side.byReason)})`;
  const late = operators
    .map((operator) => ({ window: operator.name, count: lateByWindow[operator.name] ?? 0 }))
    .filter(({ count }) => count > 0)
    .map(
      ({ window, count }) =>
        `  ${window}: ${formatCount(count)} ${count === 1 ? 'event' : 'events'} too late for ${count === 1 ? 'its' : 'their'} window`,
    );
  const perSecond = records === 0 ? '' : `, ${formatCount(Math.round((events / elapsedMs) * 1000))} events/s`;
  return [
    `${name}: ${conservationLine(counts)}${refused}`,
    ...late,
    `${formatPanes(report.panesFired)}, watermark ${formatWatermark(watermark)}, then drained`,
    `${(elapsedMs / 1000).toFixed(2)} s${perSecond}${records === 0 ? `; there was no record in ${input}` : ''}`,
  ];
}

/** The same for a program. */
function summaryObject({ name }: Pipeline<never>, { events, watermark, report }: RunResult, side: SideTally, elapsedMs: number): object {
  const { counts, lateByWindow, panesFired } = report;
  return {
    pipeline: name,
    counts,
    refused: Object.fromEntries(side.byReason),
    lateByWindow,
    panesFired,
    ...(watermark !== BEGINNING_OF_TIME && { watermark }),
    seconds: elapsedMs / 1_000,
    eventsPerSecond: Math.round((events / elapsedMs) * 1_000),
  };
}

function check(input: string, { events, report }: RunResult, side: SideTally): void {
  const { counts } = report;
  const unaccounted = Math.max(Math.abs(events - counts.read), Math.abs(conservationDifference(counts)));
  if (unaccounted > 0)
    throw new CommandError(`${formatCount(unaccounted)} of ${formatCount(events)} events are not accounted for; this is a bug in Mullion`, {
      exitCode: EXIT_CODE.unaccounted,
    });
  if (events > 0 && counts.invalid === events) {
    throw new CommandError(
      `${input}: none of its ${formatCount(events)} records is a valid event; the first: ${side.first?.reason.message}`,
    );
  }
}
