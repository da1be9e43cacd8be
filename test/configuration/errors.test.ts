import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../shared/configuration/configuration-error.ts';
import { readConfiguration } from '../../shared/configuration/read-configuration.ts';

function errorOf(text: string, name?: string, isOptional = false): ConfigurationError {
  try {
    readConfiguration(text, 'pipeline.yaml', { name, isOptional });
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const problemsOf = (text: string, name?: string) =>
  errorOf(text, name).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

const PIPELINE = `name: requests
timestamp: at
watermark: { delay: 5s }
windows:
  minutes:
    type: tumbling
    size: 1m
    key: service
    aggregates:
      n: count
`;

describe('a mistake is told with line and column, what was given and what is needed', () => {
  test('and the line itself', () => {
    expect(errorOf(PIPELINE.replace('1m', '5x')).message).toBe(
      `pipeline.yaml:7:11: windows.minutes.size is '5x'; a duration is needed, such as 30s, 5m, 1h
  7 |     size: 5x
    |           ^`,
    );
  });

  test('of every window at once, whether its form or its definition is wrong', () => {
    const window = PIPELINE.slice(PIPELINE.indexOf('  minutes:'));
    const hourly = window.replace('minutes', 'hours').replace('tumbling', 'sliding').replace('1m', '1h\n    slide: 2h');
    expect(problemsOf(PIPELINE.replace('1m', '5x') + hourly)).toEqual([
      "7:11 windows.minutes.size is '5x'; a duration is needed, such as 30s, 5m, 1h",
      "14:12 windows.hours.slide: '2h' is not allowed here; allowed: at most the size, 3600000 ms: events between windows would be in none",
    ]);
  });

  test.each<[what: string, from: string, to: string, problem: string]>([
    ['no unit', 'size: 1m', 'size: 5', '7:11 windows.minutes.size is 5; a duration is needed, such as 30s, 5m, 1h'],
    [
      'nothing',
      '    size: 1m\n',
      '',
      '5:3 windows.minutes.size is missing; a duration is needed, such as 30s, 5m, 1h (or size_ms: 300000)',
    ],
    ['both', 'size: 1m', 'size: 1m\n    size_ms: 60000', '8:14 windows.minutes.size_ms is 60000; only one of size and size_ms is possible'],
    [
      'another type',
      'tumbling',
      'tumblin',
      `6:11 windows.minutes.type is 'tumblin'; tumbling, sliding, session, calendar or global is needed`,
    ],
    ['how long', 'windows:', 'retention: 60d\nwindows:', "4:12 retention is '60d'; how long is needed: { state: 60d, streams: 7d }"],
    [
      'no such percentile',
      'n: count',
      'n: { type: percentiles, of: ms, at: [0.5, 2] }',
      '10:49 windows.minutes.aggregates.n.at.1: 2 is not allowed here; allowed: a number from 0 to 1',
    ],
    [
      'no source',
      'watermark: { delay: 5s }',
      'watermark: { source: service, delays: {} }',
      '3:39 watermark.delays is an object; a delay for each source is needed, such as { web: 5s, batch: 10m }',
    ],
    [
      'too short',
      'windows:',
      'retention: { state: 1m }\nwindows:',
      "4:21 retention.state is '1m'; whole days are needed, from 2d to 3650d",
    ],
    [
      'no whole hours',
      'windows:',
      'retention: { streams: 90m }\nwindows:',
      "4:23 retention.streams is '90m'; whole hours are needed, from 24h to 8760h",
    ],
    [
      'longer than the state',
      'windows:',
      'retention: { state: 5d, streams: 7d }\nwindows:',
      "4:34 retention.streams is '7d'; less than state, 5d, is needed: a record delivered again must find that it was counted",
    ],
    [
      'a trigger',
      'size: 1m',
      'size: 1m\n    trigger: every 30s',
      "8:14 windows.minutes.trigger is 'every 30s'; when it fires is needed, such as { early_firing: every 30s }",
    ],
    ['a path', 'key: service', 'key: a..b', `8:10 windows.minutes.key is 'a..b'; a path into the event is needed`],
    ['no key', '    key: service\n', '', '5:3 windows.minutes.key is missing; a path is needed, here or at the top, or group_by'],
    ['an aggregate', 'n: count', 'n: { type: mean }', '10:7 windows.minutes.aggregates.n.of is missing; a path into the event is needed'],
    [
      'a pattern',
      'key: service',
      'key: service\n    where: { a: [{ prefx: b }] }',
      '9:18 windows.minutes.where.a.0: an object is not allowed here',
    ],
    ['a name', '  minutes:', '  5 minutes:', `5:3 windows.5 minutes: the name '5 minutes' is not allowed; allowed: 1 to 64 letters`],
    ['a format', 'timestamp: at', 'timestamp: { path: at, format: dd.mm }', `2:32 timestamp.format is 'dd.mm'; epoch_ms, epoch_s, iso8601`],
    ['a watermark', '{ delay: 5s }', '{ source: s }', '3:1 watermark.delays is missing; one of { delay: 10s }'],
    ['text that is none', 'at', '"at', '11:1 Missing closing "quote'],
    ['a field twice', 'timestamp: at', 'name: other\ntimestamp: at', '2:1 Map keys must be unique'],
    [
      'no number',
      'n: count',
      'n: { type: top_k, of: a, k: few }',
      `10:35 windows.minutes.aggregates.n.k is 'few'; a whole number is needed`,
    ],
  ])('%s', (_what, from, to, problem) => {
    expect(PIPELINE).toContain(from);
    const [first = '', ...others] = problemsOf(PIPELINE.replace(from, to));
    expect(first).toContain(problem);
    expect(others).toEqual([]);
  });

  test.each<[what: string, from: string, to: string, problem: string]>([
    [
      'a slide above the size',
      'tumbling',
      'sliding\n    slide: 2m',
      `7:12 windows.minutes.slide: '2m' is not allowed here; allowed: at most the size`,
    ],
    [
      'no such zone',
      'tumbling\n    size: 1m',
      'calendar\n    unit: day\n    time_zone: Mars',
      `8:16 windows.minutes.time_zone: 'Mars' is not allowed`,
    ],
    ['a size in milliseconds', 'size: 1m', 'size_ms: 0', '7:14 windows.minutes.size: 0 is not allowed here; allowed: at least 1 ms'],
    [
      'too short',
      'windows:',
      'retention: { state: 1m }\nwindows:',
      "4:21 retention.state is '1m'; whole days are needed, from 2d to 3650d",
    ],
    [
      'no whole hours',
      'windows:',
      'retention: { streams: 90m }\nwindows:',
      "4:23 retention.streams is '90m'; whole hours are needed, from 24h to 8760h",
    ],
    [
      'longer than the state',
      'windows:',
      'retention: { state: 5d, streams: 7d }\nwindows:',
      "4:34 retention.streams is '7d'; less than state, 5d, is needed: a record delivered again must find that it was counted",
    ],
    [
      'a trigger',
      'size: 1m',
      'size: 1m\n    trigger: { early_firing: every 0s }',
      `8:30 windows.minutes.trigger.early_firing: '0s' is not allowed`,
    ],
    ['a parameter', 'n: count', 'n: { type: percentile, of: a, at: 2 }', '10:41 windows.minutes.aggregates.n.at: 2 is not allowed'],
    [
      'a bound',
      'n: count',
      'n: { type: histogram, of: a, bounds: [2, 1] }',
      '10:48 windows.minutes.aggregates.n.bounds.1: 1 is not allowed',
    ],
    ['a delay', 'delay: 5s', 'delay: -5s', `3:21 watermark.delay: '-5s' is not allowed`],
    ['the delay of a source', 'delay: 5s', 'source: s, delays: { web: -5s }', `3:40 watermark.delays.web: '-5s' is not allowed`],
    ['a timeout', 'name: requests', 'name: requests\nidle_timeout: 0s', `2:15 idle_timeout: '0s' is not allowed`],
  ])('%s, which the definition finds', (_what, from, to, problem) => {
    expect(PIPELINE).toContain(from);
    const [first = '', ...others] = problemsOf(PIPELINE.replace(from, to));
    expect(first).toContain(problem);
    expect(others).toEqual([]);
  });

  test('a misspelled field, once, with the one that was meant', () => {
    const [first = '', ...others] = problemsOf(PIPELINE.replace('size: 1m', 'siez: 1m').replace('aggregates', 'aggregate'));
    expect(first).toMatch(/^7:5 windows\.minutes: there is no 'siez'; did you mean 'size'\? allowed: type, size, size_ms, /);
    expect(others).toEqual([expect.stringMatching(/^9:5 windows\.minutes: there is no 'aggregate'; did you mean 'aggregates'\?/)]);
  });

  test('all of them at once, in the order of the lines', () => {
    const text = PIPELINE.replace('5s', '5').replace('1m', '1y').replace('count', 'conut');
    expect(problemsOf(text).map((problem) => problem.split(' ')[0])).toEqual(['3:21', '7:11', '10:10']);
  });

  test.each(['', '- 1', 'text', '5', '# nothing', 'null'])('%j is no pipeline', (text) => {
    expect(problemsOf(text)).toEqual(['1:1 a pipeline is needed: name, timestamp, watermark and windows']);
  });

  test('through an alias, where it stands', () => {
    const text = PIPELINE.replace('size: 1m', 'size: &long 1y').concat(
      '  hours: { type: tumbling, size: *long, key: a, aggregates: { n: count } }\n',
    );
    expect(problemsOf(text).map((problem) => problem.split(';')[0])).toEqual([
      `7:17 windows.minutes.size is '1y'`,
      `11:34 windows.hours.size is '1y'`,
    ]);
  });

  test('through a merge, where it stands', () => {
    const text = PIPELINE.replace('minutes:', 'minutes: &minutes')
      .replace('count', 'conut')
      .concat('  hours:\n    <<: *minutes\n    size: 1h\n  days:\n    <<: [{ offset: 1 }, *minutes]\n');
    expect(problemsOf(text).map((problem) => problem.split(';')[0])).toEqual([
      ...['minutes', 'hours', 'days'].map((name) => `10:10 windows.${name}.aggregates.n is 'conut'`),
      `15:20 windows.days.offset is 1`,
    ]);
  });

  test('aliases that would grow without end are refused', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) =>
        `a${level}: &a${level} [${
          level === 0
            ? '1'
            : Array(10)
                .fill(`*a${level - 1}`)
                .join(', ')
        }]`,
    );
    expect(problemsOf(levels.join('\n'))).toEqual(['1:1 Excessive alias count indicates a resource exhaustion attack']);
  });

  test('in JSON as well', () => {
    expect(problemsOf('{\n  "name": "requests",\n  "timestamp": 5\n}')).toContainEqual(
      '3:16 timestamp is 5; a path is needed, or { path, format }',
    );
  });

  test('of a long line a part', () => {
    const text = JSON.stringify({ name: 'requests', filter: { a: ['x'.repeat(300)] }, timestamp: 5 });
    const problem = errorOf(text).problems.find(({ message }) => message.startsWith('timestamp'));
    const [line = '', mark = ''] = problem?.excerpt.split('\n') ?? [];
    expect(line.length).toBeLessThan(140);
    expect(line.slice(mark.indexOf('^'))).toMatch(/^5/);
  });
});

describe('a profile', () => {
  const text = `${PIPELINE}profiles:
  development:
    windows: { minutes: { trigger: { early_firing: every 1s } } }
  production:
    name: requests-live
    lanes: 4
    windows:
      minutes: { size: 5m }
      days: { type: tumbling, size: 1d, key: service, aggregates: { n: count } }
`;
  const read = (name?: string, isOptional = false) => readConfiguration(text, 'pipeline.yaml', { name, isOptional }).pipeline;

  test('is laid over what all say', () => {
    expect(read().description.windows).toMatchObject({ minutes: { window: 'tumbling(60000, offset 0)' } });
    expect(read('development').description.windows.minutes?.early).toBe('every(1000)');
    const { name, lanes, description } = read('production');
    expect({ name, lanes }).toEqual({ name: 'requests-live', lanes: 4 });
    expect(Object.values(description.windows).map(({ window }) => window)).toEqual([
      'tumbling(300000, offset 0)',
      'tumbling(86400000, offset 0)',
    ]);
  });

  test('with nothing in it is what all say', () => {
    const { pipeline } = readConfiguration(`${PIPELINE}profiles:\n  production:\n`, 'pipeline.yaml', {
      name: 'production',
      isOptional: false,
    });
    expect(pipeline.description).toEqual(
      readConfiguration(PIPELINE, 'pipeline.yaml', { name: undefined, isOptional: false }).pipeline.description,
    );
  });

  test('takes out what it says is null', () => {
    const session = text.replace('{ size: 5m }', '{ type: session, size: null, gap: 5m }');
    const { pipeline } = readConfiguration(session, 'pipeline.yaml', { name: 'production', isOptional: false });
    expect(pipeline.description.windows.minutes?.window).toBe('session(300000, max Infinity)');
  });

  test('is checked whether or not it is chosen, and its mistakes are told where they stand', () => {
    expect(problemsOf(text.replace('5m', '5y'))).toEqual([
      `18:24 windows.minutes.size is '5y'; a duration is needed, such as 30s, 5m, 1h (profile production)`,
    ]);
    expect(problemsOf(text.replace('lanes: 4', 'lanez: 4'))[0]).toMatch(
      /^16:5 there is no 'lanez'; did you mean 'lanes'\? .* \(profile production\)$/,
    );
  });

  test('may bring what is missing, where it is chosen', () => {
    const parts =
      'name: a\ntimestamp: at\nkey: k\nwindows: { w: { type: global, aggregates: { n: count } } }\nprofiles: { here: { watermark: { delay: 1s } } }';
    expect(readConfiguration(parts, 'pipeline.yaml', { name: 'here', isOptional: false }).pipeline.name).toBe('a');
    expect(problemsOf(parts)).toEqual([expect.stringContaining('1:1 watermark is missing')]);
  });

  test('that is not there is refused with those that are, unless the file has none and the choice was not for it alone', () => {
    expect(problemsOf(text, 'prod')).toEqual([`12:3 there is no profile 'prod'; there are development, production`]);
    expect(problemsOf(PIPELINE, 'prod')).toEqual([`1:1 there is no profile 'prod'; the file has none`]);
    expect(() => read('prod', true)).toThrow(ConfigurationError);
    expect(readConfiguration(PIPELINE, 'pipeline.yaml', { name: 'prod', isOptional: true }).pipeline.name).toBe('requests');
  });
});
