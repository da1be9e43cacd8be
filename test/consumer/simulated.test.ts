import type { Pane } from 'mullion';
import { expect, test } from 'vitest';
import { dropRepeats } from '../../shared/consumer/drop-repeats.ts';
import { simulate } from '../simulation/pipeline-simulation.ts';
import { Random } from '../simulation/random.ts';

const HISTORIES = 12;

test(`of ${HISTORIES} histories of two fire functions that crash while they publish, a consumer keeps every pane once, though it looks at epochs alone`, {
  timeout: 60_000,
}, async () => {
  let repeats = 0;
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const { panes } = await simulate(seed, { rates: { beforeApply: 0.06, afterApply: 0.06, staleRead: 0.2 } });
    const random = new Random(seed);
    const shardCount = 1 + random.below(3);
    const shardOf = ({ key }: Pane) => `shardId-${key.charCodeAt(0) % shardCount}`;
    const filter = dropRepeats();
    for (const [shard, onShard] of Map.groupBy(panes, shardOf)) {
      const kept: string[] = [];
      for (let from = 0; from < onShard.length; ) {
        const to = from + 1 + random.below(10);
        const turn = await filter.open(shard, onShard.slice(from, to));
        kept.push(...turn.fresh.map(({ id }) => id));
        await turn.settle();
        from = to;
      }
      expect(kept, `seed ${seed}`).toEqual([...new Set(onShard.map(({ id }) => id))]);
      repeats += onShard.length - kept.length;
    }
  }
  expect(repeats).toBeGreaterThan(HISTORIES);
});
