import { GetEventSourceMappingCommand, type LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import type { PipelineSwitch } from '../../ports/pipeline-switch.ts';

// Lambda takes a minute or so from one to the other.
const ON_STATES: readonly (string | undefined)[] = ['Enabled', 'Enabling', 'Creating'];

/** Switches the event source mapping that delivers the input stream to a pipeline. */
export function mappingSwitch(client: LambdaClient, mappingId: string): PipelineSwitch {
  return {
    async isOn() {
      const { State: state } = await client.send(new GetEventSourceMappingCommand({ UUID: mappingId }));
      return ON_STATES.includes(state);
    },
    async turn(isOn) {
      await client.send(new UpdateEventSourceMappingCommand({ UUID: mappingId, Enabled: isOn }));
    },
  };
}
