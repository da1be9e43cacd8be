import type { PlantedBugs } from './altered.ts';

/** Who looks something up for events. */
export const ENRICHING: PlantedBugs = {
  'what was looked up remembered past its time': {
    enrichment: (enrichment) => ({ ...enrichment, openCache: () => enrichment.openCache(() => 0) }),
  },
  'a lookup that failed taken for one that found nothing': {
    enrichment: (enrichment) => ({
      ...enrichment,
      lookup: async (...call) => enrichment.lookup(...call).catch(() => new Map()),
    }),
  },
  'answers taken in the order of the keys': {
    enrichment: (enrichment) => ({
      ...enrichment,
      lookup: async (keys, signal) => {
        const answers = [...(await enrichment.lookup(keys, signal)).values()];
        return new Map(answers.map((answer, index) => [keys[index] as string, answer]));
      },
    }),
  },
  'an event refused because its lookup failed': {
    enrichment: (enrichment) => {
      const unanswered = new Set<unknown>();
      return {
        ...enrichment,
        lookup: async (keys, signal) => {
          for (const key of keys) unanswered.add(key);
          const answers = await enrichment.lookup(keys, signal);
          for (const key of keys) unanswered.delete(key);
          return answers;
        },
        merge: (event, found) => {
          if (unanswered.has(enrichment.by(event))) throw new Error('there is no answer');
          return enrichment.merge(event, found);
        },
      };
    },
  },
  'a lookup that nobody ends': {
    ingestPorts: (ports) => ({ ...ports, timer: { within: async (_ms, work) => work(new AbortController().signal) } }),
  },
};
