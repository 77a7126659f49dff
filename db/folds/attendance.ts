/** Who is where, and what became of each attendance. */
import type { Database } from 'better-sqlite3';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { shanghaiDay } from '../../domain/time.ts';
import type { IncarnationNames } from '../ledger/names.ts';
import { mustChangeOne, type FoldTable } from './fold.ts';

/** The column `state` of `attendance`. */
export const ATTENDANCE_STATE = { OPEN: 0, SIGNED_OUT: 1, UNCLOSED: 2, CLOSED: 3 } as const;
const { OPEN, SIGNED_OUT, UNCLOSED, CLOSED } = ATTENDANCE_STATE;

function sumOf(credits: JournalEvent<'SIGNED_OUT'>['credits']): { minutes: number; points: number } {
  return credits.reduce(
    (sum, row) => ({ minutes: sum.minutes + row.minutes, points: sum.points + row.points }),
    { minutes: 0, points: 0 },
  );
}

export function attendanceFolds(db: Database, names: IncarnationNames): FoldTable {
  const open = db.prepare<number[]>(
    `INSERT INTO attendance VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ${OPEN}, 0, 0, 0, 0, 0)`,
  );
  const change = db.prepare<number[]>(
    `UPDATE attendance SET activity_id = ? WHERE incarnation = ? AND sign_in_seq = ? AND state = ${OPEN}`,
  );
  const finish = db.prepare<number[]>(
    `UPDATE attendance SET state = ?, out_ms = ?, actual_minutes = ?, credited_minutes = ?, points = ?
     WHERE incarnation = ? AND sign_in_seq = ? AND state = ?`,
  );
  const creditLater = db.prepare<number[]>(
    `UPDATE attendance SET credited_minutes = credited_minutes + ?, points = points + ?, credited_later = 1
     WHERE incarnation = ? AND sign_in_seq = ? AND state IN (${SIGNED_OUT}, ${CLOSED}) AND credited_later = 0`,
  );
  const lapse = db.prepare<number[]>(
    `UPDATE attendance SET state = ${UNCLOSED} WHERE incarnation = ? AND sign_in_seq = ? AND state = ${OPEN}`,
  );
  const lapseOlder = db.prepare<number[]>(
    `UPDATE attendance SET state = ${UNCLOSED} WHERE state = ${OPEN} AND incarnation < ?`,
  );
  /** Ends an attendance with what its event credits, over all days of the service. */
  function end(
    event: JournalEvent<'SIGNED_OUT' | 'ATTENDANCE_CLOSED' | 'EARLIER_SERVICE_CREDITED'>,
    incarnation: number,
    { from, to, outMs }: { readonly from: number; readonly to: number; readonly outMs: number },
  ): void {
    const { minutes, points } = sumOf(event.credits);
    const { actualMinutes, signInSeq, type } = event;
    const { changes } = finish.run(to, outMs, actualMinutes, minutes, points, incarnation, signInSeq, from);
    mustChangeOne(changes, type);
  }

  return {
    // Nobody can sign out of an older one's: a leader closes it.
    STATION_STARTED: (event, incarnation) => {
      if (event.seq === 1) lapseOlder.run(incarnation);
    },
    SIGNED_IN: (event, incarnation) => {
      open.run(
        incarnation,
        event.seq,
        event.volunteerId,
        event.cardNumber,
        event.activityId,
        shanghaiDay(event.atMs),
        event.atMs,
        event.monoMs,
        event.boot,
      );
    },
    ACTIVITY_CHANGED: (event, incarnation) => {
      mustChangeOne(change.run(event.activityId, incarnation, event.signInSeq).changes, event.type);
    },
    SIGNED_OUT: (event, incarnation) => {
      end(event, incarnation, { from: OPEN, to: SIGNED_OUT, outMs: event.atMs });
    },
    ATTENDANCE_LAPSED: (event, incarnation) => {
      mustChangeOne(lapse.run(incarnation, event.signInSeq).changes, event.type);
    },
    ATTENDANCE_CLOSED: (event, incarnation) => {
      end(event, incarnation, { from: UNCLOSED, to: CLOSED, outMs: event.outAtMs });
    },
    // Once for an attendance: a second fact changes nothing, and contradicts the first.
    SERVICE_CREDITED: ({ credits, signInSeq, type }, incarnation) => {
      const { minutes, points } = sumOf(credits);
      mustChangeOne(creditLater.run(minutes, points, incarnation, signInSeq).changes, type);
    },
    EARLIER_SERVICE_CREDITED: (event) => {
      // No incarnation has this number.
      const ordinal = names.ordinalOf(event.ofIncarnation) ?? -1;
      if (event.cause === 'CLOSED') {
        end(event, ordinal, { from: UNCLOSED, to: CLOSED, outMs: event.outAtMs });
        return;
      }
      const { minutes, points } = sumOf(event.credits);
      mustChangeOne(creditLater.run(minutes, points, ordinal, event.signInSeq).changes, event.type);
    },
  };
}
