import * as z from 'zod/mini';

const DEFAULT_RETENTION_DAYS = 30;

const schema = z.object({
  /** The DynamoDB table of the logs. */
  MULLION_TABLE: z.string(),
  /** Names of Kinesis streams. */
  MULLION_INPUT_STREAM: z.string(),
  MULLION_OUTPUT_STREAM: z.string(),
  MULLION_SIDE_STREAM: z.string(),
  /** The function that fires: ingest wakes it. Without it windows fire on the schedule alone. */
  MULLION_FIRE_FUNCTION: z.optional(z.string()),
  /** What the pipeline is called, where it is not as its definition says. */
  MULLION_NAME: z.optional(z.string()),
  /** From which moment on the input stream is read; all that it keeps, where nothing is said. */
  MULLION_STARTING_AT: z.optional(z.iso.datetime()),
  /** How many days log items are kept. */
  MULLION_RETENTION_DAYS: z._default(z.coerce.number().check(z.int(), z.minimum(1)), DEFAULT_RETENTION_DAYS),
});

/** What a function is told by its environment. */
export type Environment = z.infer<typeof schema>;

/** @throws {Error} naming every variable that is missing or wrong, and how it is set. */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  // An empty variable is one that a template failed to fill in.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')} (${given[String(issue.path[0])] ?? 'not set'})`);
  throw new Error(`these environment variables are missing or wrong: ${wrong.join(', ')}; the WindowPipeline construct sets them`);
}
