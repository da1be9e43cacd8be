// Colours by what they are for.
const STYLE = `
  svg { color-scheme: light dark; font: 14px system-ui, 'DejaVu Sans', sans-serif; }
  .paper { fill: #ffffff; stroke: #d0d7de; } .text { fill: #1f2328; } .faint { fill: #656d76; }
  .head { font-weight: 600; } .small { font-size: 13px; } .mono { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; font-size: 13px; }
  .box { fill: #f6f8fa; stroke: #afb8c1; } .in { fill: #ddf4ff; stroke: #54aeff; } .out { fill: #dafbe1; stroke: #4ac26b; }
  .line { stroke: #656d76; fill: none; stroke-width: 1.5; } .tip { fill: #656d76; } .dotted { stroke-dasharray: 2 5; }
  .mark { stroke: #0969da; fill: none; stroke-width: 2.5; } .event { fill: #1f2328; } .late { fill: #bc4c00; } .cross { stroke: #cf222e; fill: none; stroke-width: 2.5; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; stroke: #30363d; } .text { fill: #e6edf3; } .faint { fill: #9198a1; }
    .box { fill: #161b22; stroke: #484f58; } .in { fill: #0c2d4d; stroke: #388bfd; } .out { fill: #0f2f1a; stroke: #3fb950; }
    .line { stroke: #9198a1; } .tip { fill: #9198a1; }
    .mark { stroke: #58a6ff; } .event { fill: #e6edf3; } .late { fill: #f0883e; } .cross { stroke: #f85149; }
  }
`;

interface TextOptions {
  readonly ink?: 'text' | 'faint';
  readonly style?: 'head' | 'small' | 'mono';
  /** Which part of the text is at the place. Default: where it begins. */
  readonly anchor?: 'start' | 'middle' | 'end';
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Place {
  readonly width: number;
  readonly height: number;
}

/** An SVG that is readable on light and dark pages, put together from a few shapes. Lengths are in its own units. */
export class Svg {
  readonly #parts: string[] = [];
  readonly #width: number;
  readonly #title: string;

  constructor(width: number, title: string) {
    this.#width = width;
    this.#title = title;
  }

  text({ x, y }: Place, text: string, { ink = 'text', style, anchor = 'start' }: TextOptions = {}): void {
    const at = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
    this.#parts.push(
      `<text xml:space="preserve" x="${x}" y="${y}"${at} class="${[ink, style].filter(Boolean).join(' ')}">${escaped(text)}</text>`,
    );
  }

  /** `in` holds something of the window, `box` does not, `out` leaves. */
  box({ x, y, width, height }: Box, kind: 'box' | 'in' | 'out'): void {
    this.#parts.push(`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="5" class="${kind}"/>`);
  }

  line(places: readonly Place[], kind: 'line' | 'line dotted' | 'mark' = 'line'): void {
    this.#parts.push(`<polyline points="${places.map(({ x, y }) => `${x},${y}`).join(' ')}" class="${kind}"/>`);
  }

  dot({ x, y }: Place, kind: 'event' | 'late'): void {
    this.#parts.push(`<circle cx="${x}" cy="${y}" r="4.5" class="${kind}"/>`);
  }

  cross({ x, y }: Place): void {
    this.#parts.push(`<path d="M${x - 5} ${y - 5}l10 10m0 -10l-10 10" class="cross"/>`);
  }

  /** A line with a tip at its end. It arrives from the left or from above. */
  arrow(places: readonly Place[]): void {
    this.line(places);
    const [before, { x, y }] = places.slice(-2) as [Place, Place];
    this.#parts.push(`<path d="${before.x === x ? `M${x} ${y + 1}l-4 -8h8z` : `M${x + 1} ${y}l-8 -4v8z`}" class="tip"/>`);
  }

  toString(height: number): string {
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${this.#width} ${height}" role="img">`,
      `<title>${escaped(this.#title)}</title>`,
      `<style>${STYLE}</style>`,
      `<rect x="0.5" y="0.5" width="${this.#width - 1}" height="${height - 1}" rx="8" class="paper"/>`,
      ...this.#parts,
      '</svg>',
      '',
    ].join('\n');
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
