/** Lost and stolen cards: put on the signed list that travels with every exchange, of every station of the county. */
import type { CountyContext } from '../context.ts';
import type { Tx } from '../ingestSql.ts';
import { putOnList, toldByReference } from '../revocations.ts';
import { keepRevokedCards } from '../revoked.ts';
import { raiseVersions } from '../transferRows.ts';

export interface CardsRevoked {
  /** Those that were not on the list before. */
  readonly revoked: readonly number[];
  readonly already: readonly number[];
  readonly stations: number;
}

/** Puts cards on the list within a transaction; after its COMMIT `keepRevokedCards` is the caller's to ask for. */
export async function revokeWithin(
  tx: Tx,
  nowMs: number,
  cardNumbers: readonly number[],
): Promise<CardsRevoked> {
  const fresh = new Set(await putOnList(tx, cardNumbers, nowMs));
  if (fresh.size > 0) await raiseVersions(tx, await toldByReference(tx), nowMs);
  const { count } = await tx
    .selectFrom('reference_version')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return {
    revoked: cardNumbers.filter((one) => fresh.has(one)),
    already: cardNumbers.filter((one) => !fresh.has(one)),
    stations: fresh.size === 0 ? 0 : count,
  };
}

/** Revokes cards by their numbers, known to the county or not; for good. */
export async function revokeCards(
  context: CountyContext,
  cardNumbers: readonly number[],
): Promise<CardsRevoked> {
  const wanted = [...new Set(cardNumbers)];
  const done = await context.db.transaction().execute((tx) => revokeWithin(tx, context.nowMs(), wanted));
  // After the COMMIT: beside the key it outlives a database that comes back from a backup.
  keepRevokedCards(context.folder, wanted);
  return done;
}
