import type { ServedPipeline } from './served-pipeline.ts';

/** Starts a pipeline a second time beside the first: the same definition over the same stream, under another name and with a table and an output of its own. */
export interface PipelineReplayer {
  /**
   * @param of The name of the first.
   * @param from From which arrival on; absent: all that the stream keeps.
   */
  replay(of: string, name: string, from: Date | undefined): Promise<ServedPipeline>;
}
