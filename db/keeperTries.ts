/** Wrong PINs and the lock that follows them, kept over restarts. */
import type { Database } from 'better-sqlite3';
import type { Clock } from '../domain/clock.ts';
import { query } from './row.ts';
import type { KeeperTries } from './types.ts';

/** A lock as it was set: how long for, and when by each clock. */
export interface Lock {
  readonly lockMs: number;
  readonly lockedAtMs: number;
  readonly lockedMonoMs: number;
  readonly osBoot: string;
}
interface TriesRow extends Lock {
  readonly tries: number;
}

export interface KeeperTriesTable {
  read(): KeeperTries;
  write(tries: number, lockForMs: number): void;
}

/**
 * Until when a lock holds, wall ms; 0 if it is over. Within one boot it runs by the monotonic clock, so that setting
 * the clock does not open it. After a reboot only the wall clock is left: it can shorten the lock, but one that was
 * put back cannot prolong it beyond its full length.
 */
export function lockedUntilMs({ lockMs, lockedAtMs, lockedMonoMs, osBoot }: Lock, clock: Clock): number {
  const passedMs = osBoot === clock.osBoot() ? clock.monoMs() - lockedMonoMs : clock.nowMs() - lockedAtMs;
  const leftMs = Math.min(lockMs, lockMs - passedMs);
  return leftMs > 0 ? clock.nowMs() + leftMs : 0;
}

export function keeperTriesTable(db: Database, clock: Clock): KeeperTriesTable {
  const select = query<[], TriesRow>(
    db,
    'SELECT tries, lock_ms, locked_at_ms, locked_mono_ms, os_boot FROM keeper_tries WHERE id = 1',
  );
  const upsert = db.prepare<[number, number, number, number, string]>(
    `INSERT INTO keeper_tries VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET tries = excluded.tries,
       lock_ms = excluded.lock_ms, locked_at_ms = excluded.locked_at_ms,
       locked_mono_ms = excluded.locked_mono_ms, os_boot = excluded.os_boot`,
  );
  return {
    read() {
      const row = select.get();
      if (row === undefined) return { tries: 0, lockedUntilMs: 0 };
      return { tries: row.tries, lockedUntilMs: lockedUntilMs(row, clock) };
    },
    write(tries, lockForMs) {
      upsert.run(tries, lockForMs, clock.nowMs(), clock.monoMs(), clock.osBoot());
    },
  };
}
