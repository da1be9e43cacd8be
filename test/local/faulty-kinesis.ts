import type { KinesisClient } from '@aws-sdk/client-kinesis';

/** What happens to one call in place of, or after, the real one. */
type Fault = (input: unknown, proceed: () => Promise<unknown>) => Promise<unknown>;

/**
 * Lets calls of one kind fail as AWS's do and the emulators' never: the faults are used up in order, one a call.
 * Sits outside of the SDK's own retries.
 */
export function injectFaults(kinesis: KinesisClient, commandName: string, faults: Fault[]): void {
  kinesis.middlewareStack.add(
    (next, context) => async (args) => {
      const fault = context['commandName'] === commandName ? faults.shift() : undefined;
      if (fault === undefined) return next(args);
      const output = await fault(args.input, async () => (await next(args)).output);
      return { output: output as never, response: {} };
    },
    { step: 'initialize', name: 'faults', override: true },
  );
}
