// docs/PANES.md describes the document; a test holds every pane that the engine writes against these.

/** A column of the table of panes, by the name of its field. */
export interface PaneColumn {
  readonly name: string;
  /** As Hive says it. */
  readonly type: string;
  readonly comment: string;
}

/** The day of arrival, by which objects are kept apart. It is in their names, and in no pane. */
export const DAY_COLUMN: PaneColumn = {
  name: 'day',
  type: 'string',
  comment: 'UTC day on which the pane was published, yyyy-MM-dd',
};

export const PANE_COLUMNS: readonly PaneColumn[] = [
  { name: 'id', type: 'string', comment: 'The same for the same pane, however often it is here' },
  { name: 'pipeline', type: 'string', comment: 'Name of the pipeline' },
  { name: 'window', type: 'string', comment: 'Name of the window in the pipeline' },
  { name: 'key', type: 'string', comment: 'Key of the window' },
  { name: 'group', type: 'map<string,string>', comment: 'Fields of the key, where windows group by fields' },
  { name: 'start', type: 'bigint', comment: 'Begin of the window, epoch ms' },
  { name: 'end', type: 'bigint', comment: 'End of the window, epoch ms, not in it' },
  {
    name: 'pane',
    type: 'struct<timing:string,index:bigint,isfirst:boolean,islast:boolean,isretraction:boolean>',
    comment: 'EARLY, ON_TIME or LATE, and the how many-th of its window',
  },
  { name: 'watermark', type: 'bigint', comment: 'Watermark when the pane fired, epoch ms' },
  { name: 'count', type: 'bigint', comment: 'Events in the pane' },
  { name: 'value', type: 'string', comment: 'Results by the names of the aggregates, as JSON: json_extract_scalar(value, ...)' },
  { name: 'isincomplete', type: 'boolean', comment: 'True where records were given up that may have belonged into it' },
  {
    name: 'epoch',
    type: 'struct<lane:bigint,position:bigint,index:bigint>',
    comment: 'The firing that the pane left with, and its place there',
  },
];

/** Fields whose names are not all lower-case, as names of columns are. */
export const MIXED_CASE_FIELDS = ['isFirst', 'isLast', 'isRetraction', 'isIncomplete'] as const;
