import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Sandbox } from './sandbox.ts';
import { ServiceCalls } from './service-calls.ts';
import type { World } from './world.ts';

/** Lambda as functions use it: one is invoked, and nobody waits for it. */
export class SimulatedLambda {
  readonly #calls: ServiceCalls;
  readonly #invoke: (functionName: string, payload: string) => void;

  /** @param invoke Begins an invocation. */
  constructor(world: World, invoke: (functionName: string, payload: string) => void) {
    this.#calls = new ServiceCalls('lambda', world);
    this.#invoke = invoke;
  }

  client(sandbox: Sandbox): LambdaClient {
    const send = async (command: unknown) => {
      if (!(command instanceof InvokeCommand) || command.input.InvocationType !== 'Event') {
        throw new Error(`the simulated Lambda does not know ${(command as object).constructor.name}`);
      }
      const { FunctionName, Payload } = command.input;
      const accept = () => this.#invoke(FunctionName as string, Payload as string);
      return this.#calls.call(sandbox, `invoke ${FunctionName}`, accept, () => 'accepted');
    };
    return { send } as unknown as LambdaClient;
  }
}
