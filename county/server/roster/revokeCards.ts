/** Lost and stolen cards: put on the signed list that travels with every exchange, of every station of the county. */
import type { CountyContext } from '../context.ts';
import { putOnList, toldByReference } from '../revocations.ts';
import { keepRevokedCards } from '../revoked.ts';
import { raiseVersions } from '../transferRows.ts';

export interface CardsRevoked {
  /** Those that were not on the list before. */
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
    const nowMs = context.nowMs();
    const fresh = new Set(await putOnList(tx, wanted, nowMs));
    if (fresh.size > 0) await raiseVersions(tx, await toldByReference(tx), nowMs);
    const { count } = await tx
      .selectFrom('reference_version')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return { fresh, stations: fresh.size === 0 ? 0 : count };
  });
  // After the COMMIT: beside the key it outlives a database that comes back from a backup.
  keepRevokedCards(context.folder, wanted);
  const { fresh, stations } = done;
  return {
    revoked: wanted.filter((one) => fresh.has(one)),
    already: wanted.filter((one) => !fresh.has(one)),
    stations,
  };
}
