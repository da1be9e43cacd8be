import * as z from 'zod/mini';

const schema = z.object({
  /** The name of a Kinesis stream. */
  MULLION_INPUT_STREAM: z.string().check(z.minLength(1)),
});

/** What the function behind a WebSocket is told by its environment. */
export type SocketEnvironment = z.infer<typeof schema>;

/** @throws {Error} when it does not say where events go. */
export function readSocketEnvironment(variables: NodeJS.ProcessEnv): SocketEnvironment {
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  throw new Error('the environment variable MULLION_INPUT_STREAM is missing; the PipelineSocket construct sets it');
}
