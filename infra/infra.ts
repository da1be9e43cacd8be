/**
 * CDK constructs: a pipeline, the HTTP API in front of it, and a WebSocket for events.
 *
 * @module mullion/infra
 */
export { PipelineApi } from './constructs/pipeline-api.ts';
export type { ApiAuthorization, JwtAuthorization, PipelineApiProps } from './constructs/pipeline-api-props.ts';
export { PipelineSocket } from './constructs/pipeline-socket.ts';
export type { PipelineSocketProps } from './constructs/pipeline-socket-props.ts';
export { PipelinePropError } from './constructs/pipeline-settings.ts';
export type { HistoryRule } from './constructs/history-rule.ts';
export type { PaneHistory } from './constructs/pane-history.ts';
export type { ServedPipeline } from './constructs/served-pipeline.ts';
export { WindowPipeline } from './constructs/window-pipeline.ts';
export type {
  AlarmRules,
  DiscardRule,
  LogLevel,
  NetworkPlacement,
  PayloadRule,
  WindowPipelineProps,
} from './constructs/window-pipeline-props.ts';
