/** How fast the county takes batches in on PostgreSQL, beside the bare writing of the same rows. */
import { performance } from 'node:perf_hooks';
import { randomBytes } from 'node:crypto';
import { createCounty, type County } from '../../county/server/county.ts';
import { takeBatch } from '../../county/server/ingest.ts';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { encodeBatch } from '../../domain/wire/batch.ts';
import { sealMessage } from '../../domain/wire/envelope.ts';
import { MAX_BATCH_EVENTS } from '../../domain/wire/limits.ts';
import { toHex } from '../../domain/wire/bytes.ts';
import { makeKeys, runOf, villageEvents } from '../harness/wire.ts';
import { round, type Bench } from './bench.ts';
import { readFloor, writeFloor } from './ingestFloor.ts';
import { durablePostgres } from './postgres.ts';

const BATCH = MAX_BATCH_EVENTS;
const STATIONS = 8;
const EVENTS_A_STATION = 10_000;
/** Batches at work at the same time. */
const AT_ONCE = 4;
const INCARNATION = '00000000000000a1';

export interface SealedStation {
  readonly stationId: number;
  readonly publicKey: string;
  readonly batches: readonly Uint8Array[];
}

/** What a village may give out; villageEvents spends on goods of these numbers. */
const GOODS = Array.from({ length: 20 }, (_, i) => i + 1);

/**
 * What one of many stations recorded: its own people, and the stock of its shelf before anything is given out. With
 * the same people everywhere the county would have nothing but doubled attendances to tell of.
 */
export function stationEvents(count: number, stationId: number): JournalEvent[] {
  const events = villageEvents(count - GOODS.length, stationId);
  const [first] = events;
  if (first === undefined) return events;
  const { atMs, boot, monoMs, trust, rulesVersion, actorId } = first;
  const filled = GOODS.map((goodsId, i): JournalEvent => ({
    ...{ type: 'STOCK_MOVED', seq: i + 1, atMs, boot, monoMs, trust, rulesVersion, actorId },
    ...{ goodsId, quantity: 1000, reason: 'PURCHASE', note: '' },
  }));
  const moved = events.map((event) => ({
    ...event,
    seq: event.seq + GOODS.length,
    ...('volunteerId' in event ? { volunteerId: event.volunteerId + 1000 * stationId } : {}),
    ...('signInSeq' in event ? { signInSeq: event.signInSeq + GOODS.length } : {}),
  })) as JournalEvent[];
  return [...filled, ...moved];
}

/** A station's whole journal as the batches it would send, sealed with a key of its own. */
export function sealStation(stationId: number, events: readonly JournalEvent[]): SealedStation {
  const { publicKey, seal } = makeKeys();
  const batches: Uint8Array[] = [];
  let previousHash: Uint8Array | undefined;
  for (let first = 0; first < events.length; first += BATCH) {
    const at = { stationId, incarnation: INCARNATION, firstSeq: first + 1 };
    const run = runOf(
      events.slice(first, first + BATCH),
      previousHash === undefined ? at : { ...at, previousHash },
    );
    previousHash = run.headHash;
    const body = encodeBatch(run);
    batches.push(sealMessage({ kind: 'BATCH', nonce: randomBytes(8), signer: stationId, body }, seal));
  }
  return { stationId, publicKey: toHex(publicKey), batches };
}

/** Enters stations and their keys as an enrolment would. */
export async function enterStations(
  db: County['context']['db'],
  stations: readonly SealedStation[],
): Promise<void> {
  await db
    .insertInto('station')
    .values(
      stations.map(({ stationId }) => ({
        station_id: stationId,
        name: `第${stationId}村`,
        township_name: '镇',
        county_name: '县',
        created_ms: 0,
        last_contact_ms: 0,
        app_version: '',
        reported_recorded: 0,
        reported_reference_version: 0,
        clock_offset_ms: 0,
      })),
    )
    .execute();
  await db
    .insertInto('station_key')
    .values(
      stations.map(({ stationId, publicKey }) => ({
        station_id: stationId,
        public_key: publicKey,
        enrolled_ms: 0,
        revoked_ms: null,
      })),
    )
    .execute();
}

/** Works a queue off with so many at once; milliseconds. */
async function workOff<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, worker: number) => Promise<void>,
): Promise<number> {
  const begun = performance.now();
  const queue = [...items];
  await Promise.all(
    Array.from({ length: atOnce }, async (_, worker) => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item, worker);
    }),
  );
  return performance.now() - begun;
}

async function ingestAll(url: string, stations: readonly SealedStation[]): Promise<number> {
  const county = await createCounty({ database: { kind: 'postgres', url }, keyDir: null, sample: false });
  try {
    await enterStations(county.context.db, stations);
    return await workOff(stations, AT_ONCE, async ({ batches }) => {
      for (const bytes of batches) {
        const taken = await takeBatch(county.context, bytes);
        if (!taken.ok) throw new Error(`a batch of the bench was refused: ${taken.error.kind}`);
      }
    });
  } finally {
    await county.close();
  }
}

export const ingestBench: Bench = {
  names: ['pg_ingest_ratio', 'pg_ingest_events_per_s'],
  run: async () => {
    const postgres = await durablePostgres();
    try {
      const journals = Array.from({ length: STATIONS }, (_, i) => stationEvents(EVENTS_A_STATION, i + 1));
      const stations = journals.map((events, i) => sealStation(i + 1, events));
      const count = STATIONS * EVENTS_A_STATION;
      const ours = count / ((await ingestAll(postgres.url, stations)) / 1000);
      const floor = await readFloor(postgres.url, STATIONS, Math.ceil(EVENTS_A_STATION / BATCH));
      // The faster of the two floors: one client, as STACK.md, section 8, has it, or as many as ours had stations.
      const sameOnce = count / ((await writeFloor(postgres.url, floor, 1)) / 1000);
      const sameAtOnce = count / ((await writeFloor(postgres.url, floor, AT_ONCE)) / 1000);
      const same = Math.max(sameOnce, sameAtOnce);
      const bare = count / ((await writeFloor(postgres.url, floor, 1, 'event')) / 1000);
      const rowsEach = round(floor.rows / count, 1);
      const beside = `${count} events in batches of ${BATCH} of ${AT_ONCE} stations at once, signature, chain, accounts, exceptions and totals with them: ${Math.round(ours)} events/s; bare unnest insert of the same rows, ${rowsEach} an event, by one client ${Math.round(sameOnce)} events/s, by ${AT_ONCE} ${Math.round(sameAtOnce)}; of the rows of table event alone ${Math.round(bare)} (${round(ours / bare)} times); PostgreSQL forces each commit`;
      return [
        {
          name: 'pg_ingest_ratio',
          value: round(ours / same),
          unit: 'times',
          goal: 0.33,
          better: 'higher',
          beside,
        },
        {
          name: 'pg_ingest_events_per_s',
          value: Math.round(ours),
          unit: '1/s',
          goal: 20_000,
          better: 'higher',
          beside: `bare unnest insert of the same rows, ready made, ${Math.round(same)} events/s`,
        },
      ];
    } finally {
      await postgres.stop();
    }
  },
};
