/** What was redeemed, by whom and in which month, what came back, and what is left on the shelf. */
import type { Database } from 'better-sqlite3';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { LedgerError } from '../../domain/points/account.ts';
import { keyOf } from '../../domain/points/fold.ts';
import { monthStartDay, shanghaiDay } from '../../domain/time.ts';
import type { IncarnationNames } from '../ledger/names.ts';
import { numberQuery } from '../row.ts';
import { mustChangeOne, type FoldTable } from './fold.ts';

export function shopFolds(db: Database, names: IncarnationNames): FoldTable {
  const redeem = db.prepare<number[]>('INSERT INTO redemption VALUES (?, ?, ?, ?, ?)');
  const addLine = db.prepare<number[]>('INSERT INTO redemption_line VALUES (?, ?, ?, ?, ?, ?, 0)');
  const addMonth = db.prepare<number[]>(
    `INSERT INTO redeemed_month VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (volunteer_id, month_day, goods_id) DO UPDATE SET quantity = quantity + excluded.quantity,
       points = points + excluded.points`,
  );
  const move = db.prepare<number[]>(
    `INSERT INTO stock VALUES (?, ?) ON CONFLICT (goods_id) DO UPDATE SET quantity = quantity + excluded.quantity`,
  );
  const redeemedMs = numberQuery(
    db,
    'SELECT at_ms FROM redemption WHERE incarnation = ? AND seq = ? AND volunteer_id = ?',
  );
  const undoLine = db.prepare<number[]>(
    `UPDATE redemption_line SET undone = undone + ?
     WHERE incarnation = ? AND seq = ? AND goods_id = ? AND unit_points = ?`,
  );
  const takeFromMonth = db.prepare<number[]>(
    `UPDATE redeemed_month SET quantity = quantity - ?, points = points - ?
     WHERE volunteer_id = ? AND month_day = ? AND goods_id = ?`,
  );

  function redeemed(event: JournalEvent<'REDEEMED' | 'REDEEMED_SHARED'>, incarnation: number): void {
    const { seq, volunteerId, atMs, totalPoints } = event;
    redeem.run(incarnation, seq, volunteerId, atMs, totalPoints);
    const month = monthStartDay(shanghaiDay(atMs));
    event.lines.forEach(({ goodsId, quantity, unitPoints }, line) => {
      addLine.run(incarnation, seq, line, goodsId, quantity, unitPoints);
      addMonth.run(volunteerId, month, goodsId, quantity, quantity * unitPoints);
      move.run(goodsId, -quantity);
    });
  }
  return {
    REDEEMED: redeemed,
    REDEEMED_SHARED: redeemed,
    REDEMPTION_UNDONE: (event, incarnation) => {
      const { volunteerId, ofSeq, lines } = event;
      const ordinal = names.ordinalOf(keyOf(event, names.nameOf(incarnation)).incarnation);
      const atMs = ordinal === undefined ? undefined : redeemedMs(ordinal, ofSeq, volunteerId);
      if (ordinal === undefined || atMs === undefined) throw new LedgerError(`no exchange ${ofSeq}`);
      const month = monthStartDay(shanghaiDay(atMs));
      for (const { goodsId, quantity, unitPoints } of lines) {
        mustChangeOne(undoLine.run(quantity, ordinal, ofSeq, goodsId, unitPoints).changes, event.type);
        takeFromMonth.run(quantity, quantity * unitPoints, volunteerId, month, goodsId);
        move.run(goodsId, quantity);
      }
    },
    STOCK_MOVED: (event) => {
      move.run(event.goodsId, event.quantity);
    },
  };
}
