/** Who had let their household spend their points when an exchange was made (RULES.md B9), by the station's own facts. */
import { sql } from 'kysely';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { bigints } from '../db/arrays.ts';
import type { Place, Tx } from '../ingestSql.ts';

interface Consent {
  readonly incarnation: string;
  readonly seq: number;
  readonly householdId: number;
  readonly volunteerId: number;
  readonly given: boolean;
}

export interface Consents {
  /**
   * Whether a volunteer's consent stood before a fact of the run, for a household (0: whichever). True also where the
   * county cannot say, since an earlier journal of the station has not come whole.
   */
  stood(volunteerId: number, householdId: number, beforeSeq: number): boolean;
}

/** Keeps the consents of a run, and reads those of some volunteers in the order in which they were given. */
export async function foldConsents(
  tx: Tx,
  at: Place,
  events: readonly JournalEvent[],
  volunteerIds: readonly number[],
): Promise<Consents> {
  const set = events.filter((event): event is JournalEvent<'POOLING_SET'> => event.type === 'POOLING_SET');
  if (set.length > 0)
    await tx
      .insertInto('pooling_set')
      .values(
        set.map(({ seq, householdId, volunteerId, consent }) => ({
          ...{ station_id: at.stationId, incarnation: at.incarnation, seq },
          ...{ household_id: householdId, volunteer_id: volunteerId, given: consent === 'GIVEN' },
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  if (volunteerIds.length === 0) return { stood: () => true };
  const { rows: behind } = await sql`SELECT 1 FROM incarnation WHERE station_id = ${at.stationId}
    AND incarnation <> ${at.incarnation} AND reported > durable_seq LIMIT 1`.execute(tx);
  if (behind.length > 0) return { stood: () => true };
  const { rows } = await sql<Consent>`
    SELECT p.incarnation, p.seq, p.household_id AS "householdId", p.volunteer_id AS "volunteerId", p.given
    FROM pooling_set p JOIN incarnation i USING (station_id, incarnation)
    WHERE p.station_id = ${at.stationId} AND p.volunteer_id = ANY(${bigints([...new Set(volunteerIds)])})
    ORDER BY p.incarnation = ${at.incarnation}, i.ordinal, p.seq`.execute(tx);
  return {
    stood(volunteerId, householdId, beforeSeq) {
      const last = new Map<number, boolean>();
      for (const one of rows)
        if (
          one.volunteerId === volunteerId &&
          (householdId === 0 || one.householdId === householdId) &&
          (one.incarnation !== at.incarnation || one.seq < beforeSeq)
        )
          last.set(one.householdId, one.given);
      return [...last.values()].includes(true);
    },
  };
}
