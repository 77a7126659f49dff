/**
 * Entries that were taken back 冲正 at a station, or objected to with reason: their hours count no more, and no cap is
 * used by them. The station does the same in its own views (db/folds/points.ts).
 */
import { sql } from 'kysely';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { keyOf } from '../../domain/points/fold.ts';
import { bigints, hexTexts } from './db/arrays.ts';
import { giveBackCaps } from './exceptions/caps.ts';
import { readPast } from './exceptions/pastFacts.ts';
import { lossesOf } from './fold.ts';
import { addToStation, addToVolunteers, type Place, type Tx } from './ingestSql.ts';

/** What a station may name as an incarnation. */
const INCARNATION = /^[0-9a-f]{16}$/;

type TakesBack = JournalEvent<'ENTRY_REVERSED' | 'OBJECTION_SETTLED'>;
const takesBack = (event: JournalEvent): event is TakesBack =>
  event.type === 'ENTRY_REVERSED' || (event.type === 'OBJECTION_SETTLED' && event.outcome === 'UPHELD');

/**
 * Takes out of the totals and the caps what the events of a run take back; each entry once, whatever a station sends.
 * `events` are those that fit the accounts. An entry that the county does not hold was never counted here.
 */
export async function followTakenBack(tx: Tx, at: Place, events: readonly JournalEvent[]): Promise<void> {
  const keys = events
    .filter(takesBack)
    .map((event) => keyOf(event, at.incarnation))
    .filter(({ incarnation }) => INCARNATION.test(incarnation));
  if (keys.length === 0) return;
  const { rows } = await sql<{ readonly incarnation: string; readonly seq: number }>`
    INSERT INTO entry_taken_back
    SELECT DISTINCT ${at.stationId}::bigint, * FROM unnest(${hexTexts(keys.map(({ incarnation }) => incarnation))},
      ${bigints(keys.map(({ seq }) => seq))})
    ON CONFLICT (station_id, incarnation, seq) DO NOTHING RETURNING incarnation, seq`.execute(tx);
  const past = await readPast(tx, at, events, { facts: rows, attendances: [] });
  const entries = rows.flatMap(({ incarnation, seq }) => past.at(incarnation, seq) ?? []);
  const losses = lossesOf(entries);
  await addToStation(tx, at.stationId, losses.station);
  await addToVolunteers(tx, at.stationId, losses.volunteers);
  await giveBackCaps(tx, at.stationId, entries, past);
}
