// The process of one measurement: `node bench/run-one.ts <module>`, its result over IPC.
import type { Measurement } from './benchmark.ts';

const { benchmark } = (await import(`./${process.argv[2]}.ts`)) as { readonly benchmark: Measurement<unknown> };
const result = await benchmark.run();
// Emulators and clients may have left something open.
process.send?.({ about: benchmark.about, result }, () => process.exit());
