import { Svg } from '../svg.ts';
import { END_S, EVENTS, KINDS, type Shape } from './shapes.ts';

const WIDTH = 1046;
const AXIS = { x: 324, width: 690 };
const TOP = 70;
const LANE_HEIGHT = 34;
const LANE_GAP = 6;
const KIND_GAP = 22;

/** The same events above windows of every kind, each with how many it holds. */
export function drawShapes(shapes: readonly Shape[]): string {
  const svg = new Svg(WIDTH, 'The same events in tumbling, sliding, session and global windows');
  svg.text({ x: 24, y: 42 }, 'events of one key', { style: 'head' });
  const bottom = KINDS.reduce(
    (y, { name, code, about }) =>
      drawKind(
        svg,
        shapes.filter(({ window }) => window === name),
        { code, about, y },
      ),
    TOP,
  );
  for (const second of EVENTS) svg.dot({ x: xOf(second), y: 38 }, 'event');
  for (let second = 0; second <= END_S; second += 10)
    svg.text({ x: xOf(second), y: bottom + 8 }, `${second} s`, { ink: 'faint', style: 'small', anchor: 'middle' });
  return svg.toString(bottom + 28);
}

/** @returns Where the next one begins. */
function drawKind(
  svg: Svg,
  shapes: readonly Shape[],
  { code, about, y }: { readonly code: string; readonly about: string; readonly y: number },
) {
  svg.text({ x: 24, y: y + 15 }, code, { style: 'mono' });
  svg.text({ x: 24, y: y + 33 }, about, { ink: 'faint', style: 'small' });
  const ends: number[] = [];
  for (const { start, end, events } of shapes.toSorted((a, b) => a.start - b.start)) {
    // The first lane that is free.
    const free = ends.findIndex((laneEnd) => laneEnd <= start);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = end;
    const [left, right] = [xOf(start), xOf(end)];
    const box = { x: left + 1.5, y: y + lane * (LANE_HEIGHT + LANE_GAP), width: right - left - 3, height: LANE_HEIGHT };
    svg.box(box, 'in');
    svg.text({ x: (left + right) / 2, y: box.y + 22 }, String(events), { anchor: 'middle' });
  }
  return y + ends.length * (LANE_HEIGHT + LANE_GAP) + KIND_GAP;
}

/** What begins before the axis or ends behind it is cut. */
function xOf(second: number): number {
  return AXIS.x + (Math.min(Math.max(second, -2), END_S + 2) / END_S) * AXIS.width;
}
