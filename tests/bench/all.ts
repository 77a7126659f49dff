/** Every bench, in the order in which they are run and printed. */
import type { Bench } from './bench.ts';
import { commitBench, largeBench } from './commit.ts';

export const benches: readonly Bench[] = [commitBench, largeBench];
