/** What a village is told of the others, by the county's register. */
import { sql } from 'kysely';
import type { Tx } from '../ingestSql.ts';
import type { Ingredients } from './compose.ts';

/** JSON texts, not rows: ninety thousand rows would be read by the thread that takes in records. */
export async function othersOf(
  tx: Tx,
  stationId: number,
): Promise<Pick<Ingredients, 'people' | 'cards' | 'issuers'>> {
  // Who still stands in the register of a lost station and in another's is at home there.
  const { rows } = await sql<Pick<Ingredients, 'people' | 'cards' | 'issuers'>>`
    WITH other AS (SELECT DISTINCT ON (p.volunteer_id) p.volunteer_id, p.station_id, p.masked_name
      FROM register_person p LEFT JOIN lost_station l ON l.station_id = p.station_id
      WHERE p.station_id <> ${stationId} AND NOT EXISTS (SELECT 1 FROM register_person mine
        WHERE mine.station_id = ${stationId} AND mine.volunteer_id = p.volunteer_id)
      ORDER BY p.volunteer_id, l.station_id NULLS FIRST, p.station_id)
    SELECT
      (SELECT coalesce(json_agg(json_build_array(volunteer_id, station_id, masked_name)), '[]')::text FROM other)
        AS people,
      (SELECT coalesce(json_agg(json_build_array(card_number, volunteer_id, generation, issuer_id)), '[]')::text
        FROM register_card c JOIN other USING (station_id, volunteer_id)) AS cards,
      (SELECT coalesce(json_agg(DISTINCT x.value::jsonb), '[]')::text FROM reference_part p,
          jsonb_array_elements(p.data) x (value)
        WHERE p.kind = 'issuers' AND p.station_id <> ${stationId}) AS issuers`.execute(tx);
  return rows[0] ?? { people: '[]', cards: '[]', issuers: '[]' };
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
