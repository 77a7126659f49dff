/** A number leaves the register: of somebody whose data is erased, or whose second registration is merged into another. */
import { sql } from 'kysely';
import type { Tx } from '../ingestSql.ts';
import { changeParts } from './change.ts';

export interface Left {
  /** Where they stood. */
  readonly stations: readonly number[];
  readonly cards: readonly number[];
  /** Where anything that stations are given is another now, beside the versions. */
  readonly changed: readonly number[];
}

/**
 * Takes a number with its cards out of every register and of what stations are given. Who is told to be the head of a
 * household or somebody's spouse is `heirId` from now on, in villages where that one stands, or nobody (0). `renames`: a
 * household is called after its head, and is called by its number now.
 */
export async function leaveRegister(
  tx: Tx,
  nowMs: number,
  volunteerId: number,
  { heirId, renames }: { readonly heirId: number; readonly renames: boolean },
): Promise<Left> {
  const cards = await tx
    .selectFrom('register_card')
    .select('card_number')
    .where('volunteer_id', '=', volunteerId)
    .execute();
  const without = (kind: string, field: string) =>
    changeParts(
      tx,
      nowMs,
      sql`UPDATE reference_part SET data = coalesce((SELECT jsonb_agg(x ORDER BY place)
            FROM jsonb_array_elements(data) WITH ORDINALITY AS l (x, place)
            WHERE (x->>${field}::text)::bigint <> ${volunteerId}::bigint), '[]')
        WHERE kind = ${kind} AND data @> jsonb_build_array(jsonb_build_object(${field}::text, ${volunteerId}::bigint))
        RETURNING station_id AS "stationId"`,
    );
  const stations = await without('volunteers', 'id');
  const cardsAt = await without('cards', 'volunteerId');
  const heir = sql`(SELECT count(*) FROM reference_part v WHERE v.station_id = p.station_id AND v.kind = 'volunteers'
    AND v.data @> jsonb_build_array(jsonb_build_object('id', ${heirId}::bigint))) * ${heirId}::bigint`;
  const headAt = await changeParts(
    tx,
    nowMs,
    sql`UPDATE reference_part p SET data = (SELECT jsonb_agg(CASE WHEN (x->>'headId')::bigint = ${volunteerId}::bigint
          THEN x || jsonb_build_object('headId', ${heir}, 'name',
            CASE WHEN ${renames}::boolean THEN (x->>'id') || ' 号户' ELSE x->>'name' END) ELSE x END ORDER BY place)
          FROM jsonb_array_elements(data) WITH ORDINALITY AS l (x, place))
      WHERE kind = 'households' AND data @> jsonb_build_array(jsonb_build_object('headId', ${volunteerId}::bigint))
      RETURNING station_id AS "stationId"`,
  );
  // Nobody is their own spouse, though two registrations of one person may have said so.
  const spouseAt = await changeParts(
    tx,
    nowMs,
    sql`UPDATE reference_part p SET data = (SELECT jsonb_agg(CASE WHEN (x->>'spouseId')::bigint = ${volunteerId}::bigint
          THEN CASE WHEN ${heir} IN (0, (x->>'id')::bigint) THEN x - 'spouseId'
            ELSE x || jsonb_build_object('spouseId', ${heir}) END ELSE x END ORDER BY place)
          FROM jsonb_array_elements(data) WITH ORDINALITY AS l (x, place))
      WHERE kind = 'volunteers' AND data @> jsonb_build_array(jsonb_build_object('spouseId', ${volunteerId}::bigint))
      RETURNING station_id AS "stationId"`,
  );
  for (const table of ['register_person', 'register_card'] as const)
    await tx.deleteFrom(table).where('volunteer_id', '=', volunteerId).execute();
  // Other villages knew them by a masked name.
  await sql`UPDATE reference_version SET version = version + 1, made_ms = ${nowMs}`.execute(tx);
  const changed = [...new Set([...stations, ...cardsAt, ...headAt, ...spouseAt])];
  return { stations, cards: cards.map((row) => row.card_number), changed };
}
