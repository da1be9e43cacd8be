import type { Pane } from 'mullion';
import { TestDriver } from 'mullion/testing';
import { durationMs } from '../../shared/time/duration.ts';
import { difference, differences, lineOfPane, lineOfRefusal, paneLine, refusalLine } from './lines.ts';
import type { Step, Transcript, TranscriptEvent } from './transcript.ts';
import { pipelineOf } from './transcript-pipeline.ts';

type Caused = Pick<Step, 'expect' | 'side' | 'watermark' | 'openWindows'>;

/**
 * Runs a transcript to its last step, then drains it, and has nothing open then.
 *
 * @param options.restarts Whether everything but the store is forgotten after every step.
 * @throws {Error} that names the step and what differs, when something comes out that the transcript does not say, or does not come out.
 */
export async function runTranscript(transcript: Transcript, { restarts }: { restarts: boolean }): Promise<void> {
  const { shards, now, steps, rest } = transcript;
  const driver: TestDriver<TranscriptEvent> = new TestDriver(pipelineOf(transcript), { shards, now });
  const [firstWindow = ''] = Object.keys(transcript.windows);
  let refusals = 0;

  const expectCaused = (where: string, panes: readonly Pane[], { expect, side, watermark, openWindows }: Caused) => {
    const refused = driver.sideOutput().slice(refusals);
    refusals += refused.length;
    const wrong = [
      ...differences(
        'pane',
        expect.map((pane) => paneLine(pane, firstWindow)),
        panes.map(lineOfPane),
      ),
      ...differences('refusal', side.map(refusalLine), refused.map(lineOfRefusal)),
      ...difference('watermark', watermark, driver.watermark()),
      ...difference('number of open windows', openWindows, driver.openWindows()),
    ];
    if (wrong.length > 0) throw new Error(`'${transcript.title}', ${where}:\n${wrong.join('\n')}`);
  };

  for (const [index, step] of steps.entries()) {
    expectCaused(`step ${index + 1}`, await take(driver, step), step);
    if (restarts) driver.restart();
  }
  expectCaused('the rest', await driver.drain(), { expect: rest, side: [], openWindows: 0 });
}

async function take(driver: TestDriver<TranscriptEvent>, step: Step): Promise<Pane[]> {
  if ('send' in step) {
    const { send, shard, arrival } = step;
    return driver.send(send, { ...(shard === undefined ? {} : { shard }), ...(arrival === undefined ? {} : { arrival }) });
  }
  if ('advanceWatermark' in step) return driver.advanceWatermark(step.advanceWatermark);
  if ('advanceClock' in step) return driver.advanceClock(durationMs(step.advanceClock));
  if ('idle' in step) return driver.idle(step.idle);
  if ('split' in step) return driver.split(step.split, step.into, { drained: step.drained });
  if ('merge' in step) return driver.merge(step.merge, step.into, { drained: step.drained });
  if ('end' in step) return driver.end(step.end);
  if ('pause' in step) return driver.pause();
  if ('resume' in step) return driver.resume();
  if ('checkpoint' in step) return driver.checkpoint();
  return driver.drain();
}
