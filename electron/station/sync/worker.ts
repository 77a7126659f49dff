/** The worker behind workerDesk.ts: one order after the other, each answered once. */
import { parentPort, workerData } from 'node:worker_threads';
import { openJournalReader } from '../../../db/reader.ts';
import { sha256 } from './codecs.ts';
import { makeBatch, readReference, type BatchOrder, type ReferenceOrder } from './desk.ts';

export interface WorkerStart {
  readonly dir: string;
  readonly privateKeyPem: string;
}
export type WorkerOrder =
  | { readonly id: number; readonly kind: 'batch'; readonly order: BatchOrder }
  | { readonly id: number; readonly kind: 'reference'; readonly order: ReferenceOrder };
export type WorkerAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly message: string };

const { dir, privateKeyPem } = workerData as WorkerStart;
const reader = openJournalReader(dir, sha256);

function work(order: WorkerOrder): unknown {
  return order.kind === 'batch'
    ? makeBatch(reader, privateKeyPem, order.order)
    : readReference(reader, order.order);
}

parentPort?.on('message', (order: WorkerOrder) => {
  let answer: WorkerAnswer;
  try {
    answer = { id: order.id, ok: true, value: work(order) };
  } catch (error) {
    answer = { id: order.id, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
