/**
 * A chat model behind an OpenAI-compatible endpoint.
 *
 * @module mullion/sinks/openai
 */
import * as z from 'zod/mini';
import { type ChatMessage, type ChatModel, ModelError } from '../../ports/chat-model.ts';
import { HttpError, postJson, trustedUrl } from './post-json.ts';

/** Where an OpenAI-compatible endpoint is, and what it is asked for. */
export interface OpenAIChatOptions {
  /** Below which `chat/completions` is: `https://api.openai.com/v1`, or that of any server that speaks the same. */
  readonly baseUrl: string;
  /** The name of the model, as the endpoint calls it. */
  readonly model: string;
  /** Sent as a bearer token. */
  readonly apiKey?: string;
  /** Further properties of a request: `{ temperature: 0, max_tokens: 300 }`. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Default one minute. */
  readonly timeoutMs?: number;
}

const answerSchema = z.object({ choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })], z.unknown()) });

/** A chat model behind an endpoint that speaks OpenAI's Chat Completions, as most servers of models do. */
export class OpenAIChat implements ChatModel {
  readonly #options: OpenAIChatOptions;
  readonly #url: URL;

  /** @throws {RangeError} when the address is not one that data may go to. */
  constructor(options: OpenAIChatOptions) {
    this.#options = options;
    this.#url = trustedUrl('baseUrl', `${options.baseUrl.replace(/\/+$/, '')}/chat/completions`);
  }

  async answer(messages: readonly ChatMessage[]): Promise<string> {
    const { model, apiKey, parameters, timeoutMs = 60_000 } = this.#options;
    const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    try {
      const response = await postJson(this.#url, JSON.stringify({ ...parameters, model, messages }), { headers, timeoutMs });
      const parsed = answerSchema.safeParse(await response.json());
      if (parsed.success) return parsed.data.choices[0].message.content;
      throw new ModelError(`${this.#url.origin} answered no chat completion`, { mayPass: true, cause: parsed.error });
    } catch (error) {
      if (!(error instanceof HttpError)) throw asModelError(error);
      const { mayPass, retryAfterMs } = error;
      throw new ModelError(error.message, { mayPass, retryAfterMs, cause: error });
    }
  }
}

/** What broke off while the answer was read. */
function asModelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  return new ModelError(`the answer broke off: ${error instanceof Error ? error.message : String(error)}`, { mayPass: true, cause: error });
}
