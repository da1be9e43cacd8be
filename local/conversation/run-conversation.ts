import { conversations } from '../../examples/conversations.ts';
import { ModelSink, type ModelAnswer } from '../../shared/adapters/sinks/model-sink.ts';
import { pause } from '../../shared/adapters/pause.ts';
import type { ChatModel } from '../../shared/ports/chat-model.ts';
import { TestDriver } from '../../shared/testing/test-driver.ts';
import type { Arrival } from './messages.ts';
import { type Exchange, questionOf } from './question.ts';

/** Who is told what happens, as it does. */
export interface ConversationEvents {
  arrived(arrival: Arrival): void;
  closed(exchange: Exchange): void;
  answered(answer: ModelAnswer<Exchange>): void;
}

export interface ConversationRun {
  readonly arrivals: readonly Arrival[];
  readonly windowSizeMs: number;
  /** How many times as fast as it was said. */
  readonly speedFactor: number;
  readonly model: ChatModel;
  readonly events: ConversationEvents;
  readonly signal: AbortSignal;
}

/**
 * Plays conversations into the pipeline at the pace of their arrival, and brings what closes to the model. Windows go on closing while the model thinks: they are queued, as they would be on
 * the output stream.
 *
 * @returns Every answer, in the order of the windows.
 */
export async function runConversation(run: ConversationRun): Promise<ModelAnswer<Exchange>[]> {
  const { arrivals, windowSizeMs, speedFactor, model, events, signal } = run;
  const driver = new TestDriver(conversations(windowSizeMs), { now: arrivals[0]?.arrivedAtMs ?? 0 });
  const all: ModelAnswer<Exchange>[] = [];
  const answers = {
    put: async (some: readonly ModelAnswer<Exchange>[]) => {
      for (const answer of some) {
        all.push(answer);
        events.answered(answer);
      }
    },
  };
  const sink = new ModelSink<Exchange>({ model, ask: questionOf, answers });
  let thinking = Promise.resolve();
  const close = (panes: readonly Exchange[]) => {
    for (const pane of panes) events.closed(pane);
    if (panes.length > 0) thinking = thinking.then(async () => sink.put(panes));
  };

  const startedAtMs = performance.now();
  const beganAtMs = arrivals[0]?.arrivedAtMs ?? 0;
  for (const arrival of arrivals) {
    await pause(startedAtMs + (arrival.arrivedAtMs - beganAtMs) / speedFactor - performance.now(), signal);
    if (signal.aborted) break;
    events.arrived(arrival);
    close((await driver.send([arrival.message], { arrival: arrival.arrivedAtMs })) as unknown as Exchange[]);
  }
  close((await driver.drain()) as unknown as Exchange[]);
  await thinking;
  return all;
}
