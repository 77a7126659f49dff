/**
 * When facts really were, beside what their machine wrote (which is never rewritten): `corrected_ms` of `event_time`.
 *  - A fact of trust TRUSTED: its own time.
 *  - One of a boot that has a fact of known time, which is one that is TRUSTED, or CLOCK_FOUND_WRONG: as far from that
 *    one as the monotonic clock of the boot says. Of those that CLOCK_FOUND_WRONG names this is what it says.
 *  - One that was there when the station asked, in a boot that the next fact proves to be the one it asked in: by the
 *    offset that was found then, if that fact's time, which follows the county's word, bears it out to a minute.
 *  - Any other: not known (null). A machine may have been switched off between a fact and the ask, and another date
 *    set; neither the clock at the ask nor the time of arrival says anything of such a fact.
 * The offset includes the way of the ask, seconds at most: the county does not learn the round trip. Words that a stick
 * carried have none.
 */
import { sql } from 'kysely';
import { CLOCK_TRUST, type JournalEvent } from '../../../domain/journal/events.ts';
import type { CountyDb } from '../db/open.ts';
import type { Tx } from '../ingestSql.ts';
import { placeName, type PlaceOfFact } from './places.ts';

export interface BootTime {
  readonly boot: number;
  /** When the monotonic clock of the boot stood at nothing, ms since 1970 UTC. */
  readonly beganMs: number;
}

/** Of each boot in which a run has a fact of known time; by the first such fact. */
export function bootTimesOf(events: readonly JournalEvent[]): readonly BootTime[] {
  const began = new Map<number, number>();
  for (const { type, trust, boot, atMs, monoMs } of events) {
    const isKnown = trust === CLOCK_TRUST.TRUSTED || type === 'CLOCK_FOUND_WRONG';
    if (isKnown && !began.has(boot) && Number.isSafeInteger(atMs - monoMs)) began.set(boot, atMs - monoMs);
  }
  return [...began].map(([boot, beganMs]) => ({ boot, beganMs }));
}

/** The true times of facts that their machine was not sure of, by `placeName`; not of those of which it is not known. */
export async function trueTimesAt(
  db: CountyDb | Tx,
  places: readonly PlaceOfFact[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<PlaceOfFact & { correctedMs: number }>`
    SELECT t.station_id AS "stationId", t.incarnation, t.seq, t.corrected_ms AS "correctedMs"
    FROM unnest(${places.map(({ stationId }) => stationId)}::bigint[],
      ${places.map(({ incarnation }) => incarnation)}::text[], ${places.map(({ seq }) => seq)}::bigint[])
      AS p (station_id, incarnation, seq) JOIN event_time t USING (station_id, incarnation, seq)
    WHERE t.trust <> ${CLOCK_TRUST.TRUSTED} AND t.corrected_ms IS NOT NULL`.execute(db);
  const sane = rows.filter(({ correctedMs }) => Number.isSafeInteger(correctedMs));
  return new Map(sane.map(({ correctedMs, ...place }) => [placeName(place), correctedMs]));
}
