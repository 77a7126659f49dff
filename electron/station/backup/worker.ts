/** The worker behind shell/backups.ts: one order, one answer, and it ends. */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { listReadable } from '../../../db/backup/archive.ts';
import { keepersOfBackup } from '../../../db/backup/keepers.ts';
import { makeBackup, type BackupOrder } from '../../../db/backup/make.ts';
import { previewRestore, type RestoreOrder } from '../../../db/backup/restore.ts';
import type { Sha256 } from '../../../domain/journal/canonical.ts';

export type BackupWork =
  | { readonly kind: 'make'; readonly orders: readonly BackupOrder[] }
  | { readonly kind: 'list'; readonly folders: readonly string[] }
  | { readonly kind: 'preview'; readonly order: RestoreOrder }
  | { readonly kind: 'keepers'; readonly dir: string; readonly others: readonly string[] };

const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function work(order: BackupWork): unknown {
  switch (order.kind) {
    case 'make':
      return order.orders.map((one) => makeBackup(one, sha256));
    case 'list':
      return order.folders.map(listReadable);
    case 'preview':
      return previewRestore(order.order, sha256);
    case 'keepers':
      return keepersOfBackup(order.dir, order.others, sha256);
  }
}

parentPort?.postMessage(work(workerData as BackupWork));
