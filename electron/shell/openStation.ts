/** Puts a station together out of its folder, the real world and the parts that reach outside; for both shells. */
import { openStore } from '../../db/open.ts';
import { storeFaultOf } from '../../db/faults.ts';
import { isRefoldWished, mendViews } from '../../db/mend.ts';
import { describeFinding } from '../../db/finding.ts';
import type { OnProgress } from '../../db/progress.ts';
import type { OpenError, Store } from '../../db/types.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { RestoreEnd } from '../contract/backupViews.ts';
import { createScannerSupervisor, type ChildLike } from '../scanner/supervisor.ts';
import type { Log } from '../station/dispatch.ts';
import type { ScannerHooks, ScannerPort } from '../station/ports.ts';
import type { Pauses } from '../station/sync/pauses.ts';
import { createStation } from '../station/station.ts';
import type { WatchedSpace } from '../station/storageWatch.ts';
import type { Station } from '../station/types.ts';
import { createBackupPort } from './backups.ts';
import { explain, troubleOf, type CannotOpen } from './cannotOpen.ts';
import { elsewhereOf, runLong } from './longWorker.ts';
import { openPreparing } from './preparing.ts';
import { openRecovery } from './recovery.ts';
import { spaceHistoryFile } from './spaceHistory.ts';
import { isHalfRestored, isRestoreOrdered, restoreIfOrdered, restoreInWorker } from './orderedRestore.ts';
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

type Mended = ReturnType<typeof mendViews>;
function sayMended(mended: Mended, { log }: Host): void {
  if (!mended.ok) log.error('the views could not be made anew', new Error(JSON.stringify(mended.error)));
  else if (mended.value !== null)
    log.warn('the views were made anew', { wrong: describeFinding(mended.value) });
}

/** Views that a backup found to say something else than the journal are made anew before anybody decides by them. */
function refoldIfWished({ dataDir }: Settings, host: Host, { sha256 }: World): void {
  if (isRefoldWished(dataDir)) sayMended(mendViews(dataDir, sha256), host);
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
  const looser = views.looserWishes();
  if (looser.length > 0)
    log.warn(
      'some rules in station.json would loosen those of the county: these have no effect, the others hold',
      {
        looser,
      },
    );
}

function compose(settings: Settings, host: Host, world: World, store: Store, reopening: Reopening): Station {
  // The history stands beside the data in any case: a stick may be pulled out.
  const spaceOf = (dir: string, file: string): WatchedSpace => ({
    freeBytes: () => world.freeBytes(dir),
    history: spaceHistoryFile(settings.dataDir, file),
  });
  return createStation({
    store,
    clock: world.clock,
    timers: world.timers,
    sha256: world.sha256,
    verify: world.verify,
    randomBytes: world.randomBytes,
    scrypt: world.scrypt,
    sameBytes: world.sameBytes,
    space: spaceOf(settings.dataDir, 'free-space.json'),
    backupSpace: settings.backupDir === '' ? null : spaceOf(settings.backupDir, 'free-backup-space.json'),
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

/** What to do where the database cannot be opened: say so in a line, or open the screen from which it is mended. */
export type WhenShut = (why: CannotOpen) => 'REFUSE' | 'RECOVER';

/**
 * Opens the station in its folder, or says why not. A machine that has not been brought in opens the way to do that,
 * and the station in its place afterwards. Where `whenShut` says RECOVER, it is told on a screen (recovery.ts), which
 * opens the station as soon as it can be. The caller closes it.
 */
export function openStation(
  settings: Settings,
  host: Host,
  whenShut: WhenShut = () => 'REFUSE',
): Result<Station, CannotOpen> {
  const world = host.world ?? realWorld();
  let current = settings;
  let restoreEnd: RestoreEnd | null = null;
  /** What came of the preparation that this opening follows; undefined: there was none. */
  let prepared: { readonly ended: RestoreEnd | null } | undefined;
  let isFirst = true;
  const open = (restart: () => void): Result<Station, CannotOpen> => {
    // Where no screen shows it, the first opening is to say at once whether it works.
    const mayShow = !isFirst || whenShut(PROBE) === 'RECOVER';
    isFirst = false;
    if (!current.isPaired)
      return ok(
        openPairing(current, host, world, (paired) => {
          current = paired;
          restart();
        }),
      );
    if (prepared === undefined && mayShow && isToBePrepared(current)) {
      const settled = current;
      return ok(
        openPreparing({
          work: async (onProgress, signal) => {
            prepared = { ended: await prepare(settled, host, world, onProgress, signal) };
          },
          onEnd: restart,
          log: host.log,
        }),
      );
    }
    const ended = prepared === undefined ? restoreIfOrdered(current, host, world) : prepared.ended;
    prepared = undefined;
    restoreEnd = ended ?? restoreEnd;
    const opened = openOnce(current, host, world, { restart, restoreEnd });
    if (opened.ok || whenShut(opened.error) === 'REFUSE') return opened;
    host.log.error('the station cannot be opened', new Error(opened.error.detail));
    const port = createBackupPort(current, host.backupWorker, restart);
    const { trouble } = opened.error;
    const restoreFailed = ended?.kind === 'NOT_RESTORED';
    return ok(openRecovery({ settings: current, host, world, trouble, restoreFailed, port }));
  };
  return openRestartable(open, host.log);
}

/** Asked whether troubles are shown on a screen at all. */
const PROBE: CannotOpen = { kind: 'CANNOT_OPEN', detail: '', trouble: 'BUSY' };

function isToBePrepared({ dataDir }: Settings): boolean {
  return isRestoreOrdered(dataDir) || isRefoldWished(dataDir);
}

/** Carries out what is to be done before the station can be opened; answers how a restore ended. It never rejects. */
async function prepare(
  settings: Settings,
  host: Host,
  world: World,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<RestoreEnd | null> {
  const { dataDir: dir } = settings;
  const ended = await restoreInWorker(settings, host, world, onProgress, signal);
  if (signal.aborted || !isRefoldWished(dir)) return ended;
  try {
    const order = { kind: 'mend', dir } as const;
    sayMended((await runLong(host.backupWorker, order, onProgress, signal)) as Mended, host);
  } catch (error) {
    host.log.error('the views could not be made anew', error); // The opening tries it once more.
  }
  return ended;
}

/** What an opening knows of those before and after it. */
interface Reopening {
  readonly restart: () => void;
  /** How the last restore ended that was ordered while this program ran; null: none was. */
  readonly restoreEnd: RestoreEnd | null;
}

function openPairing(
  settings: Settings,
  host: Host,
  world: World,
  onPaired: (paired: Settings) => void,
): Station {
  const { appVersion, log } = host;
  return openUnpaired({
    settings,
    world,
    appVersion,
    log,
    startScanner: (hooks) => startScanner(host, world, hooks),
    findSticks: stickFinder({ ...settings, platform: process.platform }),
    onPaired,
  });
}

function cannotOpen(error: OpenError, settings: Settings, world: World): Result<never, CannotOpen> {
  const detail = explain(error, settings, world.sha256);
  return err({ kind: 'CANNOT_OPEN', detail, trouble: troubleOf(error) });
}

const isOfSpace = (end: RestoreEnd | null): boolean =>
  end?.kind === 'NOT_RESTORED' && end.reason === 'DISK_FULL';

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
      trouble: isOfSpace(reopening.restoreEnd) ? 'DISK_FULL' : 'IO',
    });
  refoldIfWished(settings, host, world);
  const opened = openStore({
    dir: settings.dataDir,
    stationId: settings.stationId,
    hardwareId: world.hardwareId,
    appVersion: host.appVersion,
    clock: world.clock,
    sha256: world.sha256,
    randomBytes: world.randomBytes,
    ruleWishes: settings.ruleWishes ?? {},
    elsewhere: elsewhereOf(host.backupWorker),
  });
  if (!opened.ok) return cannotOpen(opened.error, settings, world);
  try {
    sayIncarnation(opened.value, host);
    takePending(settings.dataDir, opened.value, world.sha256, host.log);
    sayLooserWish(opened.value, host);
    return ok(compose(settings, host, world, opened.value, reopening));
  } catch (error) {
    opened.value.close();
    const fault = storeFaultOf(error);
    if (fault === undefined) throw error;
    return cannotOpen(fault, settings, world);
  }
}
