/**
 * Somebody wants their data erased (RULES.md B20): name, telephone, year of birth and card leave the register, every
 * station's data and every snapshot that was kept for deltas. The books keep the number alone, and nobody gets it again.
 */
import { sql } from 'kysely';
import { err, ok, type Result } from '../../../domain/result.ts';
import type { CountyContext } from '../context.ts';
import { changeParts } from './change.ts';
import { revokeCards } from './revokeCards.ts';

export interface ErasedPerson {
  readonly volunteerId: number;
  /** Where they stood. */
  readonly stations: readonly number[];
}

/** Erases a person. NOTHING_THERE: the county has nobody of that number. */
export async function erasePerson(
  context: CountyContext,
  { volunteerId, by, reason }: { readonly volunteerId: number; readonly by: string; readonly reason: string },
): Promise<Result<ErasedPerson, { readonly kind: 'NOTHING_THERE' }>> {
  const nowMs = context.nowMs();
  const done = await context.db.transaction().execute(async (tx) => {
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
    if (stations.length === 0) return null;
    await without('cards', 'volunteerId');
    // A household is called after its head, and somebody's spouse is named by number.
    await changeParts(
      tx,
      nowMs,
      sql`UPDATE reference_part SET data = (SELECT jsonb_agg(CASE WHEN (x->>'headId')::bigint = ${volunteerId}::bigint
            THEN x || jsonb_build_object('headId', 0, 'name', (x->>'id') || ' 号户') ELSE x END ORDER BY place)
            FROM jsonb_array_elements(data) WITH ORDINALITY AS l (x, place))
        WHERE kind = 'households' AND data @> jsonb_build_array(jsonb_build_object('headId', ${volunteerId}::bigint))
        RETURNING station_id AS "stationId"`,
    );
    await changeParts(
      tx,
      nowMs,
      sql`UPDATE reference_part SET data = (SELECT jsonb_agg(CASE WHEN (x->>'spouseId')::bigint = ${volunteerId}::bigint
            THEN x - 'spouseId' ELSE x END ORDER BY place)
            FROM jsonb_array_elements(data) WITH ORDINALITY AS l (x, place))
        WHERE kind = 'volunteers' AND data @> jsonb_build_array(jsonb_build_object('spouseId', ${volunteerId}::bigint))
        RETURNING station_id AS "stationId"`,
    );
    for (const table of ['register_person', 'register_card'] as const)
      await tx.deleteFrom(table).where('volunteer_id', '=', volunteerId).execute();
    // What facts are decided again by keeps nobody's year of birth or spouse who was erased.
    await sql`DELETE FROM given_person WHERE volunteer_id = ${volunteerId} OR spouse_id = ${volunteerId}`.execute(
      tx,
    );
    // Other villages knew them by a masked name. Whatever was kept to make deltas from is fetched whole once more.
    await sql`UPDATE reference_version SET version = version + 1, made_ms = ${nowMs}`.execute(tx);
    await sql`DELETE FROM reference_served`.execute(tx);
    await sql`DELETE FROM county_list`.execute(tx);
    await tx
      .insertInto('erased_person')
      .values({ volunteer_id: volunteerId, erased_ms: nowMs, erased_by: by, reason })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return { stations, cards: cards.map((row) => row.card_number) };
  });
  if (done === null) return err({ kind: 'NOTHING_THERE' });
  // The card is no longer anybody's: whoever holds it is nobody's guest either.
  if (done.cards.length > 0) await revokeCards(context, done.cards);
  return ok({ volunteerId, stations: done.stations });
}
