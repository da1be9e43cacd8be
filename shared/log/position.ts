declare const position: unique symbol;

/** The place of an entry in its log: 1, 2, 3 … without gaps. Never won twice. */
export type Position = number & { readonly [position]: true };

/** Before the first entry. */
export const ORIGIN = 0 as Position;

export function nextPosition(after: Position): Position {
  return (after + 1) as Position;
}
