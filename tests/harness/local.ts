/** A whole station in the test's own process: the real store and services, without a shell around them. */
import { SAMPLE_KEEPER_PIN, type SampleVillage } from '../../county/sample/village.ts';
import type { Contract, MethodName } from '../../electron/contract/contract.ts';
import type { CallError, InputOf, OutputOf } from '../../electron/contract/types.ts';
import type { PersonView, StatusView } from '../../electron/contract/views.ts';
import { openStation, type Host, type WhenShut } from '../../electron/shell/openStation.ts';
import type { Settings } from '../../electron/shell/settings.ts';
import { realWorld, type World } from '../../electron/shell/world.ts';
import type { Log } from '../../electron/station/dispatch.ts';
import type { Station } from '../../electron/station/types.ts';
import type { Result } from '../../domain/result.ts';
import { cardOf } from './village.ts';
import { todayAtNine } from './station.ts';

export interface LocalStation {
  readonly station: Station;
  readonly call: <M extends MethodName>(
    method: M,
    input: InputOf<Contract[M]>,
  ) => Promise<Result<OutputOf<Contract[M]>, CallError>>;
  /** The same, throwing if the call itself failed. */
  readonly ask: <M extends MethodName>(
    method: M,
    input: InputOf<Contract[M]>,
  ) => Promise<OutputOf<Contract[M]>>;
  /** Scans a good card and answers the scan's id. */
  readonly scan: (volunteerId: number) => Promise<string>;
  readonly open: (volunteerId: number) => Promise<PersonView>;
  readonly unlock: () => Promise<string>;
  readonly status: () => Promise<StatusView>;
  readonly close: () => Promise<void>;
}

const silent: Log = { warn: () => undefined, error: () => undefined };

/** A clock that starts today at nine in Shanghai and runs as the real one does; `aheadMs` moves both clocks. */
export function localWorld(aheadMs = 0): World {
  const real = realWorld();
  const bornMs = real.clock.monoMs();
  return {
    ...real,
    clock: {
      nowMs: () => todayAtNine() + aheadMs + (real.clock.monoMs() - bornMs),
      monoMs: () => real.clock.monoMs() + aheadMs,
      osBoot: () => real.clock.osBoot(),
    },
    freeBytes: () => Promise.resolve(2 ** 40),
  };
}

/** Why a folder did not open, in the words that the shells show. */
export class CannotOpenError extends Error {}

/** Opens the station of a folder. Throws a CannotOpenError with the one line that the shells would show. */
export function openLocal(
  dir: string,
  village: SampleVillage,
  change: {
    readonly world?: World;
    readonly host?: Partial<Host>;
    readonly backupDir?: string;
    readonly stickDir?: string;
    readonly countyUrl?: string;
    readonly settings?: Partial<Settings>;
    /** Where the database cannot be opened; without it that throws. */
    readonly whenShut?: WhenShut;
  } = {},
): LocalStation {
  const opened = openStation(
    {
      dataDir: dir,
      countyUrl: change.countyUrl ?? '',
      stationId: 1,
      sample: true,
      enrolCode: '',
      isPaired: true,
      backupDir: change.backupDir ?? '',
      stickDir: change.stickDir ?? '',
      lineMegabytesPerDay: 0,
      lineMinutesPerDay: 0,
      openingStock: village.openingStock,
      ...change.settings,
    },
    {
      log: silent,
      spawnScanner: null,
      syncWorker: new URL('../../electron/station/sync/worker.ts', import.meta.url),
      backupWorker: new URL('../../electron/station/backup/worker.ts', import.meta.url),
      appVersion: 'test',
      world: change.world ?? localWorld(),
      ...change.host,
    },
    change.whenShut,
  );
  if (!opened.ok) throw new CannotOpenError(opened.error.detail);
  const station = opened.value;
  const call: LocalStation['call'] = (method, input) =>
    // The gate answers what the contract says of the method.
    station.call(method, input) as ReturnType<LocalStation['call']> as never;
  const ask: LocalStation['ask'] = async (method, input) => {
    const result = await call(method, input);
    if (!result.ok) throw new Error(`${method}: ${JSON.stringify(result.error)}`);
    return result.value;
  };
  const scan = async (volunteerId: number) => {
    const event = await ask('submitScan', { text: cardOf(village, volunteerId), source: 'WEDGE' });
    if (event.outcome.kind !== 'CARD') throw new Error(`the scan was ${event.outcome.kind}`);
    return event.scanId;
  };
  return {
    station,
    call,
    ask,
    scan,
    open: async (volunteerId) => {
      const person = await ask('openPerson', { scanId: await scan(volunteerId) });
      if (person.kind !== 'OPENED') throw new Error(person.reason.kind);
      return person.person;
    },
    unlock: async () => {
      const unlocked = await ask('unlockKeeper', { pin: SAMPLE_KEEPER_PIN });
      if (unlocked.kind !== 'UNLOCKED') throw new Error(unlocked.problem.kind);
      return unlocked.session.keeperToken;
    },
    status: () => ask('getStatus', {}),
    close: () => station.close(),
  };
}
