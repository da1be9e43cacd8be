import { InvalidArgument } from '../definition/invalid-argument.ts';
import { type Duration, durationMs } from '../time/duration.ts';
import { floorMod } from '../time/floor-div.ts';
import { pairedSlices, type Slides } from './paired-slices.ts';
import type { SlicedDefinition } from './window.ts';

/**
 * Windows of one size, side by side: every event is in exactly one.
 *
 * @param size How long a window is, at least 1 ms.
 * @param options Where windows begin; without them at midnight UTC and every size from there.
 * @param options.offset Moves every bound: `tumbling('1d', { offset: '6h' })` runs from 06:00 UTC to 06:00 UTC. May be negative.
 */
export function tumbling(size: Duration, { offset = 0 }: { offset?: Duration } = {}): SlicedDefinition {
  return Object.freeze({
    describe: () => {
      const { sizeMs, offsetMs } = read(size, offset);
      return `tumbling(${sizeMs}, offset ${offsetMs})`;
    },
    build: () => pairedSlices(read(size, offset)),
  });
}

function read(size: Duration, offset: Duration): Slides {
  const sizeMs = InvalidArgument.in('size', () => durationMs(size, { minMs: 1 }));
  const offsetMs = InvalidArgument.in('offset', () => durationMs(offset, { minMs: Number.NEGATIVE_INFINITY }));
  // Offsets a whole size apart mean the same windows, so they are one definition.
  return { sizeMs, slideMs: sizeMs, offsetMs: floorMod(offsetMs, sizeMs) };
}
