import { Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import type { HistoryBucket } from './history-bucket.ts';
import type { SettledHistory } from './history-rule.ts';
import { DAY_COLUMN, MIXED_CASE_FIELDS, PANE_COLUMNS } from './pane-columns.ts';
import { PANES_PREFIX } from './pane-delivery.ts';
import type { PipelineSettings } from './pipeline-settings.ts';

export interface PaneCatalogProps {
  readonly settings: PipelineSettings;
  readonly history: SettledHistory;
  readonly bucket: HistoryBucket;
}

const TABLE = 'panes';
// No history is older: there was nothing then that could have written it.
const FIRST_DAY = '2026-01-01';

/**
 * What Athena has to know to query the panes: a database with one table. Its partitions are computed from the days (partition projection), so that nobody has to look for new
 * ones: neither a crawler nor a function, and what has just been written is there.
 */
export class PaneCatalog extends Construct {
  /** As a query says it: `database.table`. */
  readonly tableName: string;

  constructor(scope: Construct, id: string, { settings, history, bucket }: PaneCatalogProps) {
    super(scope, id);
    const catalogId = Stack.of(this).account;
    const database = new glue.CfnDatabase(this, 'Database', {
      catalogId,
      databaseInput: { name: history.database, description: `What the Mullion pipeline ${settings.service} has fired` },
    });

    const { name: day } = DAY_COLUMN;
    const location = `s3://${bucket.bucketName}/${PANES_PREFIX}`;
    new glue.CfnTable(this, 'Table', {
      catalogId,
      databaseName: database.ref,
      tableInput: {
        name: TABLE,
        description: 'One row a pane. A pane can be there more than once: its id tells',
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: [DAY_COLUMN],
        parameters: {
          EXTERNAL: 'TRUE',
          classification: 'json',
          'projection.enabled': 'true',
          [`projection.${day}.type`]: 'date',
          [`projection.${day}.format`]: 'yyyy-MM-dd',
          [`projection.${day}.range`]: `${history.retentionDays === undefined ? FIRST_DAY : `NOW-${history.retentionDays + 1}DAYS`},NOW`,
          [`projection.${day}.interval`]: '1',
          [`projection.${day}.interval.unit`]: 'DAYS',
          'storage.location.template': `${location}${day}=\${${day}}/`,
        },
        storageDescriptor: {
          location,
          columns: [...PANE_COLUMNS],
          compressed: true,
          inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          serdeInfo: {
            serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
            parameters: {
              // Otherwise some readers write all names small, also those of aggregates and of grouped fields.
              'case.insensitive': 'FALSE',
              ...Object.fromEntries(MIXED_CASE_FIELDS.map((field) => [`mapping.${field.toLowerCase()}`, field])),
            },
          },
        },
      },
    });
    this.tableName = `${history.database}.${TABLE}`;
  }
}
