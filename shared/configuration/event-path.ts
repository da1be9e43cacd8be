/** Reads a value out of an event; `undefined` where there is none. */
type PathReader = (event: unknown) => unknown;

/** Where in an event something stands, and what to take where it is not there. */
export type FieldPath = string | { readonly path: string; readonly default?: unknown };

export const PATH_ALLOWED = `a path into the event is needed, such as customer.id, items.0.price, or /customer/id where a name has a dot`;

// Read for every event.
const SEGMENTS_MAX = 20;

/** An event has nothing at a path that the configuration reads: the event is refused, with this as its reason. */
class MissingValue extends Error {
  override readonly name = 'MissingValue';

  constructor(path: string) {
    super(`the event has nothing at ${path}`);
  }
}

/** Names with dots between them, `customer.id`, or a JSON pointer (RFC 6901), `/customer/id`; numbers count the elements of a list from 0. */
export function isPath(path: string): boolean {
  const segments = segmentsOf(path);
  return segments.length <= SEGMENTS_MAX && (path.startsWith('/') ? !/~(?![01])/.test(path) : !segments.includes(''));
}

/** Reads what stands at a path; `undefined` where there is nothing. Properties that an event inherits are none of its own. */
export function optionalReader(path: string): PathReader {
  const segments = segmentsOf(path);
  return (event) => {
    let value = event;
    for (const segment of segments) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
      if (Array.isArray(value) && !/^\d+$/.test(segment)) return undefined;
      value = (value as Readonly<Record<string, unknown>>)[segment];
    }
    return value;
  };
}

/**
 * The same where something must be: the default of the field where nothing is. What is returned is checked by whoever asked for it.
 *
 * @throws {MissingValue} by the reader, where the field has no default.
 */
export function readerOf(field: FieldPath): PathReader {
  const path = typeof field === 'string' ? field : field.path;
  const read = optionalReader(path);
  if (typeof field === 'object' && Object.hasOwn(field, 'default')) {
    const { default: otherwise } = field;
    return (event) => {
      const value = read(event);
      return value === undefined ? otherwise : value;
    };
  }
  return (event) => {
    const value = read(event);
    if (value === undefined) throw new MissingValue(path);
    return value;
  };
}

function segmentsOf(path: string): readonly string[] {
  if (!path.startsWith('/')) return path.split('.');
  return path
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
