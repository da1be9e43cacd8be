import * as z from 'zod/mini';

const arrival = z.pipe(
  z.iso.datetime({ offset: true }),
  z.transform((text) => Date.parse(text)),
);

/** What Lambda says of a batch that its event source mapping has given up. The records stand beside it, and are nobody's business here. */
const documentSchema = z.object({
  KinesisBatchInfo: z.object({
    shardId: z.string(),
    batchSize: z.number().check(z.int(), z.minimum(1)),
    approximateArrivalOfLastRecord: arrival,
  }),
});

export type DiscardedBatch = z.infer<typeof documentSchema>['KinesisBatchInfo'];

/** @throws {Error} when the object is none of Lambda's. */
export function parseDiscardedBatch(bytes: Uint8Array): DiscardedBatch {
  const parsed = documentSchema.safeParse(jsonOf(new TextDecoder().decode(bytes)));
  if (parsed.success) return parsed.data.KinesisBatchInfo;
  const [first] = parsed.error.issues;
  throw new Error(`it is no batch that an event source mapping gave up: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
