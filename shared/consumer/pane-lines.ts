/** The panes of a record of the output stream, as JSON: one, or a line each. */
export function paneLines(record: string): readonly string[] {
  return record.split('\n');
}
