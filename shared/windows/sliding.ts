import { InvalidArgument } from '../definition/invalid-argument.ts';
import { type Duration, durationMs } from '../time/duration.ts';
import { floorMod } from '../time/floor-div.ts';
import { pairedSlices, type Slides } from './paired-slices.ts';
import type { SlicedDefinition } from './window.ts';

/**
 * Windows of one size that begin every `slide`, and so overlap (also called hopping): an event is in `size / slide` of them, and folded once.
 *
 * @param size How long a window is.
 * @param slide How far apart windows begin: at least 1 ms, at most the size.
 * @param options Where windows begin.
 * @param options.offset Moves every bound. May be negative.
 */
export function sliding(size: Duration, slide: Duration, { offset = 0 }: { offset?: Duration } = {}): SlicedDefinition {
  return Object.freeze({
    describe: () => {
      const { sizeMs, slideMs, offsetMs } = read(size, slide, offset);
      return `sliding(${sizeMs}, ${slideMs}, offset ${offsetMs})`;
    },
    build: () => pairedSlices(read(size, slide, offset)),
  });
}

function read(size: Duration, slide: Duration, offset: Duration): Slides {
  const sizeMs = InvalidArgument.in('size', () => durationMs(size, { minMs: 1 }));
  const slideMs = InvalidArgument.in('slide', () => durationMs(slide, { minMs: 1 }));
  if (slideMs > sizeMs)
    throw new InvalidArgument(slide, `at most the size, ${sizeMs} ms: events between windows would be in none`, 'slide');
  const offsetMs = InvalidArgument.in('offset', () => durationMs(offset, { minMs: Number.NEGATIVE_INFINITY }));
  // Offsets a whole slide apart mean the same windows, so they are one definition.
  return { sizeMs, slideMs, offsetMs: floorMod(offsetMs, slideMs) };
}
