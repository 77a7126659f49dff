/** The names by which a person reads facts: of people and goods, as the stations' reference data has them. */
import { sql } from 'kysely';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import type { CountyDb } from '../db/open.ts';

export interface Names {
  readonly volunteers: Readonly<Record<string, string>>;
  readonly goods: Readonly<Record<string, string>>;
}

/** The names that stations have for some ids of a list in their reference data. */
async function namesOf(
  db: CountyDb,
  kind: 'volunteers' | 'goods',
  stationIds: readonly number[],
  ids: readonly number[],
): Promise<Record<string, string>> {
  if (ids.length === 0) return {};
  const { rows } = await sql<{ id: string; name: string }>`
    SELECT x->>'id' AS id, x->>'name' AS name FROM reference_part p, jsonb_array_elements(p.data) x
    WHERE p.kind = ${kind} AND p.station_id = ANY(${stationIds}::bigint[])
      AND (x->>'id')::bigint = ANY(${ids}::bigint[])`.execute(db);
  return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
}

function personsOf(event: JournalEvent): readonly number[] {
  if ('volunteerId' in event) return [event.volunteerId];
  return 'holder' in event && event.holder !== 'HOUSEHOLD' ? [event.holderId] : [];
}

/** The names in some facts of some stations. */
export async function namesFor(
  db: CountyDb,
  stationIds: readonly number[],
  events: readonly JournalEvent[],
): Promise<Names> {
  const stations = [...new Set(stationIds)];
  const goods = events.flatMap((event) =>
    'lines' in event ? event.lines.map(({ goodsId }) => goodsId) : [],
  );
  return {
    volunteers: await namesOf(db, 'volunteers', stations, [...new Set(events.flatMap(personsOf))]),
    goods: await namesOf(db, 'goods', stations, [...new Set(goods)]),
  };
}
