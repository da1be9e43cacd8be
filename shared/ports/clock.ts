/** Processing time. Event time never comes from here. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
}
