import type { Log, LogFields } from '../../../functions/telemetry/log.ts';
import { type Figure, Meter } from '../../../functions/telemetry/meter.ts';
import type { MetricLevel, MetricName } from '../../../functions/telemetry/metric-catalogue.ts';
import type { Telemetry } from '../../../functions/telemetry/telemetry.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** What functions told, minute by minute: every flush is in a minute of its own. */
export class RecordedTelemetry implements Telemetry {
  readonly meter: Meter;
  readonly log: Log;
  readonly lines: LogLine[] = [];
  readonly figures: Figure[] = [];
  #nowMs = 0;

  constructor(level: MetricLevel = 'shards') {
    this.meter = new Meter({
      writer: { write: (figures) => this.figures.push(...figures) },
      clock: { nowMs: () => (this.#nowMs += 60_000) },
      level,
    });
    const at = (lineLevel: LogLine['level']) => (message: string, fields: LogFields) => {
      this.lines.push({ level: lineLevel, message, fields });
    };
    this.log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), addContext: () => {} };
  }

  /** What was written of a metric, in order. */
  of(name: MetricName): (readonly number[])[] {
    return this.figures.filter((figure) => figure.name === name).map(({ values }) => values);
  }
}
