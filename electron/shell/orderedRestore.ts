/** The restore that a keeper ordered, or one that a power cut broke off: carried out before the station is opened. */
import { forgetOrder, pendingRestore, restoreStation, type RestoreError } from '../../db/backup/restore.ts';
import type { OnProgress } from '../../db/progress.ts';
import type { RestoreEnd } from '../contract/backupViews.ts';
import { runLong } from './longWorker.ts';
import type { Host } from './openStation.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

type Restored = ReturnType<typeof restoreStation>;

function reasonOf(error: RestoreError): Extract<RestoreEnd, { kind: 'NOT_RESTORED' }>['reason'] {
  if (error.kind === 'BAD_BACKUP') return 'BACKUP';
  return error.kind === 'STORE_UNAVAILABLE' && error.reason === 'DISK_FULL' ? 'DISK_FULL' : 'OTHER';
}

/** What is told of a restore, in the log and to the screens. */
function endOf(restored: Restored, { log }: Pick<Host, 'log'>): RestoreEnd {
  if (!restored.ok) {
    log.error('the restore was refused', new Error(JSON.stringify(restored.error)));
    return { kind: 'NOT_RESTORED', reason: reasonOf(restored.error) };
  }
  const { backupName, salvage, aside } = restored.value;
  const { events: carriedOver, lostCount, lostAtCounty } = salvage;
  log.warn('the station was restored', { backupName, carriedOver, lostCount, lostAtCounty, aside });
  return { kind: 'RESTORED' };
}

/** It is not tried again, but where it was broken off between the old database and the new one. */
function gaveUp(dataDir: string, { log }: Pick<Host, 'log'>, error: unknown): RestoreEnd {
  log.error('the ordered restore could not be carried out', error);
  if (!isReadable(dataDir) || !isHalfRestored(dataDir)) forgetOrder(dataDir);
  return { kind: 'NOT_RESTORED', reason: 'OTHER' };
}
function isReadable(dataDir: string): boolean {
  try {
    pendingRestore(dataDir);
    return true;
  } catch {
    return false;
  }
}

/** Whether there is one to be carried out; one whose order cannot be read is, and ends as not restored. */
export function isRestoreOrdered(dataDir: string): boolean {
  return !isReadable(dataDir) || pendingRestore(dataDir) !== null;
}

/** What became of the restore that was ordered; null where none was. It never throws: the old database is opened. */
export function restoreIfOrdered(
  { dataDir, stationId }: Settings,
  host: Host,
  world: World,
): RestoreEnd | null {
  try {
    const pending = pendingRestore(dataDir);
    if (pending === null) return null;
    const order = { dir: dataDir, file: pending.file, stationId };
    return endOf(restoreStation(order, world.clock.nowMs(), world.sha256), host);
  } catch (error) {
    return gaveUp(dataDir, host, error);
  }
}

/** The same in a worker. It never rejects; null also where it was given up by `signal`. */
export async function restoreInWorker(
  { dataDir, stationId }: Settings,
  host: Host,
  world: World,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<RestoreEnd | null> {
  try {
    const pending = pendingRestore(dataDir);
    if (pending === null) return null;
    const order = { dir: dataDir, file: pending.file, stationId };
    const wanted = { kind: 'restore', order, nowMs: world.clock.nowMs() } as const;
    return endOf((await runLong(host.backupWorker, wanted, onProgress, signal)) as Restored, host);
  } catch (error) {
    return signal.aborted ? null : gaveUp(dataDir, host, error);
  }
}

/** Whether a restore was broken off between the old database and the new one: neither may be opened as it stands. */
export function isHalfRestored(dataDir: string): boolean {
  return (pendingRestore(dataDir)?.aside ?? '') !== '';
}
