// The process of one benchmark: `node bench/run-one.ts <name>`, its figures over IPC.
import type { Benchmark } from './benchmark.ts';

const { benchmark } = (await import(`./benchmarks/${process.argv[2]}.ts`)) as { readonly benchmark: Benchmark };
const figures = await benchmark.run();
// Emulators and clients may have left something open.
process.send?.({ about: benchmark.about, figures }, () => process.exit());
