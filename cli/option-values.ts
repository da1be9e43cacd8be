import { InvalidArgumentError, Option } from 'commander';
import { type Duration, durationMs } from '../shared/time/duration.ts';

// What the values of options may be. Each throws what commander prints with the option's name.

/** A number, whole or not. */
export function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1 up.');
  return value;
}

/** 0 for any that is free. */
export function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
  return port;
}

/** `0.01`, or `1%`. */
export function share(text: string): number {
  const value = text.endsWith('%') ? decimal(text.slice(0, -1)) / 100 : decimal(text);
  if (value < 0 || value > 1) throw new InvalidArgumentError('It must be a share: from 0 to 1, or from 0% to 100%.');
  return value;
}

/** `30s`, `5m`, in milliseconds. */
export function durationOption(text: string): number {
  try {
    return durationMs(text as Duration, { minMs: 1 });
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** `1`, `10`, `0.5`, or `max`: as fast as it can be done. */
export function speedOption(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const value = Number(text.replace(/[x×]$/, ''));
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError("It must be a number above 0, such as 10, or 'max'.");
  return value;
}

/** Of every command that takes a pipeline. */
export function profileOption(): Option {
  return new Option('--profile <name>', 'which profile of a configuration to use (default: $MULLION_PROFILE, where it has profiles)');
}
