/** Hours that no scan recorded: waiting for a second keeper, approved or rejected. */
import type { Database } from 'better-sqlite3';
import { LedgerError } from '../../domain/points/account.ts';
import { shanghaiDay } from '../../domain/time.ts';
import type { IncarnationNames } from '../ledger/names.ts';
import { mustChangeOne, type FoldTable } from './fold.ts';

/** The column `state` of `backfill`. */
export const BACKFILL_STATE = { WAITING: 0, APPROVED: 1, REJECTED: 2 } as const;
const { WAITING, APPROVED, REJECTED } = BACKFILL_STATE;

export function backfillFolds(db: Database, names: IncarnationNames): FoldTable {
  const record = db.prepare<(number | string)[]>(
    `INSERT INTO backfill (incarnation, seq, volunteer_id, activity_id, day, start_ms, minutes, reason, evidence,
       recorded_by, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const settle = db.prepare<number[]>(
    `UPDATE backfill SET state = ?, credited_minutes = ?, points = ?
     WHERE incarnation = ? AND seq = ? AND volunteer_id = ? AND state = ${WAITING}`,
  );
  return {
    BACKFILL_RECORDED: (event, incarnation) => {
      const { seq, volunteerId, activityId, startMs, minutes, reason, evidence, actorId, atMs } = event;
      const service = [volunteerId, activityId, shanghaiDay(startMs), startMs, minutes];
      record.run(incarnation, seq, ...service, reason, evidence, actorId, atMs);
    },
    // Once: a second word on the same hours changes nothing, and contradicts the first.
    BACKFILL_SETTLED: ({ type, volunteerId, ofIncarnation, ofSeq, outcome, credits }, incarnation) => {
      const of = ofIncarnation === '' ? incarnation : names.ordinalOf(ofIncarnation);
      if (of === undefined) throw new LedgerError(`no incarnation ${ofIncarnation}`);
      const minutes = credits.reduce((sum, row) => sum + row.minutes, 0);
      const points = credits.reduce((sum, row) => sum + row.points, 0);
      const state = outcome === 'APPROVED' ? APPROVED : REJECTED;
      mustChangeOne(settle.run(state, minutes, points, of, ofSeq, volunteerId).changes, type);
    },
  };
}
