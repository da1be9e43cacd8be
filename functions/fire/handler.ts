import middy from '@middy/core';
import { Fire, type FirePorts, type FireReport } from '../../shared/firing/fire.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { underName } from '../../shared/pipeline/under-name.ts';
import { type Environment, readEnvironment } from '../environment.ts';
import { createFirePorts } from '../ports.ts';

/** The schedule sends an event of its own, without an action: fire what is complete. A person may ask for a drain. */
export interface FireEvent {
  readonly action?: 'fire' | 'drain';
}

/** The function on the schedule: fires windows that are complete. What it throws has lost nothing; the next tick goes on from there. */
export function createFireHandler<E>(definition: Pipeline<E>, ports?: FirePorts) {
  const fire = ports === undefined ? deployed(definition, readEnvironment(process.env)) : new Fire(definition, ports);
  return middy<FireEvent, FireReport>().handler(async ({ action = 'fire' }) => {
    switch (action) {
      case 'fire':
        return fire.fire();
      case 'drain':
        return fire.drain();
      default:
        throw new Error(`there is no action '${String(action satisfies never)}'; allowed: fire, drain`);
    }
  });
}

function deployed<E>(definition: Pipeline<E>, environment: Environment) {
  const { MULLION_NAME: name = definition.name } = environment;
  return new Fire(underName(definition, name), createFirePorts(environment));
}
