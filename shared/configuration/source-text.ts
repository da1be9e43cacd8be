import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { ConfigurationProblem } from './configuration-error.ts';

/** Where in a document: names of fields, and places in lists. */
export type DocumentPath = readonly PropertyKey[];

/** A place in the text, and how far down a path it is. */
interface Found {
  /** From 0, in characters. */
  readonly at: number;
  readonly depth: number;
}

// A line of a minified file may be all of it.
const EXCERPT_LENGTH_MAX = 120;
// Aliases of aliases grow beyond any memory.
const ALIASES_MAX = 100;

/** The text of a configuration, YAML 1.2 or JSON, which is a part of that: what it says, and where it says it. */
export class SourceText {
  /** What the text says, as plain JSON; `undefined` where it cannot be read. */
  readonly value: unknown;
  /** Why it cannot be read. */
  readonly problems: readonly ConfigurationProblem[];
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #document: Document;

  constructor(text: string) {
    this.#text = text;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, merge: true });
    const wrong = [...this.#document.errors, ...this.#document.warnings];
    this.problems = wrong.map(({ pos: [at], message }) => this.#problem(at, message));
    if (wrong.length > 0) return;
    try {
      this.value = this.#document.toJS({ maxAliasCount: ALIASES_MAX });
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      this.problems = [this.#problem(0, error.message)];
    }
  }

  /** How far down a path the text goes. */
  depthOf(path: DocumentPath): number {
    return this.#find(path).depth;
  }

  /**
   * A problem with what stands at a path, or, where nothing does, with what should have held it.
   *
   * @param of Whether it is the name that is wrong, rather than what it stands for.
   */
  problemAt(path: DocumentPath, message: string, of: 'name' | 'value' = 'value'): ConfigurationProblem {
    return this.#problem(this.#find(path, of).at, message);
  }

  #find(path: DocumentPath, of: 'name' | 'value' = 'value'): Found {
    let node: Node | null = this.#document.contents;
    let found: Found = { at: startOf(node), depth: 0 };
    for (const [index, step] of path.entries()) {
      const next = this.#next(node, step);
      if (next === undefined) return found;
      const isLast = index === path.length - 1;
      const isWanted = isLast && of === 'value';
      // Where something is missing, the name of what should hold it says more than where its contents begin.
      found = { at: isWanted || next.name === undefined ? startOf(next.node ?? next.name) : startOf(next.name), depth: index + 1 };
      ({ node } = next);
    }
    return found;
  }

  #next(node: Node | null, step: PropertyKey): Next | undefined {
    if (isAlias(node)) return this.#next(node.resolve(this.#document) ?? null, step);
    if (isSeq(node)) return elementOf(node.items, step);
    if (!isMap(node)) return undefined;
    const own = pairOf(node.items, step);
    if (own !== undefined) return own;
    const merged = pairOf(node.items, '<<')?.node ?? null;
    // Of several that are merged, the first that has it.
    if (!isSeq(merged)) return merged === null ? undefined : this.#next(merged, step);
    return merged.items.map((each) => this.#next(each as Node, step)).find((each) => each !== undefined);
  }

  #problem(at: number, message: string): ConfigurationProblem {
    const { line, col } = this.#lines.linePos(at);
    const start = at - (col - 1);
    const [written = ''] = this.#text.slice(start).split(/\r?\n/, 1);
    const from = col > EXCERPT_LENGTH_MAX ? col - EXCERPT_LENGTH_MAX / 2 : 0;
    const margin = `${line} | `;
    const mark = `${' '.repeat(margin.length - 2)}| ${' '.repeat(col - 1 - from)}^`;
    return { line, column: col, message, excerpt: `  ${margin}${written.slice(from, from + EXCERPT_LENGTH_MAX)}\n  ${mark}` };
  }
}

interface Next {
  readonly name?: Node;
  readonly node: Node | null;
}

function pairOf(pairs: readonly Pair[], name: PropertyKey): Next | undefined {
  const pair = pairs.find(({ key }) => isScalar(key) && nameIn(key.value) === String(name));
  return pair && { name: pair.key as Node, node: pair.value as Node | null };
}

/** What merges, `<<`, is a symbol to the library. */
function nameIn(key: unknown): string | undefined {
  return typeof key === 'symbol' ? key.description : String(key);
}

function elementOf(elements: readonly unknown[], place: PropertyKey): Next | undefined {
  const node = elements[Number(place)] as Node | undefined;
  return node && { node };
}

function startOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0;
}
