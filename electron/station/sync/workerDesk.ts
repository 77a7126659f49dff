/** The sync desk in a worker thread, so that a scan never waits for a batch. A worker that fell is replaced. */
import { Worker } from 'node:worker_threads';
import type { Result } from '../../../domain/result.ts';
import type { ReferenceChange } from '../../../db/reference/plan.ts';
import type { BadReference, SealedBatch, SyncDesk } from './desk.ts';
import type { WorkerAnswer, WorkerOrder, WorkerStart } from './worker.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** Starts the desk of a station's folder; `file` is worker.ts, or what it was built into. */
export function workerDesk(file: URL, start: WorkerStart): SyncDesk {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let lastId = 0;

  function fall(fallen: Worker, error: Error): void {
    if (worker !== fallen) return; // Another has its place already.
    worker = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }
  function running(): Worker {
    if (worker !== null) return worker;
    const made = new Worker(file, { workerData: start });
    made.on('message', (answer: WorkerAnswer) => {
      const waiter = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.ok) waiter?.resolve(answer.value);
      else waiter?.reject(new Error(answer.message));
    });
    made.on('error', (error: unknown) =>
      fall(made, error instanceof Error ? error : new Error(String(error))),
    );
    made.on('exit', () => fall(made, new Error('the sync worker ended')));
    // The station's own window or server keeps the process alive, never this.
    made.unref();
    worker = made;
    return made;
  }
  function ask(order: WithoutId<WorkerOrder>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      const message: WorkerOrder = { ...order, id: lastId };
      running().postMessage(message);
    });
  }
  return {
    batch: (order) => ask({ kind: 'batch', order }) as Promise<SealedBatch | null>,
    reference: (order) => ask({ kind: 'reference', order }) as Promise<Result<ReferenceChange, BadReference>>,
    close: async () => {
      await worker?.terminate();
    },
  };
}
