/**
 * Makes a Lambda function of a sink; and what a sink of your own is. Each sink that is here has an entry of its own, with what it needs.
 *
 * @module mullion/sinks
 */
export { type ChatMessage, type ChatModel, ModelError } from '../../shared/ports/chat-model.ts';
export { type DeadPane, PartlyTakenError, type PaneSink } from '../../shared/ports/pane-sink.ts';
export { sinkHandler, type SinkHandlerOptions } from './sink-handler.ts';
