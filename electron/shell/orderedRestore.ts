/** The restore that a keeper ordered, or one that a power cut broke off: carried out before the station is opened. */
import { forgetOrder, pendingRestore, restoreStation, type RestoreError } from '../../db/backup/restore.ts';
import type { RestoreEnd } from '../contract/backupViews.ts';
import type { Host } from './openStation.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

function reasonOf(error: RestoreError): Extract<RestoreEnd, { kind: 'NOT_RESTORED' }>['reason'] {
  if (error.kind === 'BAD_BACKUP') return 'BACKUP';
  return error.kind === 'STORE_UNAVAILABLE' && error.reason === 'DISK_FULL' ? 'DISK_FULL' : 'OTHER';
}

/** What became of the restore that was ordered; null where none was. It never throws: the old database is opened. */
export function restoreIfOrdered(
  { dataDir, stationId }: Settings,
  { log }: Host,
  world: World,
): RestoreEnd | null {
  try {
    const pending = pendingRestore(dataDir);
    if (pending === null) return null;
    const order = { dir: dataDir, file: pending.file, stationId };
    const restored = restoreStation(order, world.clock.nowMs(), world.sha256);
    if (!restored.ok) {
      log.error('the restore was refused', new Error(JSON.stringify(restored.error)));
      return { kind: 'NOT_RESTORED', reason: reasonOf(restored.error) };
    }
    const { backupName, salvage, aside } = restored.value;
    const { events: carriedOver, lostCount, lostAtCounty } = salvage;
    log.warn('the station was restored', { backupName, carriedOver, lostCount, lostAtCounty, aside });
    return { kind: 'RESTORED' };
  } catch (error) {
    log.error('the ordered restore could not be read', error);
    forgetOrder(dataDir);
    return { kind: 'NOT_RESTORED', reason: 'OTHER' };
  }
}

/** Whether a restore was broken off between the old database and the new one: neither may be opened as it stands. */
export function isHalfRestored(dataDir: string): boolean {
  return (pendingRestore(dataDir)?.aside ?? '') !== '';
}
