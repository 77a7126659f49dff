/** The worker behind shell/backups.ts and shell/longWorker.ts: one order, one answer, and it ends. */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { listReadable } from '../../../db/backup/archive.ts';
import { proveAgain } from '../../../db/backup/proveAgain.ts';
import { keepersOfBackup } from '../../../db/backup/keepers.ts';
import { makeBackup, type BackupOrder } from '../../../db/backup/make.ts';
import { previewRestore, restoreStation, type RestoreOrder } from '../../../db/backup/restore.ts';
import { storeFaultOf } from '../../../db/faults.ts';
import { runLongWork } from '../../../db/longWork.ts';
import { mendViews } from '../../../db/mend.ts';
import type { OnProgress } from '../../../db/progress.ts';
import type { LongWorkOrder, StoreFault } from '../../../db/types.ts';
import type { Sha256 } from '../../../domain/journal/canonical.ts';

export type BackupWork =
  | { readonly kind: 'make'; readonly orders: readonly BackupOrder[] }
  | { readonly kind: 'prove'; readonly files: readonly string[] }
  | { readonly kind: 'list'; readonly folders: readonly string[] }
  | { readonly kind: 'preview'; readonly order: RestoreOrder }
  | { readonly kind: 'keepers'; readonly dir: string; readonly others: readonly string[] };

/** What takes minutes on a large station: it says how far it is, and then what came of it. */
export type LongOrder =
  | { readonly kind: 'long'; readonly order: LongWorkOrder }
  | { readonly kind: 'restore'; readonly order: RestoreOrder; readonly nowMs: number }
  | { readonly kind: 'mend'; readonly dir: string };
export type LongAnswer =
  | { readonly kind: 'PROGRESS'; readonly done: number; readonly total: number }
  | { readonly kind: 'DONE'; readonly value: unknown }
  | { readonly kind: 'FAULT'; readonly reason: StoreFault['reason'] };

const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function work(order: BackupWork): unknown {
  switch (order.kind) {
    case 'make':
      return order.orders.map((one) => makeBackup(one, sha256));
    case 'prove':
      return proveAgain(order.files, sha256);
    case 'list':
      return order.folders.map(listReadable);
    case 'preview':
      return previewRestore(order.order, sha256);
    case 'keepers':
      return keepersOfBackup(order.dir, order.others, sha256);
  }
}

function workLong(order: LongOrder, onProgress: OnProgress): unknown {
  switch (order.kind) {
    case 'long': {
      const { dir, work: what, ...place } = order.order;
      runLongWork(dir, { ...place, sha256 }, what, onProgress);
      return null;
    }
    case 'restore':
      return restoreStation(order.order, order.nowMs, sha256, onProgress);
    case 'mend':
      return mendViews(order.dir, sha256, onProgress);
  }
}

function answerLong(order: LongOrder): LongAnswer {
  try {
    const value = workLong(order, (done, total) => {
      parentPort?.postMessage({ kind: 'PROGRESS', done, total } satisfies LongAnswer);
    });
    return { kind: 'DONE', value };
  } catch (error) {
    const fault = storeFaultOf(error);
    if (fault === undefined) throw error;
    return { kind: 'FAULT', reason: fault.reason };
  }
}

const isLong = (order: BackupWork | LongOrder): order is LongOrder =>
  order.kind === 'long' || order.kind === 'restore' || order.kind === 'mend';
const given = workerData as BackupWork | LongOrder;
parentPort?.postMessage(isLong(given) ? answerLong(given) : work(given));
