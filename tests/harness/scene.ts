/** One station with one client, and the acts that most stories are made of. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SAMPLE_KEEPER_PIN, type SampleVillage } from '../../county/sample/village.ts';
import { EVENTS, type EventType } from '../../domain/journal/events.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import type { PersonView, SignOutcome } from '../../electron/contract/views.ts';
import type { ContractClient } from './client.ts';
import { readStation, startStation, type StationOptions, type StationProcess } from './station.ts';
import { cardOf, seedStation, testVillage } from './village.ts';

export interface Scene {
  readonly village: SampleVillage;
  readonly dir: string;
  readonly station: StationProcess;
  readonly client: ContractClient;
  /** Scans a good card and answers the scan's id. */
  readonly scan: (volunteerId: number) => Promise<string>;
  readonly sign: (volunteerId: number, activityId?: number | null) => Promise<SignOutcome>;
  readonly open: (volunteerId: number) => Promise<PersonView>;
  /** Unlocks the desk and answers its token. */
  readonly unlock: () => Promise<string>;
  /** The keeper says that the station's date is right: no posting ends and nothing lapses before that. */
  readonly confirmDate: () => Promise<void>;
  /** How many events of a type the journal on disk holds. */
  readonly count: (type: EventType) => number;
  /** Starts the station anew on the same folder, after an end in order or by kill -9. */
  readonly restart: (how: 'close' | 'kill', options?: Partial<StationOptions>) => Promise<Scene>;
  readonly end: () => Promise<void>;
}

/** A station in a folder, without anything having been heard from a county yet. */
export async function sceneOf(village: SampleVillage, options: StationOptions): Promise<Scene> {
  const { dir } = options;
  const station = await startStation({ openingStock: village.openingStock, ...options });
  const client = await station.connect();
  const scan = async (volunteerId: number) => {
    const event = await client.ask('submitScan', { text: cardOf(village, volunteerId), source: 'WEDGE' });
    if (event.outcome.kind !== 'CARD') throw new Error(`the scan was ${event.outcome.kind}`);
    return event.scanId;
  };
  const unlock = async () => {
    const unlocked = await client.ask('unlockKeeper', { pin: SAMPLE_KEEPER_PIN });
    if (unlocked.kind !== 'UNLOCKED') throw new Error(unlocked.problem.kind);
    return unlocked.session.keeperToken;
  };
  return {
    village,
    dir,
    station,
    client,
    scan,
    sign: async (volunteerId, activityId = null) =>
      client.ask('sign', { requestId: randomUUID(), scanId: await scan(volunteerId), activityId }),
    open: async (volunteerId) => {
      const opened = await client.ask('openPerson', { scanId: await scan(volunteerId) });
      if (opened.kind !== 'OPENED') throw new Error(opened.reason.kind);
      return opened.person;
    },
    unlock,
    confirmDate: async () => {
      const request = { requestId: randomUUID(), keeperToken: await unlock() };
      const confirmed = await client.ask('confirmDate', request);
      if (confirmed.kind !== 'DONE') throw new Error(confirmed.kind);
    },
    count: (type) => {
      // The first number of the canonical text is the code of the type.
      const sql = "SELECT count(*) AS n FROM journal WHERE json_extract(text, '$[0]') = ?";
      return readStation<{ readonly n: number }>(dir, sql, EVENTS[type].code)[0]?.n ?? 0;
    },
    restart: async (how, changes = {}) => {
      client.close();
      await station[how]();
      return sceneOf(village, { ...options, ...changes });
    },
    end: async () => {
      client.close();
      await station.close();
      await rm(dir, { recursive: true });
    },
  };
}

/** A station of the sample village that has heard from its county once; `change` alters what it heard. */
export async function beginScene(
  change: (reference: Reference) => Reference = (same) => same,
): Promise<Scene> {
  const village = testVillage();
  const dir = await mkdtemp(join(tmpdir(), 'station-'));
  seedStation(dir, change(village.reference));
  return sceneOf(village, { dir });
}

/** A station that has never heard from any county. */
export async function beginEmptyScene(): Promise<Scene> {
  const dir = await mkdtemp(join(tmpdir(), 'station-'));
  return sceneOf(testVillage(), { dir });
}
