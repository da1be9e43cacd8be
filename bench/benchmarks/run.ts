import { fork } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { cpuUs } from '../cpu.ts';
import type { FileRun } from '../file-run.ts';
import { measurementPayloads, NOON_MS } from '../measurements.ts';

const EVENTS = 600_000;
const TIMES_MORE = 5;
const KEYS = 1_000;
const BLOCK_EVENTS = 10_000;
const SPAN_MS = 10_000;
const PROGRAM = join(import.meta.dirname, '..', 'file-run.ts');
const PIPELINE = join(import.meta.dirname, '..', 'pipelines', 'measurements.ts');

function linesOf(block: number): string[] {
  return measurementPayloads(BLOCK_EVENTS, KEYS, NOON_MS + block * SPAN_MS, block);
}

/** A file of so many JSON lines; its bytes. */
function writeEvents(path: string, events: number): number {
  const file = openSync(path, 'w');
  let bytes = 0;
  for (let block = 0; block * BLOCK_EVENTS < events; block++) bytes += writeSync(file, `${linesOf(block).join('\n')}\n`);
  closeSync(file);
  return bytes;
}

/** In a process of its own, so that its memory is that of the run alone. */
function runFile(input: string): Promise<FileRun> {
  return new Promise((resolve, reject) => {
    const child = fork(PROGRAM, [PIPELINE, input, `${input}.panes`], {
      execArgv: ['--conditions=mullion-source'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.once('message', (run) => resolve(run as FileRun));
    child.once('exit', (code) => reject(new Error(`the run of ${input} ended with exit code ${code} and measured nothing`)));
  });
}

/** What `JSON.parse` takes for as many events. */
function parseUs(events: number): number {
  let us = 0;
  for (let block = 0; block * BLOCK_EVENTS < events; block++) {
    const lines = linesOf(block);
    const beganAtUs = cpuUs();
    for (const line of lines) JSON.parse(line);
    us += cpuUs() - beganAtUs;
  }
  return us;
}

export const benchmark: Benchmark = {
  about: `mullion run on a file of JSON lines, ${KEYS} keys, windows of a minute`,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'mullion-bench-'));
    try {
      const [few, many] = [join(folder, 'few.jsonl'), join(folder, 'many.jsonl')];
      writeEvents(few, EVENTS);
      const bytes = writeEvents(many, EVENTS * TIMES_MORE);
      const first = await runFile(few);
      const more = await runFile(many);
      const parse = parseUs(EVENTS);
      return [
        {
          what: 'events a second of CPU',
          value: ((EVENTS * TIMES_MORE) / more.cpuUs) * 1e6,
          unit: '/s',
          atLeast: 300_000,
          note: `${Math.round(bytes / 1e6)} MB`,
        },
        { what: 'CPU to that of JSON.parse alone', value: more.cpuUs / TIMES_MORE / parse, unit: '×' },
        {
          what: `memory at the most, to that of a file a ${TIMES_MORE}th as large`,
          value: more.peakMib / first.peakMib,
          unit: '×',
          atMost: 1.1,
        },
        { what: 'memory at the most', value: more.peakMib, unit: 'MiB' },
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
