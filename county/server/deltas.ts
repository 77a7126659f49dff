/** Numbered deltas of reference data: from what a station was given last to what there is now. */
import { sql } from 'kysely';
import type { CountyContext } from './context.ts';
import { makeDelta, makePacked } from './roster/composing.ts';

/** So many versions are kept of which it is not known whether the station took them over. */
const KEPT = 8;

/** A snapshot that is given out; packed once for all who ask. */
export interface Served {
  readonly version: number;
  readonly body: Uint8Array;
  readonly packed: Awaited<ReturnType<typeof makePacked>>;
}

/**
 * Keeps what a station is given now, once. What it had before the version that it has is not asked for again, but by a
 * restored station, which then gets the whole.
 */
export async function keepServed(
  { db }: CountyContext,
  stationId: number,
  haveVersion: number,
  { version, packed }: Served,
): Promise<void> {
  const there = await db
    .selectFrom('reference_served')
    .select('version')
    .where('station_id', '=', stationId)
    .where('version', '=', version)
    .executeTakeFirst();
  // A body that packing does not shorten is one of a few bytes, and no village's.
  if (there !== undefined || !packed.packed) return;
  await db
    .insertInto('reference_served')
    .values({ station_id: stationId, version, body: Buffer.from(packed.stored).toString('base64') })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await sql`DELETE FROM reference_served WHERE station_id = ${stationId} AND (version < ${haveVersion}
    OR version NOT IN (SELECT version FROM reference_served WHERE station_id = ${stationId}
      ORDER BY version DESC LIMIT ${KEPT}))`.execute(db);
}

/**
 * The body of the delta that leads from what a station was given to a snapshot; null where the county does not know
 * what that was, or where the snapshot is hardly longer.
 */
export async function deltaTo(
  { db }: CountyContext,
  stationId: number,
  fromVersion: number,
  snapshot: Uint8Array,
): Promise<Uint8Array | null> {
  const row = await db
    .selectFrom('reference_served')
    .select('body')
    .where('station_id', '=', stationId)
    .where('version', '=', fromVersion)
    .executeTakeFirst();
  return row === undefined ? null : makeDelta(Buffer.from(row.body, 'base64'), snapshot);
}
