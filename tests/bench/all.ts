/** Every bench, in the order in which they are run and printed. */
import type { Bench } from './bench.ts';
import { commitBench, largeBench } from './commit.ts';
import { ingestBench } from './ingest.ts';
import { balanceBench, refoldBench } from './ledger.ts';
import { paintBench } from './paint.ts';
import { bundleBench, memoryBench } from './size.ts';
import { startBench } from './start.ts';
import { stormBench } from './storm.ts';
import { darkBench, wireBench } from './wire.ts';

export const benches: readonly Bench[] = [
  paintBench,
  commitBench,
  largeBench,
  startBench,
  bundleBench,
  memoryBench,
  balanceBench,
  refoldBench,
  wireBench,
  darkBench,
  ingestBench,
  stormBench,
];
