/** Who this database is: its station, the machine it woke up on, and the journals it holds. */
import type { Database } from 'better-sqlite3';
import { err, ok, type Result } from '../domain/result.ts';
import { query } from './row.ts';

export interface Incarnation {
  /** Its number within this database, from 1. */
  readonly ordinal: number;
  /** 16 hexadecimal digits. */
  readonly name: string;
}

interface Installation {
  readonly stationId: number;
  readonly hardwareId: string;
  readonly incarnation: number;
}

/** All incarnations in their order; the last is the running one. */
export function incarnationsOf(db: Database): readonly Incarnation[] {
  return query<[], Incarnation>(db, 'SELECT ordinal, name FROM incarnation ORDER BY ordinal').all();
}

/** The installation's row, or undefined in a database that was never used. */
export function installationOf(db: Database): Installation | undefined {
  return query<[], Installation>(
    db,
    'SELECT station_id, hardware_id, incarnation FROM installation WHERE id = 1',
  ).get();
}

/**
 * The incarnation to write to. A database that wakes up on another machine may be a copy whose original lives on,
 * so it begins a new chain and leaves the old one as it is (DESIGN.md, The journal).
 * OTHER_STATION: the folder belongs to another station.
 */
export function claimIncarnation(
  db: Database,
  {
    stationId,
    hardwareId,
    randomBytes,
  }: {
    readonly stationId: number;
    readonly hardwareId: string;
    readonly randomBytes: (length: number) => Uint8Array;
  },
): Result<Incarnation, { readonly kind: 'OTHER_STATION'; readonly found: number }> {
  const found = installationOf(db);
  if (found !== undefined && found.stationId !== stationId)
    return err({ kind: 'OTHER_STATION', found: found.stationId });
  const current = incarnationsOf(db).find(({ ordinal }) => ordinal === found?.incarnation);
  if (current !== undefined && found?.hardwareId === hardwareId) return ok(current);
  const next: Incarnation = {
    ordinal: (current?.ordinal ?? 0) + 1,
    name: Buffer.from(randomBytes(8)).toString('hex'),
  };
  db.transaction(() => {
    db.prepare('INSERT INTO incarnation VALUES (?, ?)').run(next.ordinal, next.name);
    db.prepare(
      `INSERT INTO installation VALUES (1, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET hardware_id = excluded.hardware_id, incarnation = excluded.incarnation`,
    ).run(stationId, hardwareId, next.ordinal);
  }).immediate();
  return ok(next);
}
