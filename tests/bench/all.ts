/** Every bench, in the order in which they are run and printed. */
import type { Bench } from './bench.ts';
import { commitBench, largeBench } from './commit.ts';
import { paintBench } from './paint.ts';
import { bundleBench, memoryBench } from './size.ts';
import { startBench } from './start.ts';

export const benches: readonly Bench[] = [
  paintBench,
  commitBench,
  largeBench,
  startBench,
  bundleBench,
  memoryBench,
];
