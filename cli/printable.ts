// Keys may be made to move the cursor, name the window or turn the direction of what is read.
const COMMANDS_TO_TERMINALS = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

/** A line for a person, in which what a terminal would obey stands as in JSON: `\u001b`. */
export function printable(line: string): string {
  return line.replace(COMMANDS_TO_TERMINALS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
