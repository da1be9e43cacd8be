/**
 * Panes on another stream.
 *
 * @module mullion/sinks/kinesis
 */
import type { PaneSink } from '../../ports/pane-sink.ts';
import type { Publisher } from '../../ports/publisher.ts';
import { KinesisPublisher, type KinesisPublisherOptions } from '../kinesis/kinesis-publisher.ts';

/** Puts documents on a Kinesis stream, by their ids: dead letters, say. A document that is there twice has the same id. */
export class StreamSink<P extends { readonly id: string }> implements PaneSink<P> {
  readonly #publisher: Publisher;

  constructor(options: Pick<KinesisPublisherOptions, 'client' | 'streamName'>) {
    this.#publisher = new KinesisPublisher(options);
  }

  async put(documents: readonly P[]): Promise<void> {
    await this.#publisher.publish(documents.map((each) => ({ partitionKey: each.id.slice(0, 256), json: JSON.stringify(each) })));
  }
}
