import { expect, test } from 'vitest';
import { isPipeline } from '../../shared/pipeline/define-pipeline.ts';
import { underName } from '../../shared/pipeline/under-name.ts';
import { temperatures } from '../fixtures/temperature-pipeline.ts';

test('a pipeline under another name is the same but for the name', () => {
  const again = underName(temperatures, 'again');
  expect(again).toEqual({ ...temperatures, name: 'again' });
  expect(isPipeline(again)).toBe(true);
});

test.each(['', '1st', 'a#b', 'x'.repeat(65)])('%o is no name', (name) => {
  expect(() => underName(temperatures, name)).toThrow("pipeline 'temperatures', name: ");
});
