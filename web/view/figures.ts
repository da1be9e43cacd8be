import type { Picture } from '../../functions/api/schemas.ts';
import { countText, shortCount } from '../model/number-text.ts';
import { spanText } from '../model/span-text.ts';
import { isTime } from '../model/watermark-text.ts';
import type { RateHistory } from '../model/rate-history.ts';
import { element, setAttributes, setText } from './element.ts';

interface Figure {
  readonly name: string;
  readonly text: string;
  readonly about: string;
  readonly tone?: 'good' | 'bad' | 'warn' | undefined;
}

/** The numbers that are looked at first. */
export class Figures {
  readonly #place: HTMLElement;
  readonly #known = new Map<string, readonly [HTMLElement, HTMLElement, HTMLElement]>();

  constructor(place: HTMLElement) {
    this.#place = place;
  }

  show(picture: Picture, rates: RateHistory): void {
    for (const figure of figuresOf(picture, rates)) {
      const [item, text, about] = this.#known.get(figure.name) ?? this.#add(figure.name);
      setAttributes(item, { class: figure.tone === undefined ? undefined : `is-${figure.tone}` });
      setText(text, figure.text);
      setText(about, figure.about);
    }
  }

  #add(name: string): readonly [HTMLElement, HTMLElement, HTMLElement] {
    const text = element('span');
    const about = element('small');
    const item = element('div', {}, element('dt', {}, name), element('dd', {}, text, about));
    this.#place.append(item);
    this.#known.set(name, [item, text, about]);
    return [item, text, about];
  }
}

function figuresOf({ stats, watermarks, windows, cut, pipeline }: Picture, rates: RateHistory): Figure[] {
  const none = '–';
  const counts = stats?.counts;
  const lagMs = watermarks?.lagMs;
  const isStill = watermarks !== undefined && !isTime(watermarks.watermark);
  const difference = stats?.conservationDifference ?? 0;
  return [
    { name: 'Events a second', text: rates.recent === undefined ? none : shortCount(rates.recent), about: 'in the last 10 s' },
    { name: 'Events read', text: counts === undefined ? none : shortCount(counts.read), about: 'since the beginning' },
    {
      name: 'Watermark',
      text: isStill ? none : lagMs === undefined ? none : spanText(lagMs),
      about: pipeline.state === 'drained' ? 'drained' : 'behind the clock',
    },
    {
      name: 'Open windows',
      text: atLeast(countText(windows.length), cut),
      about: `${atLeast(shortCount(windows.reduce((sum, { keys }) => sum + keys, 0)), cut)} by key`,
    },
    { name: 'Panes fired', text: stats === undefined ? none : shortCount(stats.panesFired), about: 'since the beginning' },
    {
      name: 'Late',
      text: counts === undefined ? none : shortCount(counts.late),
      about: 'too late, refused',
      tone: (counts?.late ?? 0) > 0 ? 'warn' : undefined,
    },
    {
      name: 'Rejected',
      text: counts === undefined ? none : shortCount(counts.invalid),
      about: 'could not be read',
      tone: (counts?.invalid ?? 0) > 0 ? 'warn' : undefined,
    },
    {
      name: 'Unaccounted for',
      text: stats === undefined ? none : countText(difference),
      about: difference === 0 ? 'every event is' : 'this is a bug',
      tone: stats === undefined ? undefined : difference === 0 ? 'good' : 'bad',
    },
  ];
}

/** There may be more open than a picture tells of. */
function atLeast(text: string, cut: readonly string[]): string {
  return cut.length === 0 ? text : `${text}+`;
}
