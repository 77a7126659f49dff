/** The USB courier with the keys and the journal of a station's folder. */
import type { Store } from '../../db/types.ts';
import type { StickPort, SyncHooks } from '../station/ports.ts';
import { createCourier } from '../station/stick/courier.ts';
import { openKeyFolder } from '../station/sync/keyFolder.ts';
import { workerDesk } from '../station/sync/workerDesk.ts';
import type { Host } from './openStation.ts';
import type { Settings } from './settings.ts';
import { stickFinder } from './sticks.ts';
import type { World } from './world.ts';

export function startStick(
  { dataDir, stickDir }: Settings,
  host: Host,
  world: World,
  store: Store,
  hooks: SyncHooks,
): StickPort {
  return createCourier({
    ...hooks,
    store,
    findSticks: stickFinder({ stickDir, dataDir, platform: process.platform }),
    openTools: () => {
      // Opened for each piece of work: the sync may have pinned the county meanwhile.
      const keys = openKeyFolder(dataDir);
      return {
        store,
        keys,
        desk: workerDesk(host.syncWorker, { dir: dataDir, privateKeyPem: keys.privateKeyPem }),
        nowMs: () => store.nowMs(),
        randomBytes: world.randomBytes,
        appVersion: host.appVersion,
        roomBytes: () => world.freeBytes(dataDir),
      };
    },
    timers: world.timers,
    log: host.log,
  });
}
