/** One station in a folder: the real store, services and sync; only clocks, chance and the line are simulated. */
import { makeBackup } from '../../db/backup/make.ts';
import { storeFaultOf } from '../../db/faults.ts';
import { openStore } from '../../db/open.ts';
import { openJournalReader } from '../../db/reader.ts';
import type { Store } from '../../db/types.ts';
import type { Contract, MethodName } from '../../electron/contract/contract.ts';
import type { CallError, InputOf, OutputOf } from '../../electron/contract/types.ts';
import type { Result } from '../../domain/result.ts';
import type { WireRange } from '../../domain/wire/version.ts';
import { sha256, unseal } from '../../electron/station/sync/codecs.ts';
import { inlineDesk } from '../../electron/station/sync/desk.ts';
import { openKeyFolder } from '../../electron/station/sync/keyFolder.ts';
import { createSync } from '../../electron/station/sync/sync.ts';
import { httpTransport } from '../../electron/station/sync/transport.ts';
import { backupFolder } from '../../db/backup/archive.ts';
import type { Log } from '../../electron/station/dispatch.ts';
import type { SyncPort } from '../../electron/station/ports.ts';
import { createCourier } from '../../electron/station/stick/courier.ts';
import { readAnswers } from '../../electron/station/stick/read.ts';
import type { StickTools } from '../../electron/station/stick/tools.ts';
import { writeBundle } from '../../electron/station/stick/write.ts';
import { createStation } from '../../electron/station/station.ts';
import type { Chance } from './chance.ts';
import { simTimers, syncTimers, type SimTime, type SimTimers, type SyncTimers } from './clocks.ts';
import { createLine, type Line } from './faults/line.ts';
import type { FaultName } from './faults/names.ts';
import { instant } from './instants.ts';
import { quickHash } from './village.ts';

export interface SimStation {
  readonly stationId: number;
  readonly dir: string;
  readonly store: Store;
  readonly time: SimTime;
  readonly timers: SimTimers;
  readonly sync: SyncPort;
  readonly attempts: SyncTimers;
  readonly line: Line;
  readonly ask: <M extends MethodName>(
    method: M,
    input: InputOf<Contract[M]>,
  ) => Promise<Result<OutputOf<Contract[M]>, CallError>>;
  /** How many acts a full disk has refused so far. */
  readonly refusedByFullDisk: () => number;
  readonly backUp: () => void;
  /** Writes what the county lacks onto a stick. */
  readonly writeStick: (root: string) => Promise<void>;
  /** Takes what a stick brings back. */
  readonly readStick: (root: string) => Promise<void>;
  readonly close: () => Promise<void>;
}
export interface SimStationOptions {
  readonly dir: string;
  readonly stationId: number;
  readonly hardwareId: string;
  /** Code of the county for this machine; empty where none is needed. */
  readonly enrolCode: string;
  readonly time: SimTime;
  readonly chance: Chance;
  readonly faults: readonly FaultName[];
  /** Versions of the wire that it knows. */
  readonly wire: WireRange;
  readonly countyUrl: string;
  /** Told of what a log gets that no line can be to blame for. */
  readonly onTrouble: (what: string) => void;
  /** Told of each fault of the line, and of each act that a full disk refused. */
  readonly onFault: (name: FaultName) => void;
}

const MOST_BACKUP_BYTES = 2 ** 30;

/** Failures that the faults themselves bring about. */
function isMeant(message: string): boolean {
  return message === 'sync failed' || message === 'the store failed' || message.startsWith('what has lapsed');
}

/** Opens a folder; throws if it does not open. */
export function openSimStation(options: SimStationOptions): SimStation {
  const { dir, stationId, time, chance } = options;
  const opened = openStore({
    dir,
    stationId,
    hardwareId: options.hardwareId,
    appVersion: 'simulated',
    clock: time,
    sha256,
    randomBytes: chance.bytes,
  });
  if (!opened.ok) throw new Error(`station ${stationId} does not open: ${JSON.stringify(opened.error)}`);
  const store = opened.value;
  const timers = simTimers(time);
  const attempts = syncTimers(time);
  const keys = openKeyFolder(dir);
  const line = createLine({
    url: () => `${options.countyUrl}/at/${time.trueMs()}`,
    transport: (url) => httpTransport(url, { pin: () => null, nowMs: () => time.nowMs() }),
    chance,
    faults: options.faults,
    onInstant: instant,
    onFault: options.onFault,
  });
  let refusedByFullDisk = 0;
  const log: Log = {
    warn: () => undefined,
    error: (message, error) => {
      // Only what was refused has been struck by a full disk.
      if (storeFaultOf(error)?.reason === 'DISK_FULL') {
        refusedByFullDisk += 1;
        options.onFault('diskFull');
      }
      if (!isMeant(message))
        options.onTrouble(`${message}: ${error instanceof Error ? (error.stack ?? '') : ''}`);
    },
  };
  const stickTools = (): StickTools => ({
    store,
    keys: openKeyFolder(dir),
    desk: inlineDesk(openJournalReader(dir, sha256), keys.privateKeyPem),
    nowMs: () => time.nowMs(),
    randomBytes: chance.bytes,
    appVersion: 'simulated',
    wire: options.wire,
  });
  let sync: SyncPort | undefined;
  const station = createStation({
    store,
    clock: time,
    timers,
    sha256,
    verify: unseal.verify,
    randomBytes: chance.bytes,
    scrypt: (pin, salt) => Promise.resolve(quickHash(pin, salt)),
    sameBytes: (a, b) => Buffer.compare(a, b) === 0,
    space: {
      freeBytes: () => Promise.resolve(2 ** 40),
      history: { read: () => [], write: () => undefined },
    },
    backupSpace: null,
    restoreEnd: null,
    startSync: (hooks) =>
      (sync = createSync({
        ...hooks,
        store,
        desk: inlineDesk(openJournalReader(dir, sha256), keys.privateKeyPem),
        keys,
        transport: line,
        clock: time,
        timers: attempts,
        randomBytes: chance.bytes,
        log,
        appVersion: 'simulated',
        wire: options.wire,
        enrolCode: options.enrolCode,
      })),
    startStick: (hooks) =>
      createCourier({
        ...hooks,
        store,
        findSticks: () => Promise.resolve([]),
        openTools: () => {
          throw new Error('no stick is in');
        },
        timers,
        log,
      }),
    startScanner: () => ({ state: () => 'MISSING', close: () => Promise.resolve() }),
    backups: {
      make: () => Promise.resolve([]),
      proveAgain: () => Promise.resolve([]),
      list: () => Promise.resolve([]),
      preview: () => Promise.reject(new Error('not in a simulation')),
      keepers: () => Promise.resolve(null),
      order: () => undefined,
      wishRefold: () => undefined,
      restart: () => undefined,
    },
    sample: false,
    openingStock: [1, 2, 3, 4].map((goodsId) => ({ goodsId, quantity: 40 })),
    log,
  });
  if (sync === undefined) throw new Error('the station has started no sync');
  return {
    stationId,
    dir,
    store,
    time,
    timers,
    sync,
    attempts,
    line,
    ask: (method, input) =>
      // The gate answers what the contract says of the method.
      station.call(method, input) as never,
    refusedByFullDisk: () => refusedByFullDisk,
    backUp: () => {
      const order = { dir, folder: backupFolder(dir), nowMs: time.nowMs(), maxBytes: MOST_BACKUP_BYTES };
      const made = makeBackup(order, sha256);
      if (!made.ok) options.onTrouble(`no backup: ${JSON.stringify(made.error)}`);
    },
    writeStick: async (root) => {
      const tools = stickTools();
      const written = await writeBundle(tools, root, () => undefined);
      await tools.desk.close();
      const isKnown = !written.ok && written.error.kind === 'NOT_PAIRED';
      if (!written.ok && !isKnown) options.onTrouble(`no stick was written: ${written.error.kind}`);
    },
    readStick: async (root) => {
      const tools = stickTools();
      await readAnswers(tools, root);
      await tools.desk.close();
    },
    close: () => station.close(),
  };
}

/** Whether everything that this station knows has reached the county, and the other way round. */
export function isQuiet({ store }: SimStation): boolean {
  const { recorded, durableSeq } = store.syncState();
  return recorded === durableSeq && store.unsentOlder().length === 0;
}
