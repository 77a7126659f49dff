/** Who this database is: its station, the machine it woke up on, and the journals it holds. */
import type { Database } from 'better-sqlite3';
import { err, ok, type Result } from '../domain/result.ts';
import { isSameMachine } from './machine.ts';
import { query } from './row.ts';
import { standingTable } from './standing.ts';
import type { StartMark } from './startMark.ts';

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

/** Why a start writes to the incarnation that it writes to. */
export type IncarnationReason = 'CONTINUED' | 'NEW' | 'OTHER_MACHINE' | 'RESTORED';

export interface ClaimedIncarnation extends Incarnation {
  readonly reason: IncarnationReason;
}

/**
 * The ordinals of incarnations that begin here lie so far apart: the county may give back one that was between two
 * of them and that this database never saw. Their order is the order in which they are folded.
 */
export const ORDINAL_STEP = 1000;

/** Why an incarnation began, as it was kept then, and whether a keeper has not seen it yet. */
export function beginningOf(
  db: Database,
  { ordinal, reason }: ClaimedIncarnation,
): { readonly reason: IncarnationReason; readonly unseen: boolean } {
  const kept = query<[number], { readonly reason: IncarnationReason; readonly seen: number }>(
    db,
    'SELECT reason, seen FROM beginning WHERE incarnation = ?',
  ).get(ordinal);
  return kept === undefined ? { reason, unseen: false } : { reason: kept.reason, unseen: kept.seen === 0 };
}

/** Whether the database reaches at least as far as an earlier start of it did. */
function reaches(db: Database, mark: StartMark): boolean {
  const { seq } = query<[string], { readonly seq: number | null }>(
    db,
    'SELECT max(seq) AS seq FROM journal WHERE incarnation = (SELECT ordinal FROM incarnation WHERE name = ?)',
  ).get(mark.incarnation) ?? { seq: null };
  return (seq ?? 0) >= mark.seq;
}

/**
 * The incarnation to write to. A database that wakes up on another machine may be a copy whose original lives on,
 * so it begins a new chain and leaves the old one as it is (DESIGN.md, The journal). So does one that was restored:
 * a restore takes the machine's name out of it, as each backup has it taken out, and another copy put back by hand does
 * not reach the mark. So does a copy of the folder, whose original may go on beside it.
 * OTHER_STATION: the folder belongs to another station.
 */
export function claimIncarnation(
  db: Database,
  {
    stationId,
    hardwareId,
    randomBytes,
    mark,
    elsewhere = false,
    nowMs = 0,
  }: {
    readonly stationId: number;
    readonly hardwareId: string;
    readonly randomBytes: (length: number) => Uint8Array;
    readonly mark: StartMark | null;
    /** The folder is a copy of the one that the mark was left in. */
    readonly elsewhere?: boolean;
    /** Wall clock. */
    readonly nowMs?: number;
  },
): Result<ClaimedIncarnation, { readonly kind: 'OTHER_STATION'; readonly found: number }> {
  const found = installationOf(db);
  if (found !== undefined && found.stationId !== stationId)
    return err({ kind: 'OTHER_STATION', found: found.stationId });
  const current = incarnationsOf(db).find(({ ordinal }) => ordinal === found?.incarnation);
  const rolledBack = mark !== null && !reaches(db, mark);
  const isHere = found !== undefined && isSameMachine(found.hardwareId, hardwareId) && !elsewhere;
  if (current !== undefined && isHere && !rolledBack) {
    // Parts come and go: the next start is compared with what the machine is now.
    if (found.hardwareId !== hardwareId)
      db.prepare('UPDATE installation SET hardware_id = ?').run(hardwareId);
    return ok({ ...current, reason: 'CONTINUED' });
  }
  const next: Incarnation = {
    ordinal: current === undefined ? 1 : (Math.floor(current.ordinal / ORDINAL_STEP) + 1) * ORDINAL_STEP + 1,
    name: Buffer.from(randomBytes(8)).toString('hex'),
  };
  const reason =
    found === undefined ? 'NEW' : rolledBack || found.hardwareId === '' ? 'RESTORED' : 'OTHER_MACHINE';
  db.transaction(() => {
    db.prepare('INSERT INTO incarnation VALUES (?, ?)').run(next.ordinal, next.name);
    db.prepare(
      `INSERT INTO installation VALUES (1, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET hardware_id = excluded.hardware_id, incarnation = excluded.incarnation`,
    ).run(stationId, hardwareId, next.ordinal);
    if (reason === 'NEW') return;
    // The county may hold more than this database, and points that were spent there must not be spent again.
    standingTable(db, next.ordinal).mark('awaiting_return', true);
    db.prepare('INSERT INTO beginning (incarnation, reason, at_ms) VALUES (?, ?, ?)').run(
      next.ordinal,
      reason,
      nowMs,
    );
  }).immediate();
  return ok({ ...next, reason });
}
