import { createHash } from 'node:crypto';

/** What state depends on, of one window: in words, so that two can be compared and the difference told. */
export interface WindowDescription {
  readonly window: string;
  /** Absent where a key stands for itself. */
  readonly groupBy?: string;
  readonly allowedLatenessMs: number;
  /** Triggers; absent where there is none. */
  readonly early?: string;
  readonly late?: string;
  readonly onTime: string;
  readonly accumulation: string;
  /** `name=what it is`, in the order of the definition. */
  readonly aggregates: readonly string[];
}

/** What state depends on, of a pipeline. Functions do not show: code may change. */
export interface DefinitionDescription {
  readonly watermark: string;
  /** Absent where there is one. */
  readonly lanes?: number;
  readonly windows: Readonly<Record<string, WindowDescription>>;
}

/** Sixteen hexadecimal digits that stand for a description. */
export function fingerprintOf(description: DefinitionDescription): string {
  const { watermark, lanes, windows } = description;
  // Panes leave in the order of the definition, so that counts; the order in which a description lists its fields does not.
  const lines = Object.entries(windows).map(([name, window]) => [name, ...Object.entries(window).sort(([a], [b]) => (a < b ? -1 : 1))]);
  return createHash('sha256')
    .update(JSON.stringify([watermark, ...(lanes === undefined ? [] : [lanes]), ...lines]))
    .digest('hex')
    .slice(0, 16);
}
