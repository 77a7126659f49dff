/** The accounts of points in SQLite: what folds write and decisions read, in the shape of domain/points. */
import type { Database } from 'better-sqlite3';
import {
  LedgerError,
  LOT_STATES,
  NO_SUMS,
  type AccountChange,
  type EntryKey,
  type Holder,
  type Lot,
  type LotState,
  type LotUse,
  type Sums,
  holderNumber,
} from '../../domain/points/account.ts';
import { ACT_SIDES, type LedgerBook } from '../../domain/points/fold.ts';
import { DEFAULT_TERMS, type LedgerTerms } from '../../domain/points/terms.ts';
import { numberQuery, query } from '../row.ts';
import type { IncarnationNames } from './names.ts';

export interface LotRow extends Omit<Lot, 'incarnation' | 'state'> {
  readonly incarnation: number;
  readonly state: number;
}
interface UseRow extends LotRow {
  readonly usedPoints: number;
  readonly restoredPoints: number;
}

const LOT_COLUMNS = `l.incarnation, l.seq, l.part, l.earned_day, l.at_ms, l.expiry_day, l.amount, l.remaining,
  l.expired, l.closed, l.state, l.recorded_by, l.confirmed_by, l.posted_until_day`;
const SUM_COLUMNS = 'issued, opened, available, pending, held, spent, expired, reversed, closed, arrears';

function readers(db: Database) {
  return {
    sums: query<[number, number], Sums>(
      db,
      `SELECT ${SUM_COLUMNS} FROM account WHERE holder = ? AND holder_id = ?`,
    ),
    open: query<[number, number], LotRow>(
      db,
      `SELECT ${LOT_COLUMNS} FROM lot l INDEXED BY lot_open
       WHERE holder = ? AND holder_id = ? AND remaining > 0 AND state >= 4 ORDER BY expiry_day`,
    ),
    entry: query<number[], LotRow>(
      db,
      `SELECT ${LOT_COLUMNS} FROM lot l
       WHERE holder = ? AND holder_id = ? AND incarnation = ? AND seq = ? ORDER BY part`,
    ),
    uses: query<number[], UseRow>(
      db,
      `SELECT ${LOT_COLUMNS}, u.points AS used_points, u.restored AS restored_points
       FROM lot_use u JOIN lot l ON l.holder = u.holder AND l.holder_id = u.holder_id
         AND l.incarnation = u.lot_incarnation AND l.seq = u.lot_seq AND l.part = u.lot_part
       WHERE u.incarnation = ? AND u.seq = ? AND u.holder = ? AND u.holder_id = ?`,
    ),
    // An earlier incarnation of which the county knows nothing has no row: all of it is unacknowledged.
    unacknowledged: query<[number, number], LotRow>(
      db,
      `SELECT ${LOT_COLUMNS} FROM incarnation i LEFT JOIN sync_state s ON s.incarnation = i.ordinal
         CROSS JOIN lot l ON l.holder = ? AND l.holder_id = ? AND l.incarnation = i.ordinal
           AND l.seq > coalesce(s.durable_seq, 0)
       WHERE NOT EXISTS (SELECT 1 FROM county_act c
         WHERE c.holder = l.holder AND c.holder_id = l.holder_id AND c.incarnation = l.incarnation AND c.seq = l.seq)`,
    ),
    done: numberQuery(db, 'SELECT 1 FROM county_act WHERE side = ? AND act_id = ?'),
    terms: query<[number], LedgerTerms>(
      db,
      `SELECT settlement, expiry, expiry_months FROM ledger_terms WHERE from_version <= ?
       ORDER BY from_version DESC LIMIT 1`,
    ),
  };
}

export interface LedgerReader extends Omit<LedgerBook, 'save' | 'setTerms' | 'setDone'> {
  /** As LedgerFacts. */
  readonly unacknowledged: (holder: Holder) => readonly Lot[];
}

/** Prepares the readings. */
export function ledgerReader(db: Database, names: IncarnationNames): LedgerReader {
  const statements = readers(db);
  const lotOf = (row: LotRow): Lot => ({
    incarnation: names.nameOf(row.incarnation),
    seq: row.seq,
    part: row.part,
    earnedDay: row.earnedDay,
    atMs: row.atMs,
    expiryDay: row.expiryDay,
    amount: row.amount,
    remaining: row.remaining,
    expired: row.expired,
    closed: row.closed,
    state: LOT_STATES[row.state] as LotState,
    recordedBy: row.recordedBy,
    confirmedBy: row.confirmedBy,
    postedUntilDay: row.postedUntilDay,
  });
  return {
    sums: (holder) => statements.sums.get(holderNumber(holder), holder.holderId) ?? NO_SUMS,
    unacknowledged: (holder) =>
      statements.unacknowledged.all(holderNumber(holder), holder.holderId).map(lotOf),
    isDone: (side, actId) => statements.done(ACT_SIDES.indexOf(side), actId) === 1,
    openLots: (holder) => statements.open.all(holderNumber(holder), holder.holderId).map(lotOf),
    entry(holder, { incarnation, seq }) {
      const ordinal = names.ordinalOf(incarnation);
      if (ordinal === undefined) return [];
      return statements.entry.all(holderNumber(holder), holder.holderId, ordinal, seq).map(lotOf);
    },
    usesOf(holder, { incarnation, seq }) {
      const ordinal = names.ordinalOf(incarnation);
      if (ordinal === undefined) return [];
      return statements.uses
        .all(ordinal, seq, holderNumber(holder), holder.holderId)
        .map((row): LotUse => ({ lot: lotOf(row), points: row.usedPoints, restored: row.restoredPoints }));
    },
    terms: (rulesVersion) => statements.terms.get(rulesVersion) ?? DEFAULT_TERMS,
  };
}

function writers(db: Database) {
  return {
    account: db.prepare<number[]>(
      `INSERT INTO account (holder, holder_id, ${SUM_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (holder, holder_id) DO UPDATE SET issued = excluded.issued, opened = excluded.opened,
         available = excluded.available, pending = excluded.pending, held = excluded.held,
         spent = excluded.spent, expired = excluded.expired, reversed = excluded.reversed,
         closed = excluded.closed, arrears = excluded.arrears`,
    ),
    lot: db.prepare<number[]>(
      `INSERT INTO lot VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
       ON CONFLICT (holder, holder_id, incarnation, seq, part) DO UPDATE SET remaining = excluded.remaining,
         expiry_day = excluded.expiry_day, expired = excluded.expired, closed = excluded.closed, state = excluded.state, confirmed_by = excluded.confirmed_by,
         posted_until_day = excluded.posted_until_day`,
    ),
    use: db.prepare<number[]>(
      `INSERT INTO lot_use VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (incarnation, seq, holder, holder_id, lot_incarnation, lot_seq, lot_part)
       DO UPDATE SET restored = excluded.restored`,
    ),
    done: db.prepare<number[]>('INSERT INTO county_act VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    terms: db.prepare<(number | string)[]>(
      `INSERT INTO ledger_terms VALUES (?, ?, ?, ?) ON CONFLICT (from_version) DO UPDATE SET
         settlement = excluded.settlement, expiry = excluded.expiry, expiry_months = excluded.expiry_months`,
    ),
  };
}

/** Prepares reading and writing, for the folds. */
export function ledgerBook(db: Database, names: IncarnationNames): LedgerBook {
  const statements = writers(db);
  const ordinalOf = (name: string): number => {
    const ordinal = names.ordinalOf(name);
    if (ordinal === undefined) throw new LedgerError(`no incarnation ${name}`);
    return ordinal;
  };
  return {
    ...ledgerReader(db, names),
    setTerms(fromVersion, { settlement, expiry, expiryMonths }) {
      statements.terms.run(fromVersion, settlement, expiry, expiryMonths);
    },
    setDone({ side, actId, points, otherStationId, incarnation, seq, atMs, ...whose }) {
      const [sideNumber, kind] = [ACT_SIDES.indexOf(side), holderNumber(whose)];
      const ordinal = ordinalOf(incarnation);
      const { holderId } = whose;
      statements.done.run(sideNumber, actId, kind, holderId, points, otherStationId, ordinal, seq, atMs);
    },
    save(holder: Holder, { sums, lots, uses }: AccountChange, usesOf: EntryKey | null) {
      const kind = holderNumber(holder);
      const { holderId } = holder;
      const { issued, opened, available, pending, held, spent, expired, reversed, closed, arrears } = sums;
      statements.account.run(
        kind,
        holderId,
        issued,
        opened,
        available,
        pending,
        held,
        spent,
        expired,
        reversed,
        closed,
        arrears,
      );
      for (const lot of lots)
        statements.lot.run(
          kind,
          holderId,
          ordinalOf(lot.incarnation),
          lot.seq,
          lot.part,
          lot.earnedDay,
          lot.atMs,
          lot.expiryDay,
          lot.amount,
          lot.remaining,
          lot.expired,
          LOT_STATES.indexOf(lot.state),
          lot.recordedBy,
          lot.confirmedBy,
          lot.postedUntilDay,
          lot.closed,
        );
      if (usesOf === null) return;
      const redemption = ordinalOf(usesOf.incarnation);
      for (const { lot, points, restored } of uses)
        statements.use.run(
          redemption,
          usesOf.seq,
          kind,
          holderId,
          ordinalOf(lot.incarnation),
          lot.seq,
          lot.part,
          points,
          restored,
        );
    },
  };
}
