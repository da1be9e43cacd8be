import { Svg } from '../svg.ts';
import { type Arrived, BOUND_S, type Fired, LATENESS_S } from './minutes.ts';

const WIDTH = 1046;
const PLOT = { x: 74, y: 46, width: 940, height: 440 };
const ARRIVED_MAX = 270;
const HAPPENED_MAX = 215;
const LABEL = { width: 208, height: 44 };

/** Events by when they arrived (to the right) and when they happened (upwards), the watermark among them, and what fires as it passes the ends of windows. */
export function drawMinutes(arrivals: readonly Arrived[]): string {
  const svg = new Svg(WIDTH, 'Events by when they arrived and when they happened, the watermark, and the minutes that fire');
  drawAxes(svg);
  svg.line([placeOf(0, 0), placeOf(HAPPENED_MAX, HAPPENED_MAX)], 'line dotted');
  drawWatermark(svg, arrivals);
  for (const arrival of arrivals) drawArrival(svg, arrival);
  drawLegend(svg, PLOT.y + PLOT.height + 66);
  return svg.toString(PLOT.y + PLOT.height + 92);
}

/** Windows lie side by side, from below to above. */
function drawAxes(svg: Svg): void {
  for (let start = 0; start < 180; start += 60) {
    const upper = placeOf(0, start + 60);
    svg.box({ x: PLOT.x, y: upper.y + 2, width: PLOT.width, height: round(placeOf(0, start).y - upper.y - 4) }, 'box');
    svg.text({ x: PLOT.x + 12, y: upper.y + 24 }, `window ${clock(start)}–${clock(start + 60)}`, { ink: 'faint', style: 'small' });
  }
  for (let second = 0; second < ARRIVED_MAX; second += 60) {
    if (second < HAPPENED_MAX)
      svg.text({ x: PLOT.x - 12, y: placeOf(0, second).y + 5 }, clock(second), { ink: 'faint', style: 'small', anchor: 'end' });
    svg.text({ x: placeOf(second, 0).x, y: PLOT.y + PLOT.height + 20 }, clock(second), { ink: 'faint', style: 'small', anchor: 'middle' });
  }
  svg.text({ x: PLOT.x - 54, y: PLOT.y - 18 }, 'when it happened', { style: 'head' });
  svg.text({ x: PLOT.x + PLOT.width, y: PLOT.y + PLOT.height + 40 }, 'when it arrived', { style: 'head', anchor: 'end' });
}

/** Steps: it goes on when an event comes that is newer than all before. */
function drawWatermark(svg: Svg, arrivals: readonly Arrived[]): void {
  const known = arrivals.filter(({ watermark }) => watermark >= 0);
  const steps = known.flatMap(({ arrived, watermark }, index) => [
    placeOf(arrived, known[index - 1]?.watermark ?? 0),
    placeOf(arrived, watermark),
  ]);
  svg.line([...steps, placeOf(ARRIVED_MAX, known.at(-1)?.watermark ?? 0)], 'mark');
}

function drawArrival(svg: Svg, { happened, arrived, isRefused, panes }: Arrived): void {
  const place = placeOf(arrived, happened);
  for (const pane of panes) drawPane(svg, pane, arrived, pane.timing === 'LATE' ? happened : pane.end);
  if (isRefused) {
    svg.cross(place);
    svg.text({ x: place.x + 14, y: place.y + 5 }, 'too late: on the side stream', { style: 'small' });
  } else {
    svg.dot(place, panes.some(({ timing }) => timing === 'LATE') ? 'late' : 'event');
  }
}

function drawPane(svg: Svg, { start, events, timing }: Fired, arrived: number, height: number): void {
  const { x, y } = placeOf(arrived, height);
  const box = { x: x + 14, y: timing === 'LATE' ? y - LABEL.height / 2 : y + 8, ...LABEL };
  svg.box(box, 'out');
  svg.text({ x: box.x + 10, y: box.y + 18 }, `${clock(start)} fires: ${events} events`);
  svg.text({ x: box.x + 10, y: box.y + 35 }, timing === 'LATE' ? 'again, for a late one' : 'the watermark has passed it', {
    ink: 'faint',
    style: 'small',
  });
}

function drawLegend(svg: Svg, y: number): void {
  svg.dot({ x: PLOT.x + 6, y: y - 4 }, 'event');
  svg.text({ x: PLOT.x + 18, y }, 'in time', { style: 'small' });
  svg.dot({ x: PLOT.x + 92, y: y - 4 }, 'late');
  svg.text({ x: PLOT.x + 104, y }, `late, up to ${LATENESS_S} s: corrects its window`, { style: 'small' });
  svg.line(
    [
      { x: PLOT.x + 370, y: y - 4 },
      { x: PLOT.x + 398, y: y - 4 },
    ],
    'mark',
  );
  svg.text({ x: PLOT.x + 406, y }, `the watermark: the newest event, less ${BOUND_S} s`, { style: 'small' });
  svg.line(
    [
      { x: PLOT.x + 706, y: y - 4 },
      { x: PLOT.x + 734, y: y - 4 },
    ],
    'line dotted',
  );
  svg.text({ x: PLOT.x + 742, y }, 'now', { style: 'small' });
}

function placeOf(arrived: number, happened: number) {
  return {
    x: round(PLOT.x + (arrived / ARRIVED_MAX) * PLOT.width),
    y: round(PLOT.y + PLOT.height - (happened / HAPPENED_MAX) * PLOT.height),
  };
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

/** `12:01`. */
function clock(second: number): string {
  return `12:${String(Math.floor(second / 60)).padStart(2, '0')}`;
}
