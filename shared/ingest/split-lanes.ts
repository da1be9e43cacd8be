import type { Delta } from '../log/commit.ts';
import { FIRST_LANE, type Lane, laneOfRow } from '../pipeline/lane.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import { Table } from '../table/table.ts';

/** The same deltas, each for the keys of one lane: whoever fires a lane reads its own and passes over the others. */
export function splitLanes({ lanes, operators }: Pipeline<never>, deltas: readonly Delta[]): readonly Delta[] {
  if (lanes === 1) return deltas;
  return deltas.flatMap((delta) => {
    const operator = operators.find(({ name }) => name === delta.window) as WindowOperator<never>;
    return [...tablesByLane(operator, delta.table, lanes)].map(([lane, table]) => ({
      ...delta,
      ...(lane === FIRST_LANE ? {} : { lane }),
      table,
    }));
  });
}

function tablesByLane(operator: WindowOperator<never>, table: Table, lanes: number): Map<Lane, Table> {
  const tables = new Map<Lane, Table>();
  for (const [row, name] of table.keys.entries()) {
    const lane = laneOfRow(operator, name, lanes);
    const own = tables.get(lane) ?? new Table(operator.shape);
    tables.set(lane, own);
    own.mergeRow(table, row);
  }
  return tables;
}
