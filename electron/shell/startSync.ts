/** The way to the county, or the plain statement that there is none. */
import type { Store } from '../../db/types.ts';
import type { LineView, SyncView } from '../contract/syncViews.ts';
import type { SyncHooks, SyncPort } from '../station/ports.ts';
import { openSync } from '../station/sync/open.ts';
import { waitingAt } from '../../db/attention.ts';
import type { Host } from './openStation.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

const NO_LINE: LineView = { bytes: 0, minutes: 0, megabytesPerDay: 0, minutesPerDay: 0, level: 'FREE' };

/** Everything is kept until the station is told where its county is. */
function withoutCounty(store: Store): SyncPort {
  store.withoutCounty();
  const view = (): SyncView => {
    const { durableSeq, acknowledgedMs } = store.syncState();
    const info = store.views.referenceInfo();
    return {
      recorded: durableSeq + waitingAt(store),
      reachedCounty: durableSeq,
      attention: store.attention(),
      lastSuccessMs: acknowledgedMs,
      state: 'NOT_CONFIGURED',
      sendingTotal: 0,
      referenceVersion: info?.version ?? 0,
      referenceMadeMs: info?.madeAtMs ?? 0,
      nextAttemptMs: 0,
      line: NO_LINE,
    };
  };
  return {
    view,
    syncNow: () => undefined,
    recorded: () => undefined,
    close: () => Promise.resolve(),
  };
}

/** Starts the sync with the county of the settings. Throws if the folder of the keys cannot be used. */
export function startSync(
  settings: Settings,
  host: Host,
  world: World,
  store: Store,
  hooks: SyncHooks,
): SyncPort {
  const { countyUrl, dataDir, enrolCode, lineMegabytesPerDay, lineMinutesPerDay } = settings;
  if (countyUrl === '') return withoutCounty(store);
  return openSync({
    ...hooks,
    store,
    dir: dataDir,
    countyUrl,
    workerFile: host.syncWorker,
    clock: world.clock,
    timers: world.timers,
    randomBytes: world.randomBytes,
    log: host.log,
    appVersion: host.appVersion,
    roomBytes: () => world.freeBytes(dataDir),
    enrolCode,
    caps: { megabytesPerDay: lineMegabytesPerDay, minutesPerDay: lineMinutesPerDay },
    ...(host.syncPauses === undefined ? {} : { pauses: host.syncPauses }),
  });
}
