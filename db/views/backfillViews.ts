/** Readings about hours that no scan recorded, and about what they must not double: what was taken back is no more. */
import type { Database } from 'better-sqlite3';
import type { BackfillFact, BackfillFacts, ServedSpan } from '../../domain/attendance/backfill.ts';
import type { EntryKey } from '../../domain/points/account.ts';
import { MINUTE_MS, shanghaiDay } from '../../domain/time.ts';
import { ATTENDANCE_STATE } from '../folds/attendance.ts';
import { BACKFILL_STATE } from '../folds/backfill.ts';
import type { IncarnationNames } from '../ledger/names.ts';
import { query } from '../row.ts';

/** The name of a back-fill's activity, of a row `b` of `backfill`; null where it is of none in the plan. */
export const BACKFILL_ACTIVITY = `coalesce((SELECT name FROM activity WHERE id = b.activity_id),
  (SELECT name FROM station_activity WHERE id = b.activity_id))`;

/** A back-fill that a second keeper has not settled yet. */
export interface WaitingBackfillRow extends EntryKey, Omit<BackfillFact, 'state'> {
  /** Null: of none in the plan. */
  readonly activityName: string | null;
  readonly atMs: number;
  readonly reason: string;
  readonly evidence: string;
}

export interface BackfillViews extends Pick<BackfillFacts, 'backfill' | 'servedBetween'> {
  /** The oldest first. */
  waitingBackfills(limit: number): readonly WaitingBackfillRow[];
}

const { OPEN, SIGNED_OUT, UNCLOSED, CLOSED } = ATTENDANCE_STATE;
const { WAITING, APPROVED } = BACKFILL_STATE;
const STATES: readonly BackfillFact['state'][] = ['WAITING', 'APPROVED', 'REJECTED'];
const FACT = 'b.volunteer_id, b.activity_id, b.start_ms, b.minutes, b.recorded_by';

type OfJournal<T> = Omit<T, 'incarnation'> & { readonly incarnation: number };

/** Whether any of what a service was credited with still stands. */
const isCredited = (service: string, seq: string): string => `EXISTS (SELECT 1 FROM entry_credit e
  WHERE e.volunteer_id = ${service}.volunteer_id AND e.volunteer_id <> 0 AND e.minutes > 0
    AND e.service_incarnation = ${service}.incarnation AND e.service_seq = ${service}.${seq})`;

function statementsOf(db: Database) {
  return {
    // What was credited, or can still be.
    scanned: query<[number, number, number], ServedSpan>(
      db,
      `SELECT signed_in_ms AS from_ms, activity_id,
         iif(state IN (${OPEN}, ${UNCLOSED}), NULL, signed_in_ms + actual_minutes * ${MINUTE_MS}) AS to_ms
       FROM attendance a WHERE volunteer_id = ? AND day BETWEEN ? AND ?
         AND (state IN (${OPEN}, ${UNCLOSED})
           OR state IN (${SIGNED_OUT}, ${CLOSED}) AND ${isCredited('a', 'sign_in_seq')})`,
    ),
    filled: query<[number, number, number], OfJournal<EntryKey & ServedSpan>>(
      db,
      `SELECT incarnation, seq, start_ms AS from_ms, start_ms + minutes * ${MINUTE_MS} AS to_ms, activity_id
       FROM backfill b WHERE volunteer_id = ? AND day BETWEEN ? AND ?
         AND (state = ${WAITING} OR state = ${APPROVED} AND ${isCredited('b', 'seq')})`,
    ),
    one: query<[number, number], Omit<BackfillFact, 'state'> & { readonly state: number }>(
      db,
      `SELECT ${FACT}, b.state FROM backfill b WHERE b.incarnation = ? AND b.seq = ?`,
    ),
    waiting: query<[number], OfJournal<WaitingBackfillRow>>(
      db,
      `SELECT b.incarnation, b.seq, ${FACT}, b.at_ms, b.reason, b.evidence, ${BACKFILL_ACTIVITY} AS activity_name
       FROM backfill b INDEXED BY backfill_waiting WHERE b.state = ${WAITING}
       ORDER BY b.incarnation, b.seq LIMIT ?`,
    ),
  };
}

/** Prepares the readings. */
export function backfillViews(db: Database, names: IncarnationNames): BackfillViews {
  const statements = statementsOf(db);
  return {
    servedBetween(volunteerId, fromMs, toMs, but) {
      // A service that began the day before may have gone on past midnight.
      const days = [shanghaiDay(fromMs) - 1, shanghaiDay(toMs)] as const;
      const filled = statements.filled
        .all(volunteerId, ...days)
        .filter(({ incarnation: of, seq }) => seq !== but?.seq || names.nameOf(of) !== but.incarnation);
      return [...statements.scanned.all(volunteerId, ...days), ...filled].filter(
        (span) => span.fromMs < toMs && (span.toMs === null || span.toMs > fromMs),
      );
    },
    backfill(key) {
      const ordinal = names.ordinalOf(key.incarnation);
      const row = ordinal === undefined ? undefined : statements.one.get(ordinal, key.seq);
      return row === undefined ? null : { ...row, state: STATES[row.state] as BackfillFact['state'] };
    },
    waitingBackfills: (limit) =>
      statements.waiting.all(limit).map((row) => ({ ...row, incarnation: names.nameOf(row.incarnation) })),
  };
}
