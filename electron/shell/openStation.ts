/** Puts a station together out of its folder, the real world and the parts that reach outside; for both shells. */
import { newestGoodBackup } from '../../db/backup/restore.ts';
import { databaseFile, openStore } from '../../db/open.ts';
import type { OpenError, Store, StoreFault } from '../../db/types.ts';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { RestoreEnd } from '../contract/backupViews.ts';
import { createScannerSupervisor, type ChildLike } from '../scanner/supervisor.ts';
import type { Log } from '../station/dispatch.ts';
import type { ScannerHooks, ScannerPort } from '../station/ports.ts';
import type { Pauses } from '../station/sync/pauses.ts';
import { createStation } from '../station/station.ts';
import type { Station } from '../station/types.ts';
import { backupFolders, createBackupPort } from './backups.ts';
import { spaceHistoryFile } from './spaceHistory.ts';
import { isHalfRestored, restoreIfOrdered } from './orderedRestore.ts';
import { openRestartable } from './restartable.ts';
import type { Settings } from './settings.ts';
import { takePending } from './pendingPairing.ts';
import { startStick } from './startStick.ts';
import { stickFinder } from './sticks.ts';
import { startSync } from './startSync.ts';
import { openUnpaired } from './unpaired.ts';
import { realWorld, type World } from './world.ts';

export interface Host {
  readonly log: Log;
  /** Starts the scanner's process; null where there is none to be read, as under a test. */
  readonly spawnScanner: (() => ChildLike) | null;
  /** Path or URL of the worker that encodes batches. */
  readonly syncWorker: URL;
  /** Path or URL of the worker that makes and reads backups. */
  readonly backupWorker: URL;
  readonly appVersion: string;
  readonly world?: World;
  /** Between two tries of the county; tests have no patience. */
  readonly syncPauses?: Pauses;
}

export interface CannotOpen {
  readonly kind: 'CANNOT_OPEN';
  /** One line for whoever starts the program. */
  readonly detail: string;
}

/** Why the station's folder cannot be used, and what to do, in one line. */
function explain(error: OpenError, settings: Settings, sha256: Sha256): string {
  const { dataDir } = settings;
  switch (error.kind) {
    case 'LOCKED':
      return `Another station is running on ${dataDir}: close that one first.`;
    case 'FROM_FUTURE':
      return `${databaseFile(dataDir)} was written by a newer version of this program (${error.found}, this one knows ${error.known}): install that version.`;
    case 'OTHER_STATION':
      return `${dataDir} belongs to station ${error.found}: give --station ${error.found}, or another --data.`;
    case 'CORRUPT':
      return `${databaseFile(dataDir)} is damaged (${error.detail}). ${offerRestore(settings, sha256)}`;
    case 'STORE_UNAVAILABLE':
      return explainFault(error.reason, dataDir);
  }
}

/** The way back that there is: the newest backup that proves good. */
function offerRestore(settings: Settings, sha256: Sha256): string {
  const { dataDir } = settings;
  const [, ...others] = backupFolders(settings);
  const newest = newestGoodBackup(dataDir, others, sha256);
  if (newest === null)
    return `There is no good backup in ${backupFolders(settings).join(' or ')}: keep the folder as it is, and ask the county.`;
  return `Restore from ${newest}, with whatever is still sound: npm run restore -- --data ${dataDir} (add --preview to look first).`;
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

/** A new incarnation is said aloud: the county will see it too. */
function sayIncarnation({ incarnation, incarnationReason }: Store, { log }: Host): void {
  if (incarnationReason === 'OTHER_MACHINE')
    log.warn('the database woke up on another machine: a new incarnation begins', { incarnation });
  if (incarnationReason === 'RESTORED')
    log.warn('the database was restored: a new incarnation begins', { incarnation });
}

/** A village's own rules that its county's do not allow have no effect: whoever wrote them must hear it. */
function sayLooserWish({ views }: Store, { log }: Host): void {
  const looser = views.looserWish();
  if (looser !== null)
    log.warn('the rules in station.json would loosen those of the county, which hold as they are', {
      looser,
    });
}

function compose(settings: Settings, host: Host, world: World, store: Store, reopening: Reopening): Station {
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
    spaceHistory: spaceHistoryFile(settings.dataDir),
    startSync: (hooks) => startSync(settings, host, world, store, hooks),
    startScanner: (hooks) => startScanner(host, world, hooks),
    startStick: (hooks) => startStick(settings, host, world, store, hooks),
    backups: createBackupPort(settings, host.backupWorker, reopening.restart),
    restoreEnd: reopening.restoreEnd,
    sample: settings.sample,
    openingStock: settings.openingStock,
    log: host.log,
  });
}

/**
 * Opens the station in its folder, or says why not. A machine that has not been brought in opens the way to do that,
 * and the station in its place afterwards. The caller closes it.
 */
export function openStation(settings: Settings, host: Host): Result<Station, CannotOpen> {
  const world = host.world ?? realWorld();
  let current = settings;
  let restoreEnd: RestoreEnd | null = null;
  const open = (restart: () => void): Result<Station, CannotOpen> => {
    if (current.isPaired) {
      restoreEnd = restoreIfOrdered(current, host, world) ?? restoreEnd;
      return openOnce(current, host, world, { restart, restoreEnd });
    }
    const onPaired = (paired: Settings): void => {
      current = paired;
      restart();
    };
    const startPairingScanner = (hooks: ScannerHooks): ScannerPort => startScanner(host, world, hooks);
    const { appVersion, log } = host;
    return ok(
      openUnpaired({
        settings,
        world,
        appVersion,
        log,
        startScanner: startPairingScanner,
        findSticks: stickFinder({ ...settings, platform: process.platform }),
        onPaired,
      }),
    );
  };
  return openRestartable(open, host.log);
}

/** What an opening knows of those before and after it. */
interface Reopening {
  readonly restart: () => void;
  /** How the last restore ended that was ordered while this program ran; null: none was. */
  readonly restoreEnd: RestoreEnd | null;
}

function openOnce(
  settings: Settings,
  host: Host,
  world: World,
  reopening: Reopening,
): Result<Station, CannotOpen> {
  if (isHalfRestored(settings.dataDir))
    return err({
      kind: 'CANNOT_OPEN',
      detail: `A restore of ${settings.dataDir} was broken off by its disk: make room on it or see to it, then start again.`,
    });
  const opened = openStore({
    dir: settings.dataDir,
    stationId: settings.stationId,
    hardwareId: world.hardwareId,
    appVersion: host.appVersion,
    clock: world.clock,
    sha256: world.sha256,
    randomBytes: world.randomBytes,
    ruleWishes: settings.ruleWishes ?? {},
  });
  if (!opened.ok) return err({ kind: 'CANNOT_OPEN', detail: explain(opened.error, settings, world.sha256) });
  try {
    sayIncarnation(opened.value, host);
    takePending(settings.dataDir, opened.value, world.sha256, host.log);
    sayLooserWish(opened.value, host);
    return ok(compose(settings, host, world, opened.value, reopening));
  } catch (error) {
    opened.value.close();
    throw error;
  }
}
