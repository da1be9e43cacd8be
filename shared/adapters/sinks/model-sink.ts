/**
 * Panes as questions to a chat model.
 *
 * @module mullion/sinks/model
 */
import type { Pane } from '../../pipeline/pane.ts';
import { type ChatMessage, type ChatModel, ModelError } from '../../ports/chat-model.ts';
import type { Clock } from '../../ports/clock.ts';
import { type PaneSink, PartlyTakenError } from '../../ports/pane-sink.ts';
import { inParallel } from '../dynamodb/in-parallel.ts';
import { systemClock } from '../system-clock.ts';
import { patient, type PatienceOptions } from './patience.ts';

/** What a model said to a window. */
export interface ModelAnswer<P = Pane> {
  /** The pane's, with `:answer` behind it. */
  readonly id: string;
  /** The pane that was asked about. */
  readonly pane: P;
  /** Absent where there was none. */
  readonly text?: string;
  /** Why there was none. */
  readonly failure?: string;
  /** How long it took, with all attempts. */
  readonly tookMs: number;
}

/** What {@link ModelSink} asks, and how patient it is. */
export interface ModelSinkOptions<P> extends PatienceOptions {
  /** Who is asked: `OpenAIChat`, `BedrockChat`, or anything with `answer`. */
  readonly model: ChatModel;
  /** What the model is asked about a window; `undefined` where there is nothing to ask. */
  readonly ask: (pane: P) => readonly ChatMessage[] | undefined;
  /** Where answers go, in the order of the panes. */
  readonly answers: PaneSink<ModelAnswer<P>>;
  /**
   * What becomes of a window to which there is no answer, after all attempts: `'say'` (default) tells the sink of answers why, and goes on; `'retry'` has the window delivered again, and
   * those behind it wait.
   */
  readonly onFailure?: 'say' | 'retry';
  /** How many windows are asked about at once. Default 8. */
  readonly atOnce?: number;
  /** The time of attempts; the system's by default. */
  readonly clock?: Clock;
}

/**
 * Asks a chat model about each window. It stands behind the output stream, so that a model which is slow, or fails, delays its answers and no window: those close by the time of
 * events, whoever reads them.
 */
export class ModelSink<P extends { readonly id: string } = Pane> implements PaneSink<P> {
  readonly #options: ModelSinkOptions<P>;
  readonly #policy: ReturnType<typeof patient>;

  constructor(options: ModelSinkOptions<P>) {
    this.#options = options;
    this.#policy = patient((error) => (error instanceof ModelError ? error : undefined), options);
  }

  async put(panes: readonly P[]): Promise<void> {
    const { ask, answers, atOnce = 8, onFailure = 'say' } = this.#options;
    const questions = panes.flatMap((pane, place) => {
      const messages = ask(pane);
      return messages === undefined ? [] : [{ pane, place, messages }];
    });
    const all = await inParallel(questions.length, atOnce, async (index) => {
      const { pane, messages } = questions[index] as (typeof questions)[number];
      return this.#answer(pane, messages);
    });
    const failed = onFailure === 'retry' ? all.findIndex(({ failure }) => failure !== undefined) : -1;
    await answers.put(failed === -1 ? all : all.slice(0, failed));
    if (failed !== -1) throw new PartlyTakenError(questions[failed]?.place ?? 0, new Error(all[failed]?.failure));
  }

  async #answer(pane: P, messages: readonly ChatMessage[]): Promise<ModelAnswer<P>> {
    const { model, clock = systemClock } = this.#options;
    const begunAtMs = clock.nowMs();
    const said = await this.#policy
      .execute(async () => model.answer(messages))
      .then(
        (text) => ({ text }),
        (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
      );
    return { id: `${pane.id}:answer`, pane, ...said, tookMs: clock.nowMs() - begunAtMs };
  }
}
