import { describe, expect, test } from 'vitest';
import { RepeatFilter } from '../../shared/consumer/drop-repeats.ts';
import { ProcessMemory } from '../../shared/consumer/process-memory.ts';
import type { ConsumerMemory } from '../../shared/ports/consumer-memory.ts';
import type { Shard, ShardId } from '../../shared/watermarks/shard.ts';

interface Placed {
  readonly pipeline: string;
  readonly epoch: { readonly lane?: number; readonly position: number; readonly index: number };
}

/** `3.0 3.1`: panes 0 and 1 of epoch 3. */
function panes(text: string, pipeline = 'orders'): Placed[] {
  return text.split(' ').map((place) => {
    const [position = 0, index = 0] = place.split('.').map(Number);
    return { pipeline, epoch: { position, index } };
  });
}

const textOf = (some: readonly Placed[]) => some.map(({ epoch }) => `${epoch.position}.${epoch.index}`).join(' ');

/** A filter, and a way to let it handle whole batches. */
function filter(memory: ConsumerMemory = new ProcessMemory(), shards?: readonly Shard[]) {
  const repeats = new RepeatFilter<Placed>({ memory, ...(shards && { shards: { list: async () => shards } }) });
  const handle = async (text: string, shard = 'a', pipeline = 'orders') => {
    const turn = await repeats.open(shard, panes(text, pipeline));
    await turn.settle();
    return textOf(turn.fresh);
  };
  return { repeats, handle };
}

describe('a pane', () => {
  test('is new once, in whatever order those of its epoch come', async () => {
    const { handle } = filter();
    expect(await handle('1.0 1.9 1.3 1.9 1.0')).toBe('1.0 1.9 1.3');
    expect(await handle('1.0 1.1 1.2 1.3 1.64 1.4')).toBe('1.1 1.2 1.64 1.4');
  });

  test('of an epoch before the newest is a repeat, whether or not it was seen on this shard', async () => {
    const { handle } = filter();
    expect(await handle('2.5 3.0 2.5 2.6 1.0')).toBe('2.5 3.0');
    expect(await handle('2.7 4.0 3.1')).toBe('4.0');
  });

  test('is judged by its own shard and its own pipeline', async () => {
    const { handle } = filter();
    expect(await handle('7.0', 'a')).toBe('7.0');
    expect(await handle('3.0', 'b')).toBe('3.0');
    expect(await handle('2.0', 'a', 'returns')).toBe('2.0');
    expect(await handle('3.0 7.0', 'a')).toBe('');
  });
});

test('a pane is judged by its own lane, which counts epochs for itself', async () => {
  const repeats = new RepeatFilter<Placed>({});
  const inLane = (lane: number, text: string) => panes(text).map((pane) => ({ ...pane, epoch: { ...pane.epoch, lane } }));
  const turn = await repeats.open('a', [
    ...panes('7.0'),
    ...inLane(1, '3.0 3.1'),
    ...inLane(2, '3.0'),
    ...panes('6.0'),
    ...inLane(1, '2.9'),
  ]);
  expect(textOf(turn.fresh)).toBe('7.0 3.0 3.1 3.0');
  await turn.settle();
  expect(textOf((await repeats.open('a', [...inLane(1, '3.1 4.0'), ...inLane(2, '3.0')])).fresh)).toBe('4.0');
});

describe('a turn', () => {
  test('that is not settled has handled nothing', async () => {
    const { repeats, handle } = filter();
    expect(textOf((await repeats.open('a', panes('1.0 1.1'))).fresh)).toBe('1.0 1.1');
    expect(await handle('1.0 1.1')).toBe('1.0 1.1');
  });

  test('is settled as far as it came', async () => {
    const { repeats, handle } = filter();
    await handle('1.0');
    const turn = await repeats.open('a', panes('1.0 1.1 2.0 2.1'));
    expect({ fresh: textOf(turn.fresh), isFresh: turn.isFresh }).toEqual({ fresh: '1.1 2.0 2.1', isFresh: [false, true, true, true] });
    await turn.settle(2);
    expect(await handle('1.1 2.0 2.1')).toBe('2.1');
  });

  test('without anything new writes nothing', async () => {
    const memory = new ProcessMemory();
    const { handle } = filter(memory);
    await handle('1.0 1.1');
    const before = await memory.read('a');
    expect(await handle('1.1 1.0')).toBe('');
    expect(await memory.read('a')).toBe(before);
  });

  test('that another has overtaken adds to what that one has noted', async () => {
    const memory = new ProcessMemory();
    const [one, other] = [filter(memory), filter(memory)];
    const slow = await one.repeats.open('a', panes('1.0 1.1'));
    await other.handle('1.2');
    await slow.settle();
    expect(await one.handle('1.0 1.1 1.2 1.3')).toBe('1.3');
  });

  test('of one who knew what the parents had seen says so, though another did not', async () => {
    const memory = new ProcessMemory();
    const knowing = filter(memory, [
      { id: 'a' as ShardId, parents: [] },
      { id: 'b' as ShardId, parents: ['a' as ShardId] },
    ]);
    await knowing.handle('5.0', 'a');
    const slow = await knowing.repeats.open('b', panes('5.1'));
    await filter(memory).handle('4.0', 'b');
    await slow.settle();
    expect(await knowing.handle('5.0 5.1 5.2', 'b')).toBe('5.2');
  });

  test('gives up when others are always faster, and says what may be wrong', async () => {
    const memory: ConsumerMemory = { read: async () => undefined, write: async () => 'conflict' };
    const { repeats, handle } = filter(memory);
    await expect(handle('1.0')).rejects.toThrow(
      /^shard 'a': the consumer's memory was written by others 10 times in a row; does every consumer/,
    );
    await expect(repeats.claim('a', panes('1.0'))).rejects.toThrow(/parallelization factor of 1/);
  });
});

describe('a claim', () => {
  test('is for one only, and for ever', async () => {
    const memory = new ProcessMemory();
    const claims = await Promise.all([1, 2, 3].map(async () => filter(memory).repeats.claim('a', panes('1.0 1.1'))));
    expect(claims.map(({ fresh }) => textOf(fresh)).sort()).toEqual(['', '', '1.0 1.1']);
    expect(await filter(memory).handle('1.0 1.1 1.2')).toBe('1.2');
  });
});

describe('a shard of which nothing is remembered', () => {
  const lineage: Shard[] = [
    { id: 'a' as ShardId, parents: [] },
    { id: 'b' as ShardId, parents: [] },
    { id: 'ab' as ShardId, parents: ['a' as ShardId, 'b' as ShardId] },
    { id: 'left' as ShardId, parents: ['ab' as ShardId] },
    { id: 'apart' as ShardId, parents: [] },
  ];

  test('begins with what its parents have seen, and where those saw nothing, with theirs', async () => {
    const { handle } = filter(new ProcessMemory(), lineage);
    await handle('4.0', 'a');
    await handle('5.1 5.3', 'b');
    expect(await handle('4.1 5.0 5.1', 'left')).toBe('5.0');
    expect(await handle('5.0 5.3 5.2', 'left')).toBe('5.2');
    expect(await handle('4.0', 'apart')).toBe('4.0');
  });

  test('fails while the list of shards is from before the reshard, rather than take repeats for new', async () => {
    const memory = new ProcessMemory();
    const before = filter(memory, lineage.slice(0, 3));
    expect(await before.handle('5.1', 'ab')).toBe('5.1');
    await expect(before.handle('5.1', 'left')).rejects.toThrow("shard 'left' is not among those that the stream lists");
    expect(await filter(memory, lineage).handle('5.1 5.2', 'left')).toBe('5.2');
  });

  test('begins with nothing where nobody knows of its parents', async () => {
    const { handle } = filter();
    await handle('5.1', 'a');
    expect(await handle('5.1', 'left')).toBe('5.1');
  });
});
