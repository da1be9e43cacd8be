import { z } from '@hono/zod-openapi';
import { pageOf } from '../../shared/view/page.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { ApiError } from './problem.ts';
import type { ServedPipeline } from './served-pipeline.ts';

const placeSchema = z.object({ id: z.string() });

/** All that the API answers for, by name. */
export class ServedPipelines {
  #all: readonly ServedPipeline[] = [];

  /** @throws {RangeError} when two have one name. */
  constructor(pipelines: readonly ServedPipeline[]) {
    for (const each of pipelines) this.add(each);
  }

  get all(): readonly ServedPipeline[] {
    return this.#all;
  }

  /** @throws {RangeError} when there is one of that name. */
  add(pipeline: ServedPipeline): void {
    if (this.#all.some(({ id }) => id === pipeline.id))
      throw new RangeError(`two pipelines are called '${pipeline.id}'; the API tells them apart by their names`);
    this.#all = [...this.#all, pipeline].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** @throws {ApiError} when there is none of that name. */
  named(id: string): ServedPipeline {
    const found = this.all.find((each) => each.id === id);
    if (found === undefined) throw new ApiError(404, `there is no pipeline '${id}' here; there is ${this.#names}`);
    return found;
  }

  /**
   * The one that is meant where a request may leave it out.
   *
   * @throws {ApiError} when it could be several.
   */
  meant(id: string | undefined): ServedPipeline {
    if (id !== undefined) return this.named(id);
    const [only] = this.all;
    if (this.all.length !== 1 || only === undefined)
      throw new ApiError(400, `which pipeline is meant? Say ?pipeline=, one of ${this.#names}`);
    return only;
  }

  /**
   * A page of all, or of the one that is named.
   *
   * @throws {ApiError} when there is none of that name, or the cursor is none.
   */
  page(
    id: string | undefined,
    limit: number,
    cursor: string | undefined,
  ): { readonly items: readonly ServedPipeline[]; readonly next?: string } {
    const behind = readCursor(placeSchema, cursor);
    const rest = this.chosen(id).filter((each) => behind === undefined || each.id > behind.id);
    return pageOf(rest, limit, (last) => writeCursor({ id: last.id }));
  }

  /** All, or the one that is named. */
  chosen(id: string | undefined): readonly ServedPipeline[] {
    return id === undefined ? this.all : [this.named(id)];
  }

  get #names(): string {
    return this.all.map(({ id }) => `'${id}'`).join(', ');
  }
}
