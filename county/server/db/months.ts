/** The partitions of `event`: one for each month of arrival, made before its first event comes. */
import { sql } from 'kysely';
import { civilDate, shanghaiDay } from '../../../domain/time.ts';
import type { CountyDb } from './open.ts';

/** The month of an instant by the county's clock: 202611. */
export function monthOf(nowMs: number): number {
  const { year, month } = civilDate(shanghaiDay(nowMs));
  return year * 100 + month;
}

/** Serialises the making: two at once would find the same name free. Any number that nothing else here takes. */
const MAKING = 4_030_001;

/** Read from the catalogue itself: what to_regclass once found missing it may go on to find missing. */
async function isThere(db: CountyDb, table: string): Promise<boolean> {
  const { rows } = await sql<{ there: boolean }>`SELECT EXISTS (SELECT 1 FROM pg_class
    WHERE relname = ${table} AND relnamespace = current_schema()::regnamespace) AS there`.execute(db);
  return rows[0]?.there === true;
}

/**
 * Makes the partitions of months that have none yet. A table that is made for itself and then attached keeps nobody
 * from reading and writing `event`; one that is made as its partition waits for every reader, such as a backup that
 * goes on for hours, and has all others wait behind it.
 */
export async function ensureMonths(db: CountyDb, months: Iterable<number>): Promise<void> {
  for (const month of months) {
    const name = `event_${month}`;
    if (await isThere(db, name)) continue;
    await sql`SELECT pg_advisory_xact_lock(${MAKING}::bigint)`.execute(db);
    // Another may have made it while this one waited.
    if (await isThere(db, name)) continue;
    await sql`CREATE TABLE ${sql.table(name)} (LIKE event INCLUDING ALL)`.execute(db);
    await sql`ALTER TABLE event ATTACH PARTITION ${sql.table(name)}
      FOR VALUES FROM (${sql.lit(month)}) TO (${sql.lit(month + 1)})`.execute(db);
  }
}

/** Months that a database is known to have; it never loses one while it is open. */
const opened = new WeakMap<CountyDb, Set<number>>();

/**
 * Sees to it that events can arrive at an instant, in a transaction of its own: within that of a batch, batches of
 * the new month would wait for each other.
 */
export async function openMonth(db: CountyDb, nowMs: number): Promise<void> {
  const month = monthOf(nowMs);
  const known = opened.get(db) ?? new Set<number>();
  if (known.has(month)) return;
  await db.transaction().execute((tx) => ensureMonths(tx, [month]));
  opened.set(db, known.add(month));
}

/** Whoever takes tables away says so. */
export function forgetMonths(db: CountyDb): void {
  opened.delete(db);
}
