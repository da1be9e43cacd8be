import type { WindowOperator } from '../pipeline/window-operator.ts';
import type { OperatorState } from './operator-state.ts';
import { PaneWriter } from './pane-writer.ts';
import { SessionState } from './session-state.ts';
import { SlicedState } from './sliced-state.ts';

/** Empty state for a window definition, of the kind that its windows need. */
export function createOperatorState(pipeline: string, operator: WindowOperator<never>): OperatorState {
  const writer = new PaneWriter(pipeline, operator);
  const { assigner } = operator;
  return assigner.merges ? new SessionState(operator, assigner, writer) : new SlicedState(operator, assigner, writer);
}
