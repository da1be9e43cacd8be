/** One thing that was said to a chat model, or by it. */
export interface ChatMessage {
  /** Who says it: `system` tells the model what to do. */
  readonly role: 'system' | 'user' | 'assistant';
  /** Plain text. */
  readonly content: string;
}

/** A model that answers. */
export interface ChatModel {
  /**
   * @param messages In their order; a `system` message, where there is one, comes first.
   * @throws {ModelError} when there is no answer.
   */
  answer(messages: readonly ChatMessage[]): Promise<string>;
}

/** A model gave no answer. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  /** Whether it might to the same question another time. */
  readonly mayPass: boolean;
  /** How long it asks to be left alone, in milliseconds; absent where it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { mayPass, retryAfterMs, cause }: { mayPass: boolean; retryAfterMs?: number | undefined; cause?: unknown }) {
    super(message, { cause });
    this.mayPass = mayPass;
    this.retryAfterMs = retryAfterMs;
  }
}
