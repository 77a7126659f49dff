/** Numbered deltas of reference data: from what a station was given last to what there is now. */
import { sql } from 'kysely';
import { MAX_REFERENCE_BODY_BYTES } from '../../domain/wire/limits.ts';
import { unseal } from './codecs.ts';
import type { CountyContext } from './context.ts';
import { makeDelta, makePacked, makeSnapshot, makeWholeDelta, type State } from './roster/composing.ts';
import { keptList } from './roster/others.ts';

/** So many versions are kept of which it is not known whether the station took them over. */
const KEPT = 8;

/** What a station is given: the state that it is made of, and the whole once that was needed. */
export interface Served {
  readonly version: number;
  readonly state: State;
  whole?: { readonly body: Uint8Array; readonly packed: Awaited<ReturnType<typeof makePacked>> };
}

/** The whole of what is given; made and packed once for all who ask. */
export async function wholeOf(served: Served): Promise<NonNullable<Served['whole']>> {
  if (served.whole === undefined) {
    const body = await makeSnapshot(served.state);
    served.whole = { body, packed: await makePacked(body) };
  }
  return served.whole;
}

/**
 * Keeps what a station is given now, once. What it had before the version that it has is not asked for again, but by a
 * restored station, which then gets the whole.
 */
export async function keepServed(
  { db }: CountyContext,
  stationId: number,
  haveVersion: number,
  { version, state }: Served,
): Promise<void> {
  const there = await db
    .selectFrom('reference_served')
    .select('version')
    .where('station_id', '=', stationId)
    .where('version', '=', version)
    .executeTakeFirst();
  if (there !== undefined) return;
  const { stored, packed } = await makePacked(Buffer.from(state.own));
  // A part that packing does not shorten is one of a few bytes, and no village's.
  if (!packed) return;
  await db
    .insertInto('reference_served')
    .values({
      station_id: stationId,
      version,
      body: Buffer.from(stored).toString('base64'),
      list_mark: state.list.mark,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await sql`DELETE FROM reference_served WHERE station_id = ${stationId} AND (version < ${haveVersion}
    OR version NOT IN (SELECT version FROM reference_served WHERE station_id = ${stationId}
      ORDER BY version DESC LIMIT ${KEPT}))`.execute(db);
}

/**
 * The body of the delta that leads from what a station was given to what it is given now; null where the county does
 * not know what that was, or where the whole is hardly longer.
 */
export async function deltaTo(
  { db }: CountyContext,
  stationId: number,
  fromVersion: number,
  served: Served,
): Promise<Uint8Array | null> {
  const row = await db
    .selectFrom('reference_served')
    .select(['body', 'list_mark'])
    .where('station_id', '=', stationId)
    .where('version', '=', fromVersion)
    .executeTakeFirst();
  if (row === undefined) return null;
  const stored = Buffer.from(row.body, 'base64');
  // Kept by a program that kept the whole of it.
  if (row.list_mark === '') return makeWholeDelta(stored, (await wholeOf(served)).body);
  const own = unseal.unpack(stored, MAX_REFERENCE_BODY_BYTES);
  if (own === null) return null;
  const before: State = { own: Buffer.from(own).toString('utf8'), list: keptList(db, row.list_mark) };
  return makeDelta(before, served.state);
}
