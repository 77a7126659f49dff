/** All folds together. The station runs them in the transaction of the event, `npm run verify` once more. */
import type { Database } from 'better-sqlite3';
import { EVENT_TYPES, type EventType, type JournalEvent } from '../../domain/journal/events.ts';
import type { Incarnation } from '../incarnation.ts';
import { incarnationNames } from '../ledger/names.ts';
import { attendanceFolds } from './attendance.ts';
import { backfillFolds } from './backfill.ts';
import type { FoldTable } from './fold.ts';
import { pointsFolds } from './points.ts';
import { shopFolds } from './shop.ts';
import { stationFolds } from './station.ts';

/** Every table that is folded, with the columns of its key: what verify compares. */
export const VIEW_TABLES: Readonly<Record<string, readonly string[]>> = {
  boot: ['incarnation', 'boot'],
  attendance: ['incarnation', 'sign_in_seq'],
  service_day: ['volunteer_id', 'day'],
  account: ['holder', 'holder_id'],
  lot: ['holder', 'holder_id', 'incarnation', 'seq', 'part'],
  lot_use: ['incarnation', 'seq', 'holder', 'holder_id', 'lot_incarnation', 'lot_seq', 'lot_part'],
  ledger_line: ['holder', 'holder_id', 'incarnation', 'seq'],
  ledger_terms: ['from_version'],
  entry_credit: ['incarnation', 'seq', 'part'],
  awarded_month: ['household_id', 'month_day'],
  issued_month: ['month_day'],
  pooling: ['household_id', 'volunteer_id'],
  county_act: ['side', 'act_id'],
  allowance_request: ['volunteer_id'],
  redemption: ['incarnation', 'seq'],
  redemption_line: ['incarnation', 'seq', 'line'],
  redeemed_month: ['volunteer_id', 'month_day', 'goods_id'],
  stock: ['goods_id'],
  station_activity: ['id'],
  day_total: ['day'],
  act_done: ['act_id'],
  contradiction: ['incarnation', 'seq'],
  backfill: ['incarnation', 'seq'],
};

/**
 * Prepares the folds on a database whose views exist; the answer folds one event of an incarnation (ordinal).
 * `incarnations` are all that its events may name.
 */
export function createFolds(
  db: Database,
  incarnations: readonly Incarnation[],
): (event: JournalEvent, incarnation: number) => void {
  const names = incarnationNames(incarnations);
  const tables: readonly FoldTable[] = [
    attendanceFolds(db, names),
    ...pointsFolds(db, names),
    shopFolds(db, names),
    stationFolds(db),
    backfillFolds(db, names),
  ];
  type AnyFold = (event: JournalEvent, incarnation: number) => void;
  const byType = new Map<EventType, readonly AnyFold[]>(
    EVENT_TYPES.map((type) => [
      type,
      tables.flatMap((table) => (table[type] === undefined ? [] : [table[type] as AnyFold])),
    ]),
  );
  return (event, incarnation) => {
    for (const fold of byType.get(event.type) ?? []) fold(event, incarnation);
  };
}
