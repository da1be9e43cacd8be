/** What a pane says of its window. */
export interface PaneContent {
  readonly count: number;
  readonly value: Readonly<Record<string, unknown>>;
}
