/**
 * A chat model of Bedrock.
 *
 * @module mullion/sinks/bedrock
 */
import { type BedrockRuntimeClient, ConverseCommand, type ConverseCommandInput } from '@aws-sdk/client-bedrock-runtime';
import { type ChatMessage, type ChatModel, ModelError } from '../../ports/chat-model.ts';

/** Which model of Bedrock is asked. */
export interface BedrockChatOptions {
  /** With `bedrock:InvokeModel` on the model. */
  readonly client: BedrockRuntimeClient;
  /** Of a model, or of an inference profile. */
  readonly modelId: string;
  /** `{ maxTokens: 300, temperature: 0 }`. */
  readonly inferenceConfig?: ConverseCommandInput['inferenceConfig'];
}

// Names of errors that a later request need not meet.
const PASSING = [
  'ThrottlingException',
  'ModelTimeoutException',
  'ModelNotReadyException',
  'ServiceUnavailableException',
  'InternalServerException',
  'ModelErrorException',
  'TimeoutError',
];

/** A chat model of Amazon Bedrock, by its Converse operation, which is the same for all of them. Needed is `bedrock:InvokeModel`. */
export class BedrockChat implements ChatModel {
  readonly #options: BedrockChatOptions;

  constructor(options: BedrockChatOptions) {
    this.#options = options;
  }

  async answer(messages: readonly ChatMessage[]): Promise<string> {
    const { client, modelId, inferenceConfig } = this.#options;
    const system = messages.filter(({ role }) => role === 'system').map(({ content }) => ({ text: content }));
    const said = messages.filter((message): message is ChatMessage & { role: 'user' | 'assistant' } => message.role !== 'system');
    const { output } = await client
      .send(
        new ConverseCommand({
          modelId,
          messages: said.map(({ role, content }) => ({ role, content: [{ text: content }] })),
          ...(system.length === 0 ? {} : { system }),
          ...(inferenceConfig === undefined ? {} : { inferenceConfig }),
        }),
      )
      .catch((cause: unknown) => {
        const { name, message, code } = cause as { readonly name?: string; readonly message?: string; readonly code?: string };
        throw new ModelError(`Bedrock: ${message ?? String(cause)}`, {
          mayPass: PASSING.includes(name ?? '') || code !== undefined,
          cause,
        });
      });
    const text = output?.message?.content?.flatMap((block) => block.text ?? []).join('');
    if (text === undefined || text === '') throw new ModelError(`Bedrock: ${modelId} answered without text`, { mayPass: true });
    return text;
  }
}
