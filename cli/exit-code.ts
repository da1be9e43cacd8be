/** What the exit code of every command says. docs/COMMANDS.md tells it, and a test compares the two. */
export const EXIT_CODE = {
  done: 0,
  /** Something that was given cannot be used: a file, a table, a stream, a value. The last line says what to do. */
  failed: 1,
  /** The command line itself is wrong. */
  misused: 2,
  /** It was done, and what came out is not as it must be: something is unaccounted for, or expired. */
  unaccounted: 3,
  /** As a shell reports a process that SIGINT ended. */
  interrupted: 128 + 2,
  /** As a shell reports a process whose reader has gone (`| head`). */
  unread: 128 + 13,
} as const;
