/** Puts a station together out of its folder, the real world and the parts that reach outside; for both shells. */
import { databaseFile, openStore } from '../../db/open.ts';
import type { OpenError, Store, StoreFault } from '../../db/types.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { createScannerSupervisor, type ChildLike } from '../scanner/supervisor.ts';
import type { Log } from '../station/dispatch.ts';
import type { ScannerHooks, ScannerPort } from '../station/ports.ts';
import { createStation } from '../station/station.ts';
import type { Station } from '../station/types.ts';
import type { Settings } from './settings.ts';
import { startSync } from './startSync.ts';
import { realWorld, type World } from './world.ts';

export interface Host {
  readonly log: Log;
  /** Starts the scanner's process; null where there is none to be read, as under a test. */
  readonly spawnScanner: (() => ChildLike) | null;
  /** Path or URL of the worker that encodes batches. */
  readonly syncWorker: URL;
  readonly appVersion: string;
  readonly world?: World;
}

export interface CannotOpen {
  readonly kind: 'CANNOT_OPEN';
  /** One line for whoever starts the program. */
  readonly detail: string;
}

/** Why the station's folder cannot be used, and what to do, in one line. */
function explain(error: OpenError, { dataDir }: Settings): string {
  switch (error.kind) {
    case 'LOCKED':
      return `Another station is running on ${dataDir}: close that one first.`;
    case 'FROM_FUTURE':
      return `${databaseFile(dataDir)} was written by a newer version of this program (${error.found}, this one knows ${error.known}): install that version.`;
    case 'OTHER_STATION':
      return `${dataDir} belongs to station ${error.found}: give --station ${error.found}, or another --data.`;
    case 'CORRUPT':
      return `${databaseFile(dataDir)} is damaged (${error.detail}): keep a copy and restore a backup.`;
    case 'STORE_UNAVAILABLE':
      return explainFault(error.reason, dataDir);
  }
}

function explainFault(reason: StoreFault['reason'], dataDir: string): string {
  switch (reason) {
    case 'DISK_FULL':
      return `The disk with ${dataDir} is full: make room on it, then start again.`;
    case 'READ_ONLY':
      return `${dataDir} cannot be written to: it is read-only for this user, or its disk is write-protected.`;
    case 'BUSY':
      return `Another program holds the database in ${dataDir}: close it, then start again.`;
    case 'IO':
    case 'CORRUPT':
      return `The disk with ${dataDir} does not read or write as it should: see to the disk and its cable.`;
  }
}

/** Reads the scanner by its own process. A scanner that types as a keyboard is known only by its scans. */
function startScanner({ log, spawnScanner }: Host, world: World, hooks: ScannerHooks): ScannerPort {
  if (spawnScanner === null) return { state: () => 'MISSING', close: () => Promise.resolve() };
  return createScannerSupervisor({
    spawn: spawnScanner,
    onScan: hooks.onScan,
    onState: hooks.onChange,
    onTrouble: (what) => log.warn('scanner', { what }),
    clock: world.clock,
    setTimer: (delayMs, callback) => {
      const timer = world.timers.set(callback, delayMs);
      return () => world.timers.clear(timer);
    },
  });
}

function compose(settings: Settings, host: Host, world: World, store: Store): Station {
  return createStation({
    store,
    clock: world.clock,
    timers: world.timers,
    sha256: world.sha256,
    verify: world.verify,
    randomBytes: world.randomBytes,
    scrypt: world.scrypt,
    sameBytes: world.sameBytes,
    freeBytes: () => world.freeBytes(settings.dataDir),
    startSync: (hooks) => startSync(settings, host, world, store, hooks),
    startScanner: (hooks) => startScanner(host, world, hooks),
    sample: settings.sample,
    openingStock: settings.openingStock,
    log: host.log,
  });
}

/** Opens the station in its folder, or says why not. The caller closes it. */
export function openStation(settings: Settings, host: Host): Result<Station, CannotOpen> {
  const world = host.world ?? realWorld();
  const opened = openStore({
    dir: settings.dataDir,
    stationId: settings.stationId,
    hardwareId: world.hardwareId,
    appVersion: host.appVersion,
    clock: world.clock,
    sha256: world.sha256,
    randomBytes: world.randomBytes,
  });
  if (!opened.ok) return err({ kind: 'CANNOT_OPEN', detail: explain(opened.error, settings) });
  try {
    return ok(compose(settings, host, world, opened.value));
  } catch (error) {
    opened.value.close();
    throw error;
  }
}
