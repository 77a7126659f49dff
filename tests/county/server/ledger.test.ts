/** The county comes to the same accounts as the station: the same code over the same facts, batch by batch. */
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import type { County } from '../../../county/server/county.ts';
import { ingestRun } from '../../../county/server/ingest.ts';
import { putReference } from '../../../county/server/reference.ts';
import { databaseFile } from '../../../db/open.ts';
import { openJournalReader } from '../../../db/reader.ts';
import { decodeBatch, encodeBatch } from '../../../domain/wire/batch.ts';
import { ledgerStep, LedgerVillage } from '../../db/ledgerVillage.ts';
import { sampleReference, sha256, STATION } from '../../db/support.ts';
import { BACKENDS, emptyCounty } from '../../harness/countyDatabase.ts';
import { countyOf } from '../../harness/countyTests.ts';
import { fc } from '../../harness/property.ts';

const SUMS = 'issued, opened, available, pending, held, spent, expired, reversed, closed, arrears';
const LOT = `seq, part, earned_day, at_ms, expiry_day, amount, remaining, l.expired, l.closed, state, recorded_by, confirmed_by,
  posted_until_day`;

/** The accounts of a station's folder; one that never had a point is of no account. */
function ofStation(dir: string) {
  const db = new Database(databaseFile(dir), { readonly: true });
  const all = (text: string) => db.prepare(text).all();
  const rows = {
    accounts: all(`SELECT holder, holder_id, ${SUMS} FROM account WHERE issued + opened > 0 ORDER BY 1, 2`),
    lots: all(`SELECT l.holder, l.holder_id, i.name AS incarnation, ${LOT} FROM lot l
      JOIN incarnation i ON i.ordinal = l.incarnation ORDER BY 1, 2, 3, 4, 5`),
    used: all('SELECT sum(points) AS points, sum(restored) AS restored, count(*) AS n FROM lot_use'),
    incarnations: all('SELECT name FROM incarnation ORDER BY ordinal') as { name: string }[],
  };
  db.close();
  return rows;
}

describe.each(BACKENDS)('accounts on $name', (backend) => {
  const { available } = backend;
  const countyNow = countyOf(backend, { sample: true });
  let county: County;
  beforeEach(() => {
    if (available) county = countyNow();
  });

  const inCounty = async (text: string) => (await sql.raw<object>(text).execute(county.context.db)).rows;

  it.runIf(available)(
    'come to the same as the station, whatever happened and however it was cut',
    async () => {
      const property = fc.asyncProperty(
        fc.array(ledgerStep, { minLength: 30, maxLength: 80 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        async (steps, cuts) => {
          await emptyCounty(county);
          await putReference(county.context, sampleReference());
          const village = new LedgerVillage();
          for (const step of steps) village.run(step);
          village.store.close();
          const station = ofStation(village.dir);
          const reader = openJournalReader(village.dir, sha256);
          let k = 0;
          for (const { name } of station.incarnations) {
            for (let after = 0; ;) {
              const run = reader.readRun(after, cuts[k++ % cuts.length] ?? 1, name);
              if (run === null) break;
              const decoded = decodeBatch(encodeBatch(run), sha256);
              if (!decoded.ok) throw new Error(decoded.error.kind);
              const head = await ingestRun(county.context, decoded.value, new Uint8Array());
              expect(head.ok).toBe(true);
              after += run.events.length;
            }
          }
          reader.close();
          expect(await inCounty("SELECT * FROM alert WHERE kind = 'ACCOUNT'")).toEqual([]);
          const where = `station_id = ${STATION}`;
          expect(
            await inCounty(
              `SELECT holder, holder_id, ${SUMS} FROM ledger_account WHERE ${where} ORDER BY 1, 2`,
            ),
          ).toEqual(station.accounts);
          expect(
            await inCounty(`SELECT l.holder, l.holder_id, l.incarnation, ${LOT} FROM ledger_lot l WHERE ${where}
            ORDER BY l.holder, l.holder_id, l.incarnation COLLATE "C", seq, part`),
          ).toEqual(station.lots);
          expect(
            await inCounty(`SELECT sum(points)::bigint AS points, sum(restored)::bigint AS restored,
            count(*)::bigint AS n FROM ledger_use WHERE ${where}`),
          ).toEqual(station.used);
        },
      );
      await fc.assert(property, { numRuns: 8, endOnFailure: true });
    },
  );
});
