import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { Fire, type FirePorts } from '../../shared/firing/fire.ts';
import type { FireReport } from '../../shared/firing/fire-report.ts';
import type { Lane } from '../../shared/pipeline/lane.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { underName } from '../../shared/pipeline/under-name.ts';
import { readEnvironment } from '../environment.ts';
import { createFirePorts, createTelemetry } from '../ports.ts';
import { silent, type Telemetry } from '../telemetry/telemetry.ts';
import { FiringTeller } from './firing-teller.ts';
import { timeLimitOf } from './time-limit.ts';

/**
 * The ports of a function, which lane it fires, the first where nothing is said, what the pipeline is called, where it is not as its definition says, and who is
 * told how it goes, if anybody.
 */
export type FireDeployment = FirePorts & { readonly lane?: Lane; readonly name?: string; readonly telemetry?: Telemetry };

/** The schedule sends an event of its own, without an action: fire what is complete. A person may ask for a drain. */
export interface FireEvent {
  readonly action?: 'fire' | 'drain';
}

/**
 * The function on the schedule: fires the windows of one lane that are complete. What it throws has lost nothing; the next tick goes on from there.
 *
 * @param deployment What it works on. Default: as the environment says.
 */
export function createFireHandler<E>(definition: Pipeline<E>, deployment: FireDeployment = deployed(definition)) {
  const { name = definition.name, lane, telemetry = silent(deployment.clock), ...ports } = deployment;
  const fire = new Fire(underName(definition, name), ports, { lane });
  const teller = new FiringTeller(telemetry);
  const act = async ({ action = 'fire' }: FireEvent, context: Context): Promise<FireReport> => {
    switch (action) {
      case 'fire':
        return fire.fire(timeLimitOf(context));
      case 'drain':
        return fire.drain();
      default:
        throw new Error(`there is no action '${String(action satisfies never)}'; allowed: fire, drain`);
    }
  };
  return middy<FireEvent, FireReport>().handler(async (event, context) => {
    telemetry.log.addContext(context);
    try {
      const report = await act(event, context);
      teller.tell(report, ports.clock.nowMs());
      return report;
    } finally {
      telemetry.meter.flush();
    }
  });
}

function deployed(definition: Pipeline<never>): FireDeployment {
  const environment = readEnvironment(process.env, definition.lanes);
  const { MULLION_LANE: lane, MULLION_NAME: name = definition.name } = environment;
  const telemetry = createTelemetry(environment, name);
  return { ...createFirePorts(environment, telemetry.meter), lane, name, telemetry };
}
