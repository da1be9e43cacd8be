import { expect, test } from 'vitest';
import { StateGraph } from './state-graph.ts';

test('the interleavings of two processes are counted as they are by arithmetic', () => {
  const steps = 300;
  const graph = new StateGraph(2);
  graph.begin([0, 0]);
  for (let state = 0; state < graph.size; state++) {
    const [one = 0, other = 0] = graph.row(state);
    if (one < steps) graph.follow(state, [one + 1, other]);
    if (other < steps) graph.follow(state, [one, other + 1]);
  }
  // (2n)! / (n!)², as a product.
  let schedules = 1;
  for (let step = 1; step <= steps; step++) schedules *= (steps + step) / step;

  expect(graph.size).toBe((steps + 1) ** 2);
  expect(graph.transitions).toBe(2 * steps * (steps + 1));
  expect(graph.schedules().depth).toBe(2 * steps);
  expect(graph.schedules().schedules / schedules).toBeCloseTo(1, 9);
});
