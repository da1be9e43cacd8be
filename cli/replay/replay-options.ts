import type { InputFormat } from '../input/input-format.ts';

export interface ReplayCommandOptions {
  readonly stream?: string;
  readonly to?: string;
  readonly endpoint?: string;
  readonly speed: number;
  readonly pipeline?: string;
  readonly profile?: string;
  readonly time?: string;
  readonly key?: string;
  readonly format?: InputFormat;
  readonly position?: string;
  readonly restart?: true;
  readonly json?: true;
}
