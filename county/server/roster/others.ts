/** What villages are told of each other: one list for the county, by its register (countyList.ts). */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { CountyDb } from '../db/open.ts';
import type { Tx } from '../ingestSql.ts';
import { makePacked, type ListSource } from './composing.ts';
import { unseal } from '../codecs.ts';
import { MAX_REFERENCE_BODY_BYTES } from '../../../domain/wire/limits.ts';

/** Lists that are kept at most: of stations that were away for longer the whole is fetched. */
const MOST_KEPT = 200;

/** A JSON text, not rows: ninety thousand rows would be read by the thread that takes in records. */
async function readList(tx: Tx): Promise<string> {
  // Who still stands in the register of a lost station and in another's is at home there.
  const { rows } = await sql<{ text: string }>`
    WITH person AS (SELECT DISTINCT ON (p.volunteer_id) p.volunteer_id, p.station_id, p.masked_name
      FROM register_person p LEFT JOIN lost_station l ON l.station_id = p.station_id
      ORDER BY p.volunteer_id, l.station_id NULLS FIRST, p.station_id)
    SELECT '{"people":' ||
        coalesce((SELECT json_agg(json_build_array(volunteer_id, station_id, masked_name) ORDER BY volunteer_id)
          FROM person)::text, '[]') ||
      ',"cards":' || coalesce((SELECT json_agg(json_build_array(card_number, volunteer_id, generation, issuer_id)
          ORDER BY card_number) FROM register_card c JOIN person USING (station_id, volunteer_id))::text, '[]') ||
      ',"issuers":' || coalesce((SELECT json_agg(DISTINCT x.value::jsonb) FROM reference_part p,
          jsonb_array_elements(p.data) x (value) WHERE p.kind = 'issuers')::text, '[]') || '}' AS text`.execute(
    tx,
  );
  return rows[0]?.text ?? '{"people":[],"cards":[],"issuers":[]}';
}

/** Numbers of who stands in a village's register, as a JSON text. */
export async function registeredAt(tx: Tx, stationId: number): Promise<string> {
  const { rows } = await sql<{
    ids: string;
  }>`SELECT coalesce(json_agg(volunteer_id ORDER BY volunteer_id), '[]')::text
    AS ids FROM register_person WHERE station_id = ${stationId}`.execute(tx);
  return rows[0]?.ids ?? '[]';
}

interface Read {
  readonly mark: string;
  readonly text: string;
}
/** What was read last, and the state of the versions by which it was so: whoever changes the register raises some. */
const lastRead = new WeakMap<CountyDb, { readonly versions: string; readonly read: Promise<Read> }>();

/** The county's list as it stands in a transaction; read and marked once for all stations that ask after a change. */
export async function listIn(db: CountyDb, tx: Tx): Promise<Read> {
  const { rows } = await sql<{
    versions: string;
  }>`SELECT coalesce(md5(string_agg(concat_ws(' ', station_id, version,
    made_ms, content_hash), ',' ORDER BY station_id)), '') AS versions FROM reference_version`.execute(tx);
  const versions = rows[0]?.versions ?? '';
  const last = lastRead.get(db);
  if (last?.versions === versions) return last.read;
  const read = readList(tx).then((text) => ({
    text,
    mark: createHash('sha256').update(text).digest('hex').slice(0, 32),
  }));
  lastRead.set(db, { versions, read });
  // A read that failed is none.
  read.catch(() => lastRead.delete(db));
  return read;
}

/** Keeps a list beside the states that stations are given with it; those that no station has are dropped. */
export async function keepList(db: CountyDb, { mark, text }: Read): Promise<void> {
  const there = await db.selectFrom('county_list').select('mark').where('mark', '=', mark).executeTakeFirst();
  if (there !== undefined) return;
  const { stored, packed } = await makePacked(Buffer.from(text));
  const body = (packed ? 'Z' : 'P') + Buffer.from(stored).toString('base64');
  const { rows } = await sql<{ next: number }>`SELECT coalesce(max(kept), 0)::bigint + 1 AS next
    FROM county_list`.execute(db);
  await db
    .insertInto('county_list')
    .values({ mark, body, kept: rows[0]?.next ?? 1 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await sql`DELETE FROM county_list WHERE mark <> ${mark} AND (kept <= ${(rows[0]?.next ?? 1) - MOST_KEPT}::bigint
    OR mark NOT IN (SELECT list_mark FROM reference_served))`.execute(db);
}

/** A list that was kept. */
export function keptList(db: CountyDb, mark: string): ListSource {
  return {
    mark,
    text: async () => {
      const row = await db
        .selectFrom('county_list')
        .select('body')
        .where('mark', '=', mark)
        .executeTakeFirst();
      if (row === undefined) return null;
      const stored = Buffer.from(row.body.slice(1), 'base64');
      const bytes = row.body.startsWith('Z') ? unseal.unpack(stored, MAX_REFERENCE_BODY_BYTES) : stored;
      return bytes && Buffer.from(bytes).toString('utf8');
    },
  };
}

/** A short text that is another when people or cards of a village are. */
export async function registerMark(tx: Tx, stationId: number): Promise<string> {
  const { rows } = await sql<{ mark: string }>`SELECT md5(
      coalesce((SELECT string_agg(p::text, ' ' ORDER BY volunteer_id) FROM register_person p
        WHERE station_id = ${stationId}), '') || '/' ||
      coalesce((SELECT string_agg(c::text, ' ' ORDER BY card_number) FROM register_card c
        WHERE station_id = ${stationId}), '')) AS mark`.execute(tx);
  return rows[0]?.mark ?? '';
}
