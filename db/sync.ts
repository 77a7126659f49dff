/** What the county has acknowledged. "Unsent" is computed from it and never kept as a flag. */
import type { Database } from 'better-sqlite3';
import { numberQuery, query } from './row.ts';
import type { UnsentIncarnation } from './types.ts';

interface SyncRow {
  readonly epoch: string;
  readonly durableSeq: number;
  readonly acknowledgedMs: number;
}

export interface SyncTable {
  /** Events that the county is known to hold of the incarnations other than `ordinal`. */
  durableBeside(ordinal: number): number;
  /** Whether any county ever acknowledged anything. */
  wasAcknowledged(): boolean;
  read(ordinal: number): SyncRow;
  write(ordinal: number, row: SyncRow): void;
  /** What was acknowledged in other epochs counts for nothing any more: whoever asks again is told what is there. */
  forgetOtherEpochs(epoch: string): void;
  ordinalOf(incarnation: string): number | undefined;
  /** Incarnations before `ordinal` with events the county has not acknowledged. */
  unsentBefore(ordinal: number): readonly UnsentIncarnation[];
}

const NOTHING: SyncRow = { epoch: '', durableSeq: 0, acknowledgedMs: 0 };

export function syncTable(db: Database): SyncTable {
  const select = query<[number], SyncRow>(
    db,
    'SELECT epoch, durable_seq, acknowledged_ms FROM sync_state WHERE incarnation = ?',
  );
  const upsert = db.prepare<[number, string, number, number]>(
    `INSERT INTO sync_state VALUES (?, ?, ?, ?) ON CONFLICT (incarnation) DO UPDATE SET epoch = excluded.epoch,
       durable_seq = excluded.durable_seq, acknowledged_ms = excluded.acknowledged_ms`,
  );
  const forget = db.prepare<[string]>('UPDATE sync_state SET durable_seq = 0 WHERE epoch <> ?');
  const beside = numberQuery(
    db,
    'SELECT coalesce(sum(durable_seq), 0) FROM sync_state WHERE incarnation <> ?',
  );
  const any = numberQuery(db, 'SELECT 1 FROM sync_state LIMIT 1');
  const ordinalOf = numberQuery(db, 'SELECT ordinal FROM incarnation WHERE name = ?');
  const unsent = query<[number], UnsentIncarnation>(
    db,
    `SELECT * FROM (
       SELECT i.name AS incarnation, coalesce(s.durable_seq, 0) AS durable_seq,
         coalesce((SELECT max(seq) FROM journal WHERE incarnation = i.ordinal), 0) AS recorded
       FROM incarnation i LEFT JOIN sync_state s ON s.incarnation = i.ordinal
       WHERE i.ordinal < ? ORDER BY i.ordinal
     ) WHERE durable_seq < recorded`,
  );
  return {
    read: (ordinal) => select.get(ordinal) ?? NOTHING,
    write(ordinal, { epoch, durableSeq, acknowledgedMs }) {
      upsert.run(ordinal, epoch, durableSeq, acknowledgedMs);
    },
    forgetOtherEpochs: (epoch) => {
      forget.run(epoch);
    },
    ordinalOf,
    durableBeside: (ordinal) => beside(ordinal) ?? 0,
    wasAcknowledged: () => any() === 1,
    unsentBefore: (ordinal) => unsent.all(ordinal),
  };
}
