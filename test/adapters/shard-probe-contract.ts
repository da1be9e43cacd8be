import { describe, expect, test } from 'vitest';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { ShardProbe } from '../../shared/ports/shard-probe.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';

export interface ProbeUnderTest {
  readonly probe: ShardProbe;
  readonly shard: ShardId;
  /** Puts a record on the shard. */
  readonly put: () => Promise<SequenceNumber>;
}

/** What every shard probe must do. */
export function shardProbeContract(open: () => Promise<ProbeUnderTest>): void {
  describe('a shard probe', () => {
    test('never takes a shard with an undelivered record for a silent one, however often it looks', async () => {
      const { probe, shard, put } = await open();
      const delivered = await put();
      await put();
      for (let look = 0; look < 3; look++) {
        expect(await probe.probe(shard, delivered)).toEqual({ kind: 'records' });
        expect(await probe.probe(shard, undefined)).toEqual({ kind: 'records' });
      }
    });
  });
}
