import { z } from '@hono/zod-openapi';

// What the API says, piece by piece. The document that it serves is made of these.

const epochMs = (description: string) => z.int().openapi({ description: `${description}; epoch milliseconds`, example: 1_700_000_000_000 });
const eventTime = (description: string) =>
  z.int().openapi({ description: `${description}; event time, epoch milliseconds`, example: 1_700_000_000_000 });
const count = (description: string) => z.int().openapi({ description });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: 'A sentence: what was given, what is allowed, what to do' }),
  })
  .openapi('Problem', { description: 'RFC 9457' });

const byWindowSchema = z.record(z.string(), z.int()).readonly();

const countsSchema = z
  .object({
    read: count('Events read; the sum of the others'),
    folded: count('In at least one window'),
    filtered: count("Left out by the pipeline's filter"),
    late: count('Too late for every window; raw on the side stream'),
    invalid: count('Refused; raw on the side stream'),
    duplicate: count('Dropped, for one with the same id had come before; only where duplicates are dropped').optional(),
  })
  .openapi('Counts');

export const controlActionSchema = z.enum(['pause', 'resume', 'drain', 'checkpoint']);

const pendingSchema = z
  .object({
    kind: z.literal('control'),
    action: controlActionSchema,
    requestedAtMs: epochMs('When it was asked for'),
    position: z.int().openapi({ description: 'Its place in the log of requests: 1, 2, 3 …' }),
  })
  .openapi('Pending', { description: 'What was asked for, and some lane has not obeyed yet' });

const laneSchema = z
  .object({
    epoch: count('Its newest firing: 1, 2, 3 …; 0 before the first'),
    firedAtMs: epochMs('When that was').optional(),
    watermark: eventTime('Of that firing; 8640000000000000 once it is drained').optional(),
    openWindows: count('What that firing left open'),
    isPublished: z.boolean().openapi({ description: 'Whether all of it is on the output stream' }),
    pausedSinceMs: epochMs('Since when nothing is read; absent while it is not paused').optional(),
    obeyed: count('The last request that it has obeyed'),
    incompleteTo: eventTime('Panes of windows with a time up to here may lack records that ingest has given up on').optional(),
    snapshotOf: count('The firing that its newest snapshot stands for; 0 while there is none'),
    awaitsSnapshot: z.boolean().openapi({ description: 'Whether one was asked for that is not written yet' }),
  })
  .openapi('Lane');

const shardSchema = z
  .object({
    shard: z.string(),
    watermark: eventTime('By its slowest source; absent while nothing has come').optional(),
    lagMs: z.int().openapi({ description: 'How far that is behind the wall clock' }).optional(),
    arrivedToMs: epochMs('Arrival of its newest record that is committed').optional(),
    committedAtMs: epochMs('When its newest batch was committed').optional(),
    leftOut: z.enum(['idle', 'drained', 'gone']).openapi({ description: 'Why the newest firing went on without it' }).optional(),
  })
  .openapi('Shard');

const timeShape = {
  watermark: eventTime('What the next firing goes on to at least; -8640000000000000 while a shard has not delivered anything'),
  lagMs: z.int().openapi({ description: 'How far that is behind the wall clock; absent while there is none' }).optional(),
  heldBackBy: z.string().openapi({ description: 'The shard that it waits for' }).optional(),
};

const idShape = { id: z.string().openapi({ example: 'flights' }) };

const stateSchema = z
  .enum(['running', 'paused', 'drained', 'stopped', 'new'])
  .openapi({ description: '`stopped`: nothing is delivered to it; `new`: no function of it has run yet' });

export const summarySchema = z
  .object({
    ...idShape,
    state: stateSchema,
    ...timeShape,
    watermark: timeShape.watermark.optional(),
    openWindows: count('What the newest firing left open').optional(),
    eventsRead: count('Since its beginning').optional(),
    panesFired: count('Since its beginning').optional(),
    conservationDifference: count('Events that are accounted for nowhere: anything but 0 is a bug in Mullion').optional(),
    pending: z.array(pendingSchema).readonly(),
  })
  .openapi('Summary');

const windowDescriptionSchema = z
  .object({
    window: z.string().openapi({ example: 'tumbling(60000, offset 0)' }),
    groupBy: z.string().optional(),
    allowedLatenessMs: z.number(),
    early: z.string().optional(),
    late: z.string().optional(),
    onTime: z.string(),
    accumulation: z.string(),
    aggregates: z.array(z.string()).readonly(),
  })
  .openapi('WindowDefinition');

export const pipelineSchema = z
  .object({
    ...summarySchema.shape,
    fingerprint: z.string().openapi({ description: 'Identifies what state depends on' }),
    watermarkStrategy: z.string(),
    windows: z.record(z.string(), windowDescriptionSchema).readonly(),
    lanes: z.array(laneSchema).readonly(),
  })
  .openapi('Pipeline');

export const statsSchema = z
  .object({
    ...idShape,
    counts: countsSchema,
    conservationDifference: count('`read` less all the others: anything but 0 is a bug in Mullion'),
    lateByWindow: byWindowSchema.openapi({ description: 'Events too late for a window' }),
    openByWindow: byWindowSchema.openapi({ description: 'What the newest firings left open' }),
    panesFired: count('Since its beginning'),
    unreadCommits: count('Batches that no firing has taken in yet: what came since something left last'),
    isCurrent: z.boolean().openapi({ description: 'False while there are more of these than one look reads' }),
  })
  .openapi('Stats');

export const watermarksSchema = z
  .object({ ...idShape, ...timeShape, lanes: z.array(laneSchema).readonly(), shards: z.array(shardSchema).readonly() })
  .openapi('Watermarks');

export const openWindowSchema = z
  .object({
    start: eventTime('Its first moment'),
    end: eventTime('The first moment behind it'),
    key: z.string().openapi({ description: 'Of a session: each is of one key' }).optional(),
    keys: count('How many keys have events in it'),
    events: count('How many events it holds'),
  })
  .openapi('OpenWindow');

export const keyedWindowSchema = z
  .object({
    key: z.string(),
    start: eventTime('Its first moment'),
    end: eventTime('The first moment behind it'),
    count: count('Events so far'),
    value: z.record(z.string(), z.unknown()).readonly().openapi({ description: 'The result of every aggregate so far, by name' }),
  })
  .openapi('KeyedWindow');

export const paneSchema = z
  .object({
    id: z.string(),
    pipeline: z.string(),
    window: z.string(),
    key: z.string(),
    group: z.record(z.string(), z.string()).readonly().optional(),
    start: eventTime('Bounds of the window'),
    end: eventTime('Bounds of the window'),
    pane: z.object({
      timing: z.enum(['EARLY', 'ON_TIME', 'LATE']),
      index: z.int(),
      isFirst: z.boolean(),
      isLast: z.boolean(),
      isRetraction: z.literal(true).optional(),
    }),
    isIncomplete: z.literal(true).optional().openapi({ description: 'Records were given up that may have belonged into it' }),
    epoch: z.object({ lane: z.int().optional(), position: z.int(), index: z.int() }),
    watermark: eventTime("The pipeline's when it fired"),
    count: z.number(),
    value: z.record(z.string(), z.unknown()),
  })
  .openapi('Pane', { description: 'As on the output stream' });

export const seenRefusalSchema = z
  .object({
    id: z.string().openapi({ description: 'Its place on the input stream, or of the commit' }),
    kind: z.enum(['invalid', 'late', 'lateDelta', 'oversized']),
    code: z.string().openapi({ description: 'Why, for programs' }),
    message: z.string().openapi({ description: 'Why, for people' }),
    windows: z.array(z.string()).readonly().openapi({ description: 'The windows that it came too late for' }),
    events: count('How many events it stands for'),
    key: z.string().optional(),
    watermark: eventTime('That had passed').optional(),
    arrivedAtMs: epochMs('When it reached the stream').optional(),
    text: z.string().openapi({ description: 'How what was refused begins' }).optional(),
  })
  .openapi('Refusal', { description: 'What was late, or rejected. The side stream has all of it' });

const costPartSchema = z.object({ name: z.string(), dollars: z.number() });

export const costSchema = z
  .object({
    ...idShape,
    dollars: z.number().openapi({ description: 'A month of 730 hours, everything' }),
    stateAndComputeDollars: z
      .number()
      .openapi({ description: 'Of these, what the engine costs, without streams, logs, metrics and alarms' }),
    parts: z.array(costPartSchema).readonly(),
    alternatives: z.array(costPartSchema).readonly().openapi({ description: 'What else would do the work of state and compute' }),
    of: z.object({
      rate: z.number(),
      eventBytes: z.number(),
      keys: z.int(),
      shards: z.int(),
      lanes: z.int(),
      windowMs: z.number(),
      slideMs: z.number(),
      region: z.string(),
      pricesOf: z.string(),
    }),
  })
  .openapi('Cost');

export type Cost = z.infer<typeof costSchema>;

const stateSizeSchema = z
  .object({
    snapshotBytes: count('Of the newest state that was written down; 0 while there is none'),
    logBytes: count('Of the commits behind it, which a function that starts reads again'),
  })
  .openapi('StateSize');

const firedWindowSchema = z
  .object({
    window: z.string(),
    start: eventTime('Its first moment'),
    end: eventTime('The first moment behind it'),
    key: z.string().openapi({ description: 'Of a session: each is of one key' }).optional(),
    timing: z.enum(['EARLY', 'ON_TIME', 'LATE']),
    panes: count('How many panes were fired'),
    events: count('Events in these panes'),
    lane: z.int(),
    epoch: count('The firing'),
    firedAtMs: epochMs('When it fired'),
  })
  .openapi('FiredWindow', { description: 'What one firing said of one window, all keys together' });

export const nextSchema = z
  .string()
  .openapi({ description: 'Give it as `cursor` for what follows; absent at the end. A page may be short, or empty, and have one' })
  .optional();

const unknownPartSchema = z.object({ log: z.string(), from: z.int(), to: z.int() });

const epochFactsSchema = z.object({
  position: z.int(),
  firedAtMs: epochMs('When it fired'),
  watermark: eventTime('Of the firing'),
  watermarkBefore: eventTime('Of the firing before').optional(),
  heldBackBy: z.object({ shard: z.string(), source: z.string(), clock: z.int() }).optional(),
  leftOut: z.array(z.object({ shard: z.string(), because: z.enum(['idle', 'drained', 'gone']), provenAtMs: z.int() })).readonly(),
  idleForMs: z.int().optional(),
});

const commitShareSchema = z.object({
  shard: z.string(),
  position: z.int().openapi({ description: "Its place in the shard's log" }),
  first: z.string().openapi({ description: 'Sequence number of its first record' }),
  last: z.string().openapi({ description: 'Sequence number of its last record' }),
  committedAtMs: epochMs('When it was committed'),
  arrivedFromMs: epochMs('Its records reached the stream from then'),
  arrivedToMs: epochMs('Its records reached the stream up to then'),
  events: count('Events of it that are in the pane'),
});

const refusedSchema = z.object({
  id: z.string(),
  shard: z.string(),
  firstSequenceNumber: z.string(),
  lastSequenceNumber: z.string(),
  count: z.number(),
  start: z.int(),
  end: z.int(),
});

export const explanationSchema = z
  .object({
    pane: paneSchema,
    reason: z.enum(['end', 'drain', 'interval', 'count', 'event', 'change', 'closing', 'withdrawal']),
    epoch: epochFactsSchema,
    commits: z.array(commitShareSchema).readonly().openapi({ description: 'The batches whose events are in it' }),
    events: count('The sum of those'),
    accounts: z
      .enum(['balanced', 'incomplete', 'different'])
      .openapi({ description: '`incomplete`: a part of the logs has expired; `different` would be a bug in Mullion' }),
    unknown: z.array(unknownPartSchema).readonly().openapi({ description: 'What has expired' }),
    refused: z.array(refusedSchema).readonly().openapi({ description: 'Events of the key that came too late' }),
    refusedUpTo: z.int(),
    newestEpoch: z.int(),
  })
  .openapi('Explanation');

export const actionSchema = z.enum(['keep', 'drop']);

export const ruleSchema = z
  .object({
    name: z.string().min(1).max(64),
    action: actionSchema,
    pattern: z
      .record(z.string(), z.unknown())
      .readonly()
      .openapi({
        description: "Of an event, in the words of EventBridge's event patterns",
        example: { region: ['eu', { prefix: 'us-' }] },
      }),
  })
  .openapi('Rule');

export const rulesSchema = z
  .object({
    version: count('1, 2, 3 …'),
    rules: z.array(ruleSchema).readonly().openapi({ description: 'The first one whose pattern matches says what becomes of an event' }),
    otherwise: actionSchema,
    fromArrivalMs: epochMs('They hold for records that reached the stream then or later'),
    setAtMs: epochMs('When they were set'),
  })
  .openapi('Rules');

export const pictureSchema = z
  .object({
    nowMs: epochMs('When it was looked at'),
    pipeline: summarySchema,
    stats: statsSchema.optional(),
    watermarks: watermarksSchema.optional(),
    windows: z
      .array(openWindowSchema.extend({ window: z.string() }))
      .readonly()
      .openapi({ description: 'What is open, as much as a screen shows' }),
    cut: z.array(z.string()).readonly().openapi({ description: 'Names of windows that have more open than that' }),
    isCurrent: z.boolean().openapi({ description: 'False while there is more in the logs than one look reads' }),
    size: stateSizeSchema.optional(),
    refusals: z.array(seenRefusalSchema).readonly().openapi({ description: 'The newest of what was late or rejected, newest first' }),
    fired: z.array(firedWindowSchema).readonly().openapi({ description: 'What was fired since the picture before, oldest first' }),
    panes: z.array(paneSchema).readonly().openapi({ description: 'Some of these panes, newest first' }),
  })
  .openapi('Picture', {
    description: 'All that a person wants to see of a pipeline, at one moment. What has not run yet has neither stats nor watermarks',
  });

export type Picture = z.infer<typeof pictureSchema>;
