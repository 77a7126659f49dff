/**
 * A volunteer signs in at two stations at once. Both stations come back on the line in the same second, and the
 * county takes both batches at the same time: neither transaction has been committed when the other looks who was
 * where. The county finds the doubled attendance all the same, and tells it once.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../county/server/codecs.ts';
import { createCounty, type County } from '../../../county/server/county.ts';
import { listExceptions, type ExceptionOverview } from '../../../county/server/exceptions/inbox.ts';
import { ingestRun } from '../../../county/server/ingest.ts';
import { putReference } from '../../../county/server/reference.ts';
import { openJournalReader } from '../../../db/reader.ts';
import { decodeBatch, encodeBatch, type VerifiedRun } from '../../../domain/wire/batch.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';
import {
  HOUR_MS,
  open,
  recordDrafts,
  sampleReference,
  signIn,
  STATION,
  TestClock,
} from '../../db/support.ts';
import { tempDir } from '../../db/tempDir.ts';
import { signOut } from './exceptionFacts.ts';

/** The lock at which the transactions are held before their commit. */
const GATE = 77;

/** What a station sends of one service of two hours by some volunteers. */
function serviceAt(stationId: number, volunteerIds: readonly number[]): VerifiedRun {
  const clock = new TestClock();
  const dir = tempDir();
  const store = open(dir, clock, { stationId });
  const signedIn = recordDrafts(store, volunteerIds.map(signIn)).events;
  clock.advance(2 * HOUR_MS);
  recordDrafts(
    store,
    volunteerIds.map((id, place) => signOut(signedIn[place]?.seq ?? 0, id, 120, 20)),
  );
  const reader = openJournalReader(dir, sha256);
  const run = reader.readRun(0, 2000);
  reader.close();
  store.close();
  const decoded = run && decodeBatch(encodeBatch(run), sha256);
  if (decoded?.ok !== true) throw new Error('no run');
  return decoded.value;
}

const [postgres] = BACKENDS.filter(({ name }) => name === 'PostgreSQL');

describe.runIf(postgres?.available)('two stations at the same instant', () => {
  let county: County;
  let stop = (): Promise<void> => Promise.resolve();

  beforeAll(async () => {
    if (postgres === undefined) throw new Error('no PostgreSQL');
    const started = await postgres.start();
    ({ stop } = started);
    county = await createCounty({ database: started.database, keyDir: null, sample: false });
    for (const id of [STATION, 18])
      await putReference(
        county.context,
        sampleReference({
          grants: [],
          station: { id, name: `站${id}`, townshipName: '', countyName: '' },
        }),
      );
    const { db } = county.context;
    // Whatever a transaction has written, it is held right before its commit while somebody has the gate.
    await sql`CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS
      ${sql.lit(`BEGIN PERFORM pg_advisory_xact_lock_shared(${GATE}); RETURN NULL; END`)}`.execute(db);
    await sql`CREATE CONSTRAINT TRIGGER held AFTER INSERT ON attended DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION held()`.execute(db);
  });
  afterAll(async () => {
    await county.close();
    await stop();
  });

  const many = Array.from({ length: 450 }, (_, i) => 1000 + i);
  it.each([
    ['a village', [1, 2, 3], [3, 2, 4], [2, 3]],
    ['more people than any village has', many, [999, 1003], [1003]],
  ])('a volunteer of %s who was at both is told of once', async (_, here, there, both) => {
    const { db } = county.context;
    const runs = [serviceAt(STATION, here), serviceAt(18, there)];
    const waiting = async (): Promise<number> => {
      // The first batch of a month makes its partition, and then the second waits for that.
      const { rows } = await sql<{ n: number }>`SELECT count(DISTINCT pid) AS n FROM pg_locks
        WHERE NOT granted`.execute(db);
      return rows[0]?.n ?? 0;
    };
    const taken = await db.transaction().execute(async (gate) => {
      await sql`SELECT pg_advisory_xact_lock(${sql.lit(GATE)})`.execute(gate);
      const sent = runs.map((run) => ingestRun(county.context, run, new Uint8Array()));
      await expect.poll(waiting).toBe(2);
      return { sent };
    });
    for (const result of await Promise.all(taken.sent)) expect(result.ok).toBe(true);
    const { exceptions } = await listExceptions(county.context, { settled: false });
    const doubled = exceptions.filter(({ kind }) => kind === 'DOUBLED_ATTENDANCE');
    const who = ({ about: { event } }: ExceptionOverview) =>
      event?.type === 'SIGNED_OUT' ? event.volunteerId : 0;
    expect(
      doubled
        .map(who)
        .filter((id) => here.includes(id))
        .sort(),
    ).toEqual(both);
    const [one] = doubled;
    expect(new Set([one?.about.stationId, one?.others[0]?.stationId])).toEqual(new Set([STATION, 18]));
  });
});
