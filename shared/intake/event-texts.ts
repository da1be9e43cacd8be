import { elementTexts, memberTexts } from './json-texts.ts';

/**
 * The events of a batch as they were written: numbers keep the digits that a double has no room for.
 *
 * @param batch The text of `{"events": [{"data": …}, …]}`, known to be that.
 */
export function eventTexts(batch: string): readonly string[] {
  const events = elementTexts(memberTexts(batch).get('events') as string);
  return events.map((event) => memberTexts(event).get('data') as string);
}
