import { Buffer } from 'node:buffer';
import { cpuOfEach, type Round } from '../cpu.ts';
import { measurementPayloads, NOON_MS } from '../measurements.ts';

const EVENTS = 7_800;
const KEYS = 500;
const DECODE_US = 0.86;

/**
 * Processor time of some works, in microseconds of a core that decodes an event of 200 bytes, base64 and JSON, in 0.86 µs. A thread of a Xeon at 2.5 GHz does
 * when nothing else runs; what other programs and machines do to a time they do to that as well, and it is taken out.
 */
export async function onReferenceCore(works: readonly Round[], rounds: number): Promise<readonly number[]> {
  const events = measurementPayloads(EVENTS, KEYS, NOON_MS, 1).map((payload) => Buffer.from(payload).toString('base64'));
  const decode: Round = () => () => {
    for (const event of events) JSON.parse(Buffer.from(event, 'base64').toString());
  };
  const times = await cpuOfEach([...works, decode], rounds);
  const decodeUs = (times.at(-1) as number) / EVENTS;
  return times.slice(0, -1).map((us) => (us / decodeUs) * DECODE_US);
}
