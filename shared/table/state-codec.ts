/** Where the codec of an object column writes to. `ByteWriter` of the log is one. */
export interface StateWriter {
  /** An unsigned whole number up to `Number.MAX_SAFE_INTEGER`. */
  varint(value: number): void;
  /** A signed whole number within ±2^52. */
  zigzag(value: number): void;
  float64(value: number): void;
  /** Well-formed text; a lone surrogate would not come back. */
  text(text: string): void;
  /** Bytes as they are, without their number. */
  raw(bytes: Uint8Array): void;
}

/** Where the codec of an object column reads from, in the order of writing. */
export interface StateReader {
  varint(): number;
  zigzag(): number;
  float64(): number;
  text(): string;
  /** The next bytes; they belong to whoever asked. */
  raw(length: number): Uint8Array;
}

/**
 * How one state of an object column becomes bytes and comes back. Canonical: states that say the same are written as the same bytes,
 * whatever the order in which they came about.
 */
export interface StateCodec<S> {
  write(writer: StateWriter, state: S): void;
  /** Reads exactly what was written for one state. */
  read(reader: StateReader): S;
}

/** Text as it is. */
export const TEXT_CODEC: StateCodec<string> = {
  write: (writer, text) => writer.text(text),
  read: (reader) => reader.text(),
};
