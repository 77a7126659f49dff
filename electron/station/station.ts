/** Composes the services into one station behind one contract. It knows no shell and makes no connection itself. */
import { storeFaultOf } from '../../db/faults.ts';
import type { Store } from '../../db/types.ts';
import type { Verify } from '../../domain/cards/verify.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import { err, ok } from '../../domain/result.ts';
import type { RestoreEnd } from '../contract/backupViews.ts';
import type { StationHandlers } from '../contract/contract.ts';
import type { ScannerState, StatusView } from '../contract/views.ts';
import { createAttendance } from './attendance.ts';
import { createBackups } from './backups.ts';
import { createBackfill } from './backfill.ts';
import { createCore } from './core.ts';
import { createDesk } from './desk.ts';
import { createDispatch, type Log } from './dispatch.ts';
import { getHome, getStatus } from './home.ts';
import { createKeepers } from './keeper.ts';
import { createLedger } from './ledger.ts';
import { recordLapses } from './lapses.ts';
import { recordOpeningStock, type Delivery } from './openingStock.ts';
import { createPersons } from './persons.ts';
import { createPinCheck, toughTries } from './pins.ts';
import { createPointsDesk } from './pointsDesk.ts';
import type { BackupPort, ScannerHooks, ScannerPort, StickPort, SyncHooks, SyncPort } from './ports.ts';
import { createRapid } from './rapid.ts';
import { createScans } from './scans.ts';
import { createShop } from './shop.ts';
import { createStorageWatch, type WatchedSpace } from './storageWatch.ts';
import { recordTurnOfDay } from './turnOfDay.ts';
import type { Pushed, Station, Timers } from './types.ts';

export interface StationOptions {
  /** Open; the station closes it. */
  readonly store: Store;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly sha256: Sha256;
  /** Ed25519. */
  readonly verify: Verify;
  readonly randomBytes: (length: number) => Uint8Array;
  /** scrypt with N = 16384, r = 8, p = 1, 32 bytes, off the main thread. */
  readonly scrypt: (pin: string, salt: Uint8Array) => Promise<Uint8Array>;
  readonly sameBytes: (a: Uint8Array, b: Uint8Array) => boolean;
  /** For the station's data, and for the second backups. */
  readonly space: WatchedSpace;
  readonly backupSpace: WatchedSpace | null;
  readonly startSync: (hooks: SyncHooks) => SyncPort;
  readonly startScanner: (hooks: ScannerHooks) => ScannerPort;
  readonly startStick: (hooks: SyncHooks) => StickPort;
  readonly backups: BackupPort;
  /** How the last restore ended since the program was started; null if there was none. */
  readonly restoreEnd: RestoreEnd | null;
  readonly sample: boolean;
  readonly openingStock: readonly Delivery[];
  readonly log: Log;
}

/** A status is pushed at most this often: a burst of scans changes it many times a second. */
const STATUS_PAUSE_MS = 100;
const LAPSE_PAUSE_MS = 5 * 60_000;

/** Opens the doors: from here on scans are heard, the county is tried and calls are answered. */
export function createStation(options: StationOptions): Station {
  const { store, timers, log } = options;
  // What screens show and what the store decides by is one time, also when somebody sets the wall clock.
  const clock: Clock = {
    nowMs: () => store.nowMs(),
    monoMs: () => options.clock.monoMs(),
    osBoot: () => options.clock.osBoot(),
  };
  const listeners = new Set<(pushed: Pushed) => void>();
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | null = null;
  let statusTimer: unknown = null;

  function push(pushed: Pushed): void {
    for (const listener of [...listeners]) {
      try {
        listener(pushed);
      } catch (error) {
        log.error('a listener failed', error); // One broken screen must not keep the others from hearing.
      }
    }
  }
  function statusChanged(): void {
    if (statusTimer !== null || closing !== null) return;
    statusTimer = timers.set(() => {
      statusTimer = null;
      if (closing === null) pushStatus();
    }, STATUS_PAUSE_MS);
  }

  const newToken = () => Buffer.from(options.randomBytes(16)).toString('hex');
  const storage = createStorageWatch({
    data: options.space,
    backups: options.backupSpace,
    nowMs: () => clock.nowMs(),
    timers,
    log,
    onChange: statusChanged,
  });
  const core = createCore({
    store,
    clock,
    sample: options.sample,
    newToken,
    push,
    onRecorded: () => {
      storage.succeeded();
      sync.recorded();
      statusChanged();
    },
  });
  const scans = createScans({
    book: {
      publicKeyOf: (issuerId) => core.views.publicKeyOf(issuerId),
      latestGeneration: (volunteerId) => core.views.latestGeneration(volunteerId),
      isRevoked: (cardNumber) => core.views.isRevoked(cardNumber),
      card: (cardNumber) => core.views.card(cardNumber),
      person: core.person,
    },
    clock,
    sha256: options.sha256,
    verify: options.verify,
    newToken,
    push: (event) => push({ event: 'scan', data: event }),
  });
  const checkPin = createPinCheck({
    keepers: () => {
      try {
        return core.views.keepers();
      } catch (error) {
        if (storeFaultOf(error) === undefined) throw error;
        // Damaged: its backups know who they are.
        return options.backups.keepers().then((known) => known?.keepers ?? []);
      }
    },
    store: toughTries(store, clock),
    clock,
    scrypt: options.scrypt,
    sameBytes: options.sameBytes,
  });
  const persons = createPersons(core, scans);
  const keepers = createKeepers({
    clock,
    newToken,
    checkPin,
    recordUnlock: (keeperId) => core.record(null, keeperId, () => ok([{ type: 'KEEPER_UNLOCKED' }])),
    onStoreFault: storage.failed,
  });
  const backups = createBackups({
    core,
    keepers,
    checkPin,
    port: options.backups,
    timers,
    log,
    onChange: statusChanged,
  });
  const rapid = createRapid(core, keepers, statusChanged);
  // A scanner that types as a keyboard shows itself only by what it typed.
  let wedgeSeen = false;
  const scannerState = (): ScannerState => {
    const state = scanner.state();
    return state === 'MISSING' && wedgeSeen ? 'KEYBOARD_ONLY' : state;
  };
  let lastStatus: StatusView | null = null;
  /** A store that cannot even be read leaves what it said last, and that it fails: nothing else would tell. */
  function status(): StatusView {
    try {
      lastStatus = getStatus({
        core,
        storage,
        sync: sync.view,
        scanner: scannerState,
        rapidActivityId: rapid.activityId,
        stick: stick.view,
        restoreEnd: options.restoreEnd,
        backup: backups.state,
      });
      return lastStatus;
    } catch (error) {
      const fault = storeFaultOf(error);
      if (fault === undefined || lastStatus === null) throw error;
      storage.failed(fault);
      return { ...lastStatus, nowMs: clock.nowMs(), storage: storage.state() };
    }
  }
  function pushStatus(): void {
    try {
      push({ event: 'status', data: status() });
    } catch (error) {
      failedBehind('the status could not be told', error); // The next change tells it.
    }
  }

  const handlers: StationHandlers = {
    getHome: () => getHome(core),
    getStatus: () => status(),
    submitScan: ({ text, source }) => {
      if (source === 'WEDGE' && !wedgeSeen) {
        wedgeSeen = true;
        statusChanged();
      }
      return scans.submit(text, source);
    },
    submitCardNumber: ({ digits }) => scans.submitNumber(digits),
    ...createAttendance(core, scans, rapid.activityId),
    ...persons.handlers,
    ...createShop(core, persons, checkPin),
    ...keepers.handlers,
    ...createDesk(core, keepers),
    ...createLedger(core, persons, keepers, checkPin),
    ...createPointsDesk(core, keepers),
    ...createBackfill(core, keepers, checkPin),
    ...rapid.handlers,
    ...backups.handlers,
    getTrouble: () => ({ kind: 'NONE' }),
    retryOpening: () => ({ kind: 'NONE' }),
    getPairing: () => ({ kind: 'PAIRED' }),
    pair: () => ({ kind: 'PAIRED' }),
    choosePairing: () => ({ kind: 'PAIRED' }),
    syncNow: () => {
      sync.syncNow();
      return null;
    },
    writeStick: () => stick.write(),
    readStick: () => stick.read(),
  };
  const dispatch = createDispatch({ handlers, log, onStoreFault: storage.failed });

  /** What nobody asked for went wrong: if the store is what failed, the screens say so all the same. */
  function failedBehind(what: string, error: unknown): void {
    log.error(what, error);
    const fault = storeFaultOf(error);
    if (fault !== undefined) storage.failed(fault);
  }
  function firstDelivery(): void {
    try {
      recordOpeningStock(core, options.openingStock, options.sha256);
    } catch (error) {
      failedBehind('the first delivery could not be recorded', error); // It is tried again at the next start.
    }
  }
  store.watchHeldOff(() => {
    // What was refused meanwhile was no fault of the disk.
    if (store.heldOff() === null) storage.succeeded();
    statusChanged();
  });
  const hooks: SyncHooks = {
    onChange: statusChanged,
    onReference: () => {
      firstDelivery();
      core.changed(['HOME', 'SHOP', 'DESK']);
      statusChanged();
    },
    onStoreFault: storage.failed,
    onFactsLost: () => {
      log.warn('the county has facts that this disk lost: the station begins anew', {
        incarnation: store.incarnation,
      });
      timers.set(() => options.backups.restart(), 0);
    },
  };
  const sync = options.startSync(hooks);
  const stick = options.startStick(hooks);
  const scanner = options.startScanner({
    onScan: (text) => {
      if (closing === null) hearScan(text);
    },
    onChange: statusChanged,
  });
  function hearScan(text: string): void {
    try {
      scans.submit(text, 'HID');
    } catch (error) {
      failedBehind('a scan could not be judged', error); // The store failed while reading; the next scan tries again.
    }
  }
  /** Attendances and points lapse by themselves, not only when somebody looks. */
  function lookForLapses(): void {
    try {
      recordLapses(core);
      recordTurnOfDay(core);
    } catch (error) {
      failedBehind('what has lapsed could not be recorded', error); // It is looked for again.
    }
    lapseTimer = timers.set(lookForLapses, LAPSE_PAUSE_MS);
  }
  let lapseTimer: unknown = null;
  firstDelivery();
  lookForLapses();

  async function close(): Promise<void> {
    await Promise.allSettled(underWay);
    storage.close();
    timers.clear(lapseTimer);
    if (statusTimer !== null) timers.clear(statusTimer);
    for (const result of await Promise.allSettled([
      scanner.close(),
      sync.close(),
      stick.close(),
      backups.close(),
    ]))
      if (result.status === 'rejected') log.error('a part did not close well', result.reason);
    listeners.clear();
    store.close();
  }

  return {
    call: (method, input) => {
      if (closing !== null) return Promise.resolve(err({ kind: 'CLOSING' }));
      const answer = dispatch(method, input);
      underWay.add(answer);
      return answer.finally(() => underWay.delete(answer));
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => (closing ??= close()),
  };
}
