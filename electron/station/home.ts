/** The home screen and the state of the station. */
import { isReferenceOld } from '../../domain/reference/age.ts';
import type { ActivityRow } from '../../db/views/views.ts';
import { shopHours } from '../../domain/shop/hours.ts';
import { DAY_MS, dayStartMs, shanghaiDay } from '../../domain/time.ts';
import type { HomeView, ScannerState, ShopHours, StatusView } from '../contract/views.ts';
import type { SyncView } from '../contract/syncViews.ts';
import type { RestoreEnd } from '../contract/backupViews.ts';
import type { StickView } from '../contract/stickViews.ts';
import type { Core } from './core.ts';
import type { StorageWatch } from './storageWatch.ts';
import { activityView } from './viewModels.ts';

/** Today's activities that are not cancelled, in the order of their start. */
export function activitiesToday({ views }: Core, nowMs: number): readonly ActivityRow[] {
  const startMs = dayStartMs(shanghaiDay(nowMs));
  return views.activitiesBetween(startMs, startMs + DAY_MS).filter((activity) => !activity.cancelled);
}

export function hoursNow({ views }: Core, nowMs: number): ShopHours {
  return shopHours(views.rules(), nowMs);
}

export function getHome(core: Core): HomeView {
  const { views, store, clock } = core;
  const nowMs = clock.nowMs();
  const info = views.referenceInfo();
  return {
    stationId: store.stationId,
    villageName: info?.stationName ?? '',
    townshipName: info?.townshipName ?? '',
    countyName: info?.countyName ?? '',
    sample: core.sample,
    ready: info !== null,
    todayActivities: activitiesToday(core, nowMs).map((row) => activityView(views, row, nowMs)),
    shop: hoursNow(core, nowMs),
  };
}

export interface StatusSources {
  readonly core: Core;
  readonly storage: StorageWatch;
  readonly sync: () => SyncView;
  readonly scanner: () => ScannerState;
  readonly rapidActivityId: () => number | null;
  readonly stick: () => StickView;
  readonly restoreEnd: RestoreEnd | null;
  readonly backup: () => StatusView['backup'];
}

/** Why the records have a new number, until a keeper has seen it. */
function newNumber({ store }: Core): StatusView['newNumber'] {
  const { reason, unseen } = store.beginning();
  return unseen && (reason === 'OTHER_MACHINE' || reason === 'RESTORED') ? reason : null;
}

export function getStatus(sources: StatusSources): StatusView {
  const { core, storage, sync, scanner, rapidActivityId, stick, restoreEnd, backup } = sources;
  const nowMs = core.clock.nowMs();
  const syncNow = sync();
  return {
    nowMs,
    sync: syncNow,
    scanner: scanner(),
    clockDoubtful: core.store.clockDoubtful(),
    dateToConfirm: core.store.dateToConfirm(),
    referenceOld: isReferenceOld(nowMs, syncNow.referenceMadeMs, syncNow.lastSuccessMs),
    standing: core.store.standing(),
    storage: storage.state(),
    low: storage.low(),
    rapidActivityId: rapidActivityId(),
    stick: stick(),
    restoreEnd,
    backup: backup(),
    arranging: core.store.heldOff(),
    newNumber: newNumber(core),
  };
}
