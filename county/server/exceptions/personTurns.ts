/** Lets batches about one person or household go one after the other, where what they find depends on both. */
import { sql } from 'kysely';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { bigints } from '../db/arrays.ts';
import type { Tx } from '../ingestSql.ts';
import { otherNumbersOf } from '../merged.ts';
import { householdsElsewhere } from './given.ts';

/** Any number that no other lock here has; people's are negative. */
const ALL_PEOPLE = 4_030_002;
/** PostgreSQL has room for some thousands of locks, and eight batches are at work at a time. */
const MOST_LOCKS = 400;
/** Numbers of households begin beyond those of people. */
const HOUSEHOLDS_FROM = 2 ** 50;

/** Whose hours, awards and exchanges a fact counts; 0: nobody's. */
export function personOf(event: JournalEvent): number {
  switch (event.type) {
    case 'SIGNED_OUT':
    case 'ATTENDANCE_CLOSED':
    case 'SERVICE_CREDITED':
    case 'EARLIER_SERVICE_CREDITED':
    case 'BACKFILL_SETTLED':
    case 'REDEEMED':
    case 'REDEEMED_SHARED':
      return event.volunteerId;
    case 'POINTS_AWARDED':
      return event.holder === 'PERSON' ? event.holderId : 0;
    default:
      return 0;
  }
}
/** Facts that count for a whole household as well. */
const OF_HOUSEHOLD: ReadonlySet<JournalEvent['type']> = new Set([
  'REDEEMED',
  'REDEEMED_SHARED',
  'POINTS_AWARDED',
]);

/**
 * Lets batches that are about one volunteer or household go one after the other: of two transactions at once neither
 * would see what the other has kept, and both would find the volunteer at one place only, and within every cap. Others
 * do not wait, except for a batch with more people than any village has. To be asked before anything else is locked but
 * the own head, and in one order everywhere, so that nobody waits in a circle.
 */
export async function takeTurns(tx: Tx, events: readonly JournalEvent[]): Promise<void> {
  const believed = (id: number): boolean => id > 0 && id < HOUSEHOLDS_FROM;
  const alone = [...new Set(events.map(personOf))].filter(believed);
  // Whoever was registered twice is one person under any number.
  const numbers = await otherNumbersOf(tx, alone);
  const people = [...new Set(alone.map((id) => Math.min(id, ...(numbers.get(id) ?? []))))];
  const ofHousehold = events.filter(({ type }) => OF_HOUSEHOLD.has(type));
  const named = ofHousehold.flatMap((event) =>
    event.type === 'POINTS_AWARDED' && event.holder === 'HOUSEHOLD' ? [event.holderId] : [],
  );
  const found = await householdsElsewhere(tx, [...new Set(ofHousehold.map(personOf))].filter(believed));
  const households = [...new Set([...named, ...found.values()])].filter(believed);
  const keys = [...people, ...households.map((id) => HOUSEHOLDS_FROM + id)].sort((a, b) => a - b);
  if (keys.length === 0) return;
  const all = sql.lit(ALL_PEOPLE);
  if (keys.length > MOST_LOCKS) await sql`SELECT pg_advisory_xact_lock(${all})`.execute(tx);
  else
    await sql`SELECT pg_advisory_xact_lock_shared(${all}), count(pg_advisory_xact_lock(-id))
      FROM unnest(${bigints(keys)}) AS id`.execute(tx);
}
