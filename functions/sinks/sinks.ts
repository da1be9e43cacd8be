/** What a function imports that brings panes elsewhere; each sink has an entry of its own, with what it needs. */
export { type ChatMessage, type ChatModel, ModelError } from '../../shared/ports/chat-model.ts';
export { type DeadPane, PartlyTakenError, type PaneSink } from '../../shared/ports/pane-sink.ts';
export { sinkHandler, type SinkHandlerOptions } from './sink-handler.ts';
