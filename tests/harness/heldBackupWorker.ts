/** The backup worker, which begins a backup, says so, and goes on when the test lets it: no backup is small enough. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import type { BackupWork } from '../../electron/station/backup/worker.ts';
import { HELD, LET_GO } from './held.ts';

const work = workerData as BackupWork;
const dir = work.kind === 'make' ? work.orders[0]?.dir : undefined;
if (dir !== undefined) {
  writeFileSync(join(dir, HELD), '');
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(join(dir, LET_GO))) Atomics.wait(never, 0, 0, 10);
}
await import('../../electron/station/backup/worker.ts');
