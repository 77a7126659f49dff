/** Work that takes minutes on a large station, in a worker of its own that says how far it is. */
import { Worker } from 'node:worker_threads';
import { StoreFaultError } from '../../db/faults.ts';
import type { OnProgress } from '../../db/progress.ts';
import type { StoreOptions } from '../../db/types.ts';
import type { LongAnswer, LongOrder } from '../station/backup/worker.ts';

/**
 * Runs one order. Rejects with StoreFaultError where the disk refuses, and if the worker falls; also where `signal` ends
 * it, which leaves what a power cut would leave.
 */
export function runLong(
  file: URL,
  order: LongOrder,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<unknown> {
  return new Promise((done, reject) => {
    const worker = new Worker(file, { workerData: order });
    signal?.addEventListener('abort', () => void worker.terminate(), { once: true });
    worker.on('message', (answer: LongAnswer) => {
      if (answer.kind === 'PROGRESS') onProgress(answer.done, answer.total);
      else if (answer.kind === 'DONE') done(answer.value);
      else reject(new StoreFaultError(answer.reason, new Error('the worker met it')));
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the worker ended')));
  });
}

/** What a store asks of another connection. */
export function elsewhereOf(file: URL): NonNullable<StoreOptions['elsewhere']> {
  return async (order, onProgress) => {
    await runLong(file, { kind: 'long', order }, onProgress);
  };
}
