/** Lost and stolen cards: put on the signed list that travels with every exchange, of every station of the county. */
import { sql } from 'kysely';
import type { Reference } from '../../../domain/reference/reference.ts';
import type { CountyContext } from '../context.ts';
import type { Tx } from '../ingestSql.ts';
import { keepRevokedCards } from '../revoked.ts';
import { changeParts } from './change.ts';

/** Every card that any station of the county has on its list, for a village that begins. */
export async function revokedInCounty(tx: Tx): Promise<Reference['revocations']> {
  const { rows } = await sql<{ number: number; cardNumbers: number[] | null }>`
    SELECT coalesce((SELECT max((data->>'number')::bigint) FROM reference_part WHERE kind = 'revocations'), 0)::bigint
        AS number,
      (SELECT jsonb_agg(DISTINCT n::bigint) FROM reference_part p, jsonb_array_elements(p.data->'cardNumbers') n
        WHERE p.kind = 'revocations') AS "cardNumbers"`.execute(tx);
  const [row] = rows;
  return { number: row?.number ?? 0, cardNumbers: row?.cardNumbers ?? [] };
}

export interface CardsRevoked {
  /** Those that no list had before. */
  readonly revoked: readonly number[];
  readonly already: readonly number[];
  readonly stations: number;
}

/** Revokes cards by their numbers, known to the county or not; for good. */
export async function revokeCards(
  context: CountyContext,
  cardNumbers: readonly number[],
): Promise<CardsRevoked> {
  const wanted = [...new Set(cardNumbers)];
  const done = await context.db.transaction().execute(async (tx) => {
    const listed = new Set((await revokedInCounty(tx)).cardNumbers);
    const revoked = wanted.filter((cardNumber) => !listed.has(cardNumber));
    const text = JSON.stringify(wanted);
    const changed = await changeParts(
      tx,
      context.nowMs(),
      sql`UPDATE reference_part SET data = jsonb_build_object('number', (data->>'number')::bigint + 1,
          'cardNumbers', (SELECT jsonb_agg(n ORDER BY n) FROM (
            SELECT jsonb_array_elements(data->'cardNumbers')::bigint AS n
            UNION SELECT jsonb_array_elements(${text}::text::jsonb)::bigint) all_cards))
        WHERE kind = 'revocations' AND NOT data->'cardNumbers' @> ${text}::text::jsonb
        RETURNING station_id AS "stationId"`,
    );
    return { revoked, stations: changed.length };
  });
  // After the COMMIT: beside the key it outlives a database that comes back from a backup.
  keepRevokedCards(context.folder, wanted);
  const { revoked, stations } = done;
  return { revoked, already: wanted.filter((one) => !revoked.includes(one)), stations };
}
