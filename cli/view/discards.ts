import { dynamodbClient } from '../../shared/adapters/dynamodb/dynamodb-client.ts';
import { objectKeys } from '../../shared/adapters/s3/s3-object-keys.ts';
import { CommandError } from '../command-error.ts';

/** What the event source mappings that discard into a bucket have given up. */
export interface Discards {
  readonly bucket: string;
  readonly batches: number;
  /** In their order. */
  readonly shards: readonly string[];
  /** When the first and the last were given up, epoch milliseconds; absent where there is none. */
  readonly firstAtMs?: number;
  readonly lastAtMs?: number;
}

/** Where Lambda puts what it gives up. */
export const DISCARDS_PREFIX = 'aws/lambda/';

// aws/lambda/<mapping>/<shard>/2026/03/01/2026-03-01T12.00.00-<random>
const KEY = /^aws\/lambda\/[^/]+\/([^/]+)\/.*\/(\d{4}-\d\d-\d\d)T(\d\d)\.(\d\d)\.(\d\d)-/;

/**
 * Looks into the bucket that is given to the construct as `discard.bucket`.
 *
 * @param given Its name, in the region of the environment; or its address.
 * @throws {CommandError} when it cannot be listed.
 */
export async function discardsIn(given: string): Promise<Discards> {
  const { config } = dynamodbClient();
  const address = URL.canParse(given) ? given : `https://${given}.s3.${await config.region()}.amazonaws.com`;
  const shards = new Set<string>();
  const times: number[] = [];
  let batches = 0;
  try {
    for await (const key of objectKeys(config, address, DISCARDS_PREFIX)) {
      batches++;
      const [, shard, day, hours, minutes, seconds] = KEY.exec(key) ?? [];
      if (shard === undefined) continue;
      shards.add(shard);
      times.push(Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`));
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`bucket '${given}': it cannot be listed: ${reason}; check its name, AWS_REGION, and s3:ListBucket on it`, {
      cause: error,
    });
  }
  times.sort((a, b) => a - b);
  const [firstAtMs, lastAtMs] = [times[0], times.at(-1)];
  return {
    bucket: given,
    batches,
    shards: [...shards].toSorted(),
    ...(firstAtMs !== undefined && lastAtMs !== undefined && { firstAtMs, lastAtMs }),
  };
}
