import { ASSUMED } from './assumed.ts';

/** What a function is charged for in a month. */
export interface FunctionUse {
  readonly invocations: number;
  /** Of one invocation, on average. */
  readonly ms: number;
  readonly gbSeconds: number;
}

// Of a whole processor; a function with less memory has as much less of one.
const PROCESSOR_MB = 1_769;
const GB_MB = 1_024;

/** What one invocation is billed for, in milliseconds. More memory than a processor's makes a handler of one thread no faster. */
export function billedMs(cpuUs: number, waitMs: number, memoryMb: number): number {
  const cpuMs = (cpuUs / 1_000) * ASSUMED.processorFactor;
  return cpuMs / Math.min(1, memoryMb / PROCESSOR_MB) + waitMs;
}

export function gbSeconds(invocations: number, ms: number, memoryMb: number): number {
  return (invocations * (ms / 1_000) * memoryMb) / GB_MB;
}
