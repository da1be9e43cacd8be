import * as z from 'zod/mini';
import { METRIC_LEVELS } from './telemetry/metric-catalogue.ts';

const DEFAULT_RETENTION_DAYS = 30;
const DEFAULT_PAYLOADS_FROM_BYTES = 9 * 1024;

const schema = z.object({
  /** The DynamoDB table of the logs. */
  MULLION_TABLE: z.string(),
  /** Names of Kinesis streams. */
  MULLION_INPUT_STREAM: z.string(),
  MULLION_OUTPUT_STREAM: z.string(),
  MULLION_SIDE_STREAM: z.string(),
  /** The functions that fire, divided by commas, one a lane: ingest wakes them. Without them windows fire on the schedule alone. */
  MULLION_FIRE_FUNCTIONS: z.optional(z.string()),
  /** How many functions fire. */
  MULLION_LANES: z._default(z.coerce.number().check(z.int(), z.minimum(1)), 1),
  /** Of them, which one this is, from 0. */
  MULLION_LANE: z._default(z.coerce.number().check(z.int(), z.minimum(0)), 0),
  /** What the pipeline is called, where it is not as its definition says. */
  MULLION_NAME: z.optional(z.string()),
  /** From which moment on the input stream is read; all that it keeps, where nothing is said. */
  MULLION_STARTING_AT: z.optional(z.iso.datetime()),
  /** Whether a record of the output stream is one pane, or holds as many as fit. */
  MULLION_PANES_PER_RECORD: z._default(z.enum(['one', 'many']), 'one'),
  /** A URL below which large payloads are objects in S3; without it all payloads are in the table. */
  MULLION_PAYLOADS: z.optional(z.url({ protocol: /^https?$/ })),
  /** From how many bytes on they are large. */
  MULLION_PAYLOADS_FROM_BYTES: z._default(z.coerce.number().check(z.int(), z.minimum(1)), DEFAULT_PAYLOADS_FROM_BYTES),
  /** The URL of the bucket into which ingest gives up on records, where it may. */
  MULLION_DISCARDS: z.optional(z.url({ protocol: /^https?$/ })),
  /** How much is published of what the function does; nothing where nothing is said. */
  MULLION_METRICS: z._default(z.enum(METRIC_LEVELS), 'none'),
  /** What metrics and lines of the log call the pipeline, among all of the account. Powertools reads others of its own: POWERTOOLS_LOG_LEVEL. */
  POWERTOOLS_SERVICE_NAME: z.optional(z.string()),
  /** How many days log items are kept. */
  MULLION_RETENTION_DAYS: z._default(z.coerce.number().check(z.int(), z.minimum(1)), DEFAULT_RETENTION_DAYS),
});

/** What a function is told by its environment. */
export type Environment = z.infer<typeof schema>;

/**
 * @param lanes How many the pipeline has. With fewer functions than that some keys would never fire.
 * @throws {Error} naming every variable that is missing or wrong, and how it is set.
 */
export function readEnvironment(variables: NodeJS.ProcessEnv, lanes = 1): Environment {
  // An empty variable is one that a template failed to fill in.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return withLanes(parsed.data, lanes);
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')} (${given[String(issue.path[0])] ?? 'not set'})`);
  throw new Error(`these environment variables are missing or wrong: ${wrong.join(', ')}; the WindowPipeline construct sets them`);
}

function withLanes(environment: Environment, lanes: number): Environment {
  const { MULLION_LANES: deployed, MULLION_LANE: lane } = environment;
  if (deployed !== lanes)
    throw new Error(
      `the pipeline has lanes: ${lanes}, and is deployed with ${deployed}; give the WindowPipeline construct lanes: ${lanes}`,
    );
  if (lane >= lanes) throw new Error(`MULLION_LANE is ${lane}; the pipeline has lanes: ${lanes}, the last one is ${lanes - 1}`);
  return environment;
}
