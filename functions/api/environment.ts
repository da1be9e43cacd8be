import * as z from 'zod';

const pipelineSchema = z.object({
  /** What it is called, where it is not as its definition says. */
  name: z.string().optional(),
  /** The DynamoDB table of its logs. */
  table: z.string(),
  /** The name of a Kinesis stream. */
  inputStream: z.string(),
  /** The name of a Kinesis stream; absent where it is not looked at. */
  sideStream: z.string().optional(),
  /** How many days log items are kept. */
  retentionDays: z.int().min(1),
  /** The event source mapping that delivers to it; absent where nobody may switch it. */
  mapping: z.string().optional(),
});

/** What one pipeline works on, as the API is told by its environment. */
export type ApiPipeline = z.infer<typeof pipelineSchema>;

/**
 * What `MULLION_PIPELINES` says: one a definition, in their order.
 *
 * @throws {Error} when it does not say so.
 */
export function readApiEnvironment({ MULLION_PIPELINES: text = '' }: NodeJS.ProcessEnv, definitions: number): readonly ApiPipeline[] {
  const parsed = z.preprocess((value) => jsonOf(String(value)), z.array(pipelineSchema).length(definitions)).safeParse(text);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new Error(
    `the environment variable MULLION_PIPELINES is missing or wrong: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}; the PipelineApi construct sets it`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
