/** All folds together. The station runs them in the transaction of the event, `npm run verify` once more. */
import type { Database } from 'better-sqlite3';
import { EVENT_TYPES, type EventType, type JournalEvent } from '../../domain/journal/events.ts';
import { attendanceFolds } from './attendance.ts';
import type { FoldTable } from './fold.ts';
import { pointsFolds } from './points.ts';
import { shopFolds } from './shop.ts';
import { stationFolds } from './station.ts';

/** Every table that is folded, with the columns of its key: what verify compares. */
export const VIEW_TABLES: Readonly<Record<string, readonly string[]>> = {
  boot: ['incarnation', 'boot'],
  attendance: ['incarnation', 'sign_in_seq'],
  service_day: ['volunteer_id', 'day'],
  account: ['volunteer_id'],
  allowance: ['grant_id'],
  redemption: ['incarnation', 'seq'],
  redemption_line: ['incarnation', 'seq', 'line'],
  redeemed_month: ['volunteer_id', 'month_day', 'goods_id'],
  stock: ['goods_id'],
  station_activity: ['id'],
  day_total: ['day'],
};

/** Prepares the folds on a database whose views exist; the answer folds one event of an incarnation (ordinal). */
export function createFolds(db: Database): (event: JournalEvent, incarnation: number) => void {
  const tables: readonly FoldTable[] = [
    attendanceFolds(db),
    pointsFolds(db),
    shopFolds(db),
    stationFolds(db),
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
