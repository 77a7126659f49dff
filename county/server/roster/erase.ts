/**
 * Somebody wants their data erased (RULES.md B20): name, telephone, year of birth and card leave the register, every
 * station's data and every snapshot that was kept for deltas. The books keep the number alone, and nobody gets it again.
 */
import { sql } from 'kysely';
import { err, ok, type Result } from '../../../domain/result.ts';
import type { CountyContext } from '../context.ts';
import { keepRevokedCards } from '../revoked.ts';
import { leaveRegister } from './leave.ts';
import { revokeWithin } from './revokeCards.ts';

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
    const { stations, cards } = await leaveRegister(tx, nowMs, volunteerId, { heirId: 0, renames: true });
    if (stations.length === 0) return null;
    // What facts are decided again by keeps nobody's year of birth or spouse who was erased.
    await sql`DELETE FROM given_person WHERE volunteer_id = ${volunteerId} OR spouse_id = ${volunteerId}`.execute(
      tx,
    );
    // Whatever was kept to make deltas from is fetched whole once more.
    await sql`DELETE FROM reference_served`.execute(tx);
    await sql`DELETE FROM county_list`.execute(tx);
    await tx
      .insertInto('erased_person')
      .values({ volunteer_id: volunteerId, erased_ms: nowMs, erased_by: by, reason })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    // The card is no longer anybody's: whoever holds it is nobody's guest either.
    if (cards.length > 0) await revokeWithin(tx, nowMs, cards);
    return { stations, cards };
  });
  if (done === null) return err({ kind: 'NOTHING_THERE' });
  keepRevokedCards(context.folder, done.cards);
  return ok({ volunteerId, stations: done.stations });
}
