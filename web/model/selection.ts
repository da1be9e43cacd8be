/** What the page shows: it is in the page's address, so that a look can be passed on, and survives a reload. */
export interface Selection {
  /** A name; empty while it is not known. */
  readonly pipeline: string;
  /** A name; empty for all. */
  readonly window: string;
  /** How keys begin; empty for all. */
  readonly prefix: string;
}

export function readSelection(query: string): Selection {
  const said = new URLSearchParams(query);
  return { pipeline: said.get('pipeline') ?? '', window: said.get('window') ?? '', prefix: said.get('prefix') ?? '' };
}

/** `?pipeline=flights&prefix=A`, or nothing. */
export function writeSelection(selection: Selection): string {
  const said = new URLSearchParams(Object.entries(selection).filter(([, value]) => value !== '')).toString();
  return said === '' ? '' : `?${said}`;
}
