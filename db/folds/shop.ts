/** What was redeemed, by whom and in which month, and what is left on the shelf. */
import type { Database } from 'better-sqlite3';
import { monthStartDay, shanghaiDay } from '../../domain/time.ts';
import type { FoldTable } from './fold.ts';

export function shopFolds(db: Database): FoldTable {
  const redeem = db.prepare<number[]>('INSERT INTO redemption VALUES (?, ?, ?, ?, ?)');
  const addLine = db.prepare<number[]>('INSERT INTO redemption_line VALUES (?, ?, ?, ?, ?, ?)');
  const addMonth = db.prepare<number[]>(
    `INSERT INTO redeemed_month VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (volunteer_id, month_day, goods_id) DO UPDATE SET quantity = quantity + excluded.quantity,
       points = points + excluded.points`,
  );
  const move = db.prepare<number[]>(
    `INSERT INTO stock VALUES (?, ?) ON CONFLICT (goods_id) DO UPDATE SET quantity = quantity + excluded.quantity`,
  );
  return {
    REDEEMED: (event, incarnation) => {
      const { seq, volunteerId, atMs, totalPoints } = event;
      redeem.run(incarnation, seq, volunteerId, atMs, totalPoints);
      const month = monthStartDay(shanghaiDay(atMs));
      event.lines.forEach(({ goodsId, quantity, unitPoints }, line) => {
        addLine.run(incarnation, seq, line, goodsId, quantity, unitPoints);
        addMonth.run(volunteerId, month, goodsId, quantity, quantity * unitPoints);
        move.run(goodsId, -quantity);
      });
    },
    STOCK_MOVED: (event) => {
      move.run(event.goodsId, event.quantity);
    },
  };
}
