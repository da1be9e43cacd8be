import { type Command, Option } from 'commander';
import { profileOption } from '../option-values.ts';

/** What all commands take that look at a running pipeline, or ask something of it. */
export interface ViewOptions {
  readonly table: string;
  readonly endpoint?: string;
  readonly name?: string;
  readonly profile?: string;
  readonly json?: boolean;
}

export const PIPELINE = 'the module whose default export is the pipeline, or its configuration, as it is deployed';

/**
 * Adds those options.
 *
 * @param json What `--json` gives.
 */
export function asView(command: Command, json: string): Command {
  return command
    .addOption(new Option('-t, --table <name>', "the pipeline's DynamoDB table").env('MULLION_TABLE').makeOptionMandatory())
    .option('-e, --endpoint <url>', 'of DynamoDB, for a local stack; else that of the environment or of AWS')
    .option('-n, --name <name>', 'what the construct calls the pipeline, where that is not as its definition says')
    .option('-j, --json', json)
    .addOption(profileOption());
}

export const NEEDS =
  'Region and credentials come from where the AWS SDK looks for them (AWS_REGION, AWS_PROFILE, …); reading the table is all that is needed.';
