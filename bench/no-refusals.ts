import type { Publisher } from '../shared/ports/publisher.ts';

/** A side stream for data of which nothing is refused: a benchmark of records that were is none. */
export const NO_REFUSALS: Publisher = { publish: () => Promise.reject(new Error('a record was refused')) };
