/** Reads the time of an event, in epoch milliseconds, from what stands in it. */
type TimestampReader = (value: unknown) => number;

export const TIMESTAMP_FORMAT_ALLOWED = `epoch_ms, epoch_s, iso8601, or a pattern such as yyyy/MM/dd HH:mm is needed`;

/** What stands where a time should be is none in the format of the configuration: the event is refused, with this as its reason. */
class UnreadableTimestamp extends Error {
  override readonly name = 'UnreadableTimestamp';

  constructor(value: unknown, format: string) {
    super(`${JSON.stringify(value)?.slice(0, 60)} is no time as ${format}`);
  }
}

const ISO_8601 =
  /^(?<yyyy>\d{4})-(?<MM>\d\d)-(?<dd>\d\d)(?:[Tt ](?<HH>\d\d):(?<mm>\d\d)(?::(?<ss>\d\d)(?:[.,](?<fraction>\d+))?)?(?:[Zz]|(?<sign>[+-])(?<offsetHours>\d\d):?(?<offsetMinutes>\d\d)?)?)?$/;

const PATTERN_FIELDS: Readonly<Record<string, string>> = {
  yyyy: '(?<yyyy>\\d{4})',
  MM: '(?<MM>\\d\\d)',
  dd: '(?<dd>\\d\\d)',
  HH: '(?<HH>\\d\\d)',
  mm: '(?<mm>\\d\\d)',
  ss: '(?<ss>\\d\\d)',
  SSS: '(?<fraction>\\d{3})',
};

/** Whether it is one of the named formats, or a pattern that says a date: `yyyy`, `MM` and `dd`, and `HH`, `mm`, `ss`, `SSS` where there is a time of day. */
export function isTimestampFormat(format: string): boolean {
  return NUMBERS.has(format) || format === 'iso8601' || patternOf(format) !== undefined;
}

/**
 * How a time is read: `epoch_ms`, `epoch_s` (a fraction counts, to the millisecond), `iso8601`, or by a pattern. A text that names no offset is
 * UTC, on every machine.
 *
 * @throws {UnreadableTimestamp} by the reader.
 */
export function timestampReader(format = 'epoch_ms'): TimestampReader {
  const factor = NUMBERS.get(format);
  if (factor !== undefined) {
    return (value) => {
      if (typeof value !== 'number') throw new UnreadableTimestamp(value, format);
      // A time in seconds has milliseconds behind the point, and 1.001 × 1000 is not whole in binary.
      return factor === 1 ? value : Math.round(value * factor);
    };
  }
  const pattern = format === 'iso8601' ? ISO_8601 : (patternOf(format) as RegExp);
  return (value) => {
    const fields = typeof value === 'string' ? pattern.exec(value)?.groups : undefined;
    const time = fields && timeOf(fields);
    if (time === undefined) throw new UnreadableTimestamp(value, format);
    return time;
  };
}

const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['epoch_ms', 1],
  ['epoch_s', 1_000],
]);

type Fields = Readonly<Record<string, string | undefined>>;

/** `undefined` where there is no such day or hour. */
function timeOf({ yyyy, MM, dd, HH = '0', mm = '0', ss = '0', fraction = '', sign, offsetHours = '0', offsetMinutes = '0' }: Fields) {
  const [hour, minute, second] = [Number(HH), Number(mm), Number(ss)];
  const [hours, minutes] = [Number(offsetHours), Number(offsetMinutes)];
  if (hour > 23 || minute > 59 || second > 59 || hours > 23 || minutes > 59) return undefined;
  // Date.UTC takes the years 0 to 99 for those of the last century.
  const date = new Date(0);
  date.setUTCFullYear(Number(yyyy), Number(MM) - 1, Number(dd));
  if (date.getUTCMonth() !== Number(MM) - 1 || date.getUTCDate() !== Number(dd)) return undefined;
  date.setUTCHours(hour, minute, second, Number(fraction.slice(0, 3).padEnd(3, '0')));
  const offsetMs = (hours * 60 + minutes) * 60_000;
  return date.getTime() - (sign === '-' ? -offsetMs : offsetMs);
}

/** `undefined` where it is no pattern. */
function patternOf(format: string): RegExp | undefined {
  const parts: readonly string[] = format.match(/yyyy|MM|dd|HH|mm|SSS|ss|./gs) ?? [];
  const unknown = parts.some((part) => /^[A-Za-z]/.test(part) && part !== 'T' && part !== 'Z' && !Object.hasOwn(PATTERN_FIELDS, part));
  const repeated = Object.keys(PATTERN_FIELDS).some((field) => parts.indexOf(field) !== parts.lastIndexOf(field));
  if (unknown || repeated || !['yyyy', 'MM', 'dd'].every((field) => parts.includes(field))) return undefined;
  return new RegExp(`^${parts.map((part) => PATTERN_FIELDS[part] ?? part.replace(/[.*+?^${}()|[\]\\/-]/, '\\$&')).join('')}$`);
}
