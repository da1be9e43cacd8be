import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../functions/environment.ts';

const COMPLETE = { MULLION_TABLE: 'logs', MULLION_INPUT_STREAM: 'events', MULLION_OUTPUT_STREAM: 'panes', MULLION_SIDE_STREAM: 'refused' };

describe('the environment of a function', () => {
  test('is read, with 30 days of retention where nothing is said', () => {
    expect(readEnvironment({ ...COMPLETE, PATH: '/bin' })).toEqual({
      ...COMPLETE,
      MULLION_RETENTION_DAYS: 30,
      MULLION_PAYLOADS_FROM_BYTES: 9_216,
      MULLION_PANES_PER_RECORD: 'one',
      MULLION_LANES: 1,
      MULLION_LANE: 0,
      MULLION_METRICS: 'none',
    });
    expect(readEnvironment({ ...COMPLETE, MULLION_RETENTION_DAYS: '' }).MULLION_RETENTION_DAYS).toBe(30);
    expect(readEnvironment({ ...COMPLETE, MULLION_RETENTION_DAYS: '400' }).MULLION_RETENTION_DAYS).toBe(400);
  });

  test('may call the pipeline otherwise, and let it begin at a moment', () => {
    const replay = { MULLION_NAME: 'again', MULLION_STARTING_AT: '2026-03-01T12:00:00.000Z' };
    expect(readEnvironment({ ...COMPLETE, ...replay })).toMatchObject(replay);
    expect(() => readEnvironment({ ...COMPLETE, MULLION_STARTING_AT: 'yesterday' })).toThrow('MULLION_STARTING_AT (yesterday);');
  });

  test('may say where large payloads are, and what is large', () => {
    const payloads = { MULLION_PAYLOADS: 'https://bucket.s3.eu-west-1.amazonaws.com', MULLION_PAYLOADS_FROM_BYTES: '20000' };
    expect(readEnvironment({ ...COMPLETE, ...payloads })).toMatchObject({ ...payloads, MULLION_PAYLOADS_FROM_BYTES: 20_000 });
    expect(() => readEnvironment({ ...COMPLETE, MULLION_PAYLOADS: 'bucket' })).toThrow('MULLION_PAYLOADS (bucket);');
    expect(() => readEnvironment({ ...COMPLETE, MULLION_PAYLOADS_FROM_BYTES: '0' })).toThrow('MULLION_PAYLOADS_FROM_BYTES (0);');
  });

  test('may say how much is published of what a function does, and what to call the pipeline there', () => {
    const variables = { MULLION_METRICS: 'all', POWERTOOLS_SERVICE_NAME: 'Stack/Flights' };
    expect(readEnvironment({ ...COMPLETE, ...variables })).toMatchObject(variables);
    expect(() => readEnvironment({ ...COMPLETE, MULLION_METRICS: 'some' })).toThrow('MULLION_METRICS (some);');
  });

  test('may have panes share records', () => {
    expect(readEnvironment({ ...COMPLETE, MULLION_PANES_PER_RECORD: 'many' }).MULLION_PANES_PER_RECORD).toBe('many');
    expect(() => readEnvironment({ ...COMPLETE, MULLION_PANES_PER_RECORD: '70' })).toThrow('MULLION_PANES_PER_RECORD (70);');
  });

  test('that lacks variables is refused with all of them at once', () => {
    expect(() => readEnvironment({ MULLION_TABLE: 'logs', MULLION_OUTPUT_STREAM: 'panes' })).toThrow(
      'these environment variables are missing or wrong: MULLION_INPUT_STREAM (not set), MULLION_SIDE_STREAM (not set); the WindowPipeline construct sets them',
    );
  });

  test('says which lane a function fires, of as many as the pipeline has', () => {
    const variables = { ...COMPLETE, MULLION_LANES: '4', MULLION_LANE: '3' };
    expect(readEnvironment(variables, 4)).toMatchObject({ MULLION_LANES: 4, MULLION_LANE: 3 });
    expect(() => readEnvironment(COMPLETE, 4)).toThrow(
      'the pipeline has lanes: 4, and is deployed with 1; give the WindowPipeline construct lanes: 4',
    );
    expect(() => readEnvironment(variables)).toThrow('the pipeline has lanes: 1, and is deployed with 4');
    expect(() => readEnvironment({ ...variables, MULLION_LANE: '4' }, 4)).toThrow(
      'MULLION_LANE is 4; the pipeline has lanes: 4, the last one is 3',
    );
  });

  test.each(['0', '-1', '1.5', 'a month', 'Infinity'])('does not take %o days', (days) => {
    expect(() => readEnvironment({ ...COMPLETE, MULLION_RETENTION_DAYS: days })).toThrow(`MULLION_RETENTION_DAYS (${days});`);
  });

  test.each(Object.keys(COMPLETE))('takes an empty %s for one that is not set', (variable) => {
    expect(() => readEnvironment({ ...COMPLETE, [variable]: '' })).toThrow(`are missing or wrong: ${variable} (not set);`);
  });
});
