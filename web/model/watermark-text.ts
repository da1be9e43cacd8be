const END_OF_TIME = 8_640_000_000_000_000;

/** Whether a watermark is a moment, and not before or after all of them. */
export function isTime(watermark: number): boolean {
  return Math.abs(watermark) < END_OF_TIME;
}
