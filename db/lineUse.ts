/** What the line to the county has carried on each day; kept over restarts, since a cap holds for the whole day. */
import type { Database } from 'better-sqlite3';
import { query } from './row.ts';
import type { LineUse } from './types.ts';

/** Days that are kept. */
const KEPT_DAYS = 92;

export interface LineUseTable {
  read(day: number): LineUse;
  add(day: number, use: LineUse): void;
}

export function lineUseTable(db: Database): LineUseTable {
  const select = query<[number], LineUse>(
    db,
    'SELECT sent_bytes, received_bytes, busy_ms FROM line_use WHERE day = ?',
  );
  const upsert = db.prepare<[number, number, number, number]>(
    `INSERT INTO line_use VALUES (?, ?, ?, ?) ON CONFLICT (day) DO UPDATE SET
       sent_bytes = sent_bytes + excluded.sent_bytes, received_bytes = received_bytes + excluded.received_bytes,
       busy_ms = busy_ms + excluded.busy_ms`,
  );
  const forget = db.prepare<[number]>('DELETE FROM line_use WHERE day <= ?');
  return {
    read: (day) => select.get(day) ?? { sentBytes: 0, receivedBytes: 0, busyMs: 0 },
    add(day, { sentBytes, receivedBytes, busyMs }) {
      upsert.run(day, sentBytes, receivedBytes, busyMs);
      forget.run(day - KEPT_DAYS);
    },
  };
}
