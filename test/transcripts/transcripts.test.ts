import { globSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runTranscript } from './run-transcript.ts';
import { parseTranscripts, readTranscripts, type Transcript } from './transcript.ts';

const folder = new URL('.', import.meta.url);
// A title in a `$title` would be cut short.
const named = (transcript: Transcript) => [transcript.title, transcript] as const;
const files = globSync('*.yaml', { cwd: folder }).sort();

describe.each(files)('%s', (file) => {
  const transcripts = readTranscripts(new URL(file, folder));
  const right = transcripts.filter(({ mustFail }) => mustFail === undefined);
  const wrong = transcripts.filter(({ mustFail }) => mustFail !== undefined);

  test.each(right.map(named))('%s', async (_title, transcript) => runTranscript(transcript, { restarts: false }));
  test.each(right.map(named))('%s: the same with a restart after every step', async (_title, transcript) =>
    runTranscript(transcript, { restarts: true }),
  );
  test.each(wrong.map(named))('%s', async (_title, transcript) => {
    await expect(runTranscript(transcript, { restarts: false })).rejects.toThrow(transcript.mustFail);
  });
});

describe('a mistake in a transcript is told in a sentence', () => {
  const written = (step: string, window = '{ tumbling: 100 }') => `
title: a mistake
windows: { w: { window: ${window} } }
steps:
  - ${step}
rest: []`;

  test.each([
    ['an unknown step', written('sned: [1]'), `a step says one of send, advanceWatermark`],
    ['an unknown field of a step', written('{ send: [1], shrad: a }'), `Unrecognized key: "shrad"`],
    ['an unknown field of a pane', written('{ send: [1], expect: [{ window: [0, 100], conut: 1 }] }'), `Unrecognized key: "conut"`],
    ['a time without an offset', written('send: [2024-03-10T01:30]'), 'text with an offset'],
    ['an unknown window', written('send: [1]', '{ tumblign: 100 }'), 'a window says one of tumbling'],
    ['no YAML', 'title: [', 'is no YAML'],
    ['a transcript without steps', `title: a mistake\nwindows: {}\nsteps: []\nrest: []`, `→ at steps`],
  ])('%s', (_what, text, message) => {
    expect(() => parseTranscripts(text)).toThrow(message);
  });

  test('it names the transcript and the place', () => {
    expect(() => parseTranscripts(written('{ send: [{ at: 1 }, { at: soon }] }'))).toThrow(
      /transcript 'a mistake'.*\n.*\n.*steps\[0\]\.send\[1\]\.at/,
    );
  });
});

test('there are transcripts, and some of them must fail', () => {
  const all = files.flatMap((file) => readTranscripts(new URL(file, folder)));
  expect(all.length).toBeGreaterThan(40);
  expect(all.filter(({ mustFail }) => mustFail !== undefined).length).toBeGreaterThan(5);
});
