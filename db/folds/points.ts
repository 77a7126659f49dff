/** Minutes by day, and the accounts of points (domain/points) with what their caps look at. */
import type { Database } from 'better-sqlite3';
import { EVENTS } from '../../domain/journal/events.ts';
import { LedgerError, type Holder, holderNumber } from '../../domain/points/account.ts';
import { foldLedger, holderOf, isLedgerEvent, keyOf, LEDGER_TYPES } from '../../domain/points/fold.ts';
import { monthStartDay, shanghaiDay } from '../../domain/time.ts';
import { ledgerBook } from '../ledger/book.ts';
import type { IncarnationNames } from '../ledger/names.ts';
import { query } from '../row.ts';
import type { Fold, FoldTable } from './fold.ts';

interface Credit {
  readonly day: number;
  readonly minutes: number;
  readonly points: number;
}
/** What an entry counted for on a day; `volunteerId` 0: no hours, `householdId` 0: against no household's cap. */
interface CreditRow extends Credit {
  readonly volunteerId: number;
  readonly honorMinutes: number;
  readonly householdId: number;
}
/** The sign-in or the recorded back-fill whose hours an entry gave. */
interface Service {
  readonly incarnation: number;
  readonly seq: number;
}
/** Of an award. */
const NO_SERVICE: Service = { incarnation: 0, seq: 0 };
/** The entry that a fact takes back. */
interface Entry {
  readonly ofIncarnation: string;
  readonly ofSeq: number;
  readonly points: number;
}
interface Stamp {
  readonly type: keyof typeof EVENTS;
  readonly seq: number;
  readonly atMs: number;
}

function statementsOf(db: Database) {
  return {
    addDay: db.prepare<number[]>(
      `INSERT INTO service_day VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (volunteer_id, day) DO UPDATE SET minutes = minutes + excluded.minutes,
         honor_minutes = honor_minutes + excluded.honor_minutes, points = points + excluded.points`,
    ),
    addMinutes: db.prepare<number[]>(
      `INSERT INTO account (holder, holder_id, minutes) VALUES (0, ?, ?)
       ON CONFLICT (holder, holder_id) DO UPDATE SET minutes = minutes + excluded.minutes`,
    ),
    request: db.prepare<number[]>(
      `INSERT INTO allowance_request VALUES (?, ?, ?, ?) ON CONFLICT (volunteer_id) DO UPDATE SET
         incarnation = excluded.incarnation, seq = excluded.seq, at_ms = excluded.at_ms`,
    ),
    addIssued: db.prepare<number[]>(
      `INSERT INTO issued_month VALUES (?, ?)
       ON CONFLICT (month_day) DO UPDATE SET points = points + excluded.points`,
    ),
    addAwarded: db.prepare<number[]>(
      `INSERT INTO awarded_month VALUES (?, ?, ?)
       ON CONFLICT (household_id, month_day) DO UPDATE SET points = points + excluded.points`,
    ),
    line: db.prepare<(number | string)[]>('INSERT INTO ledger_line VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    keep: db.prepare<number[]>('INSERT INTO entry_credit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    kept: query<[number, number], CreditRow>(
      db,
      `SELECT volunteer_id, day, minutes, honor_minutes, points, household_id FROM entry_credit
       WHERE incarnation = ? AND seq = ?`,
    ),
    forget: db.prepare<number[]>('DELETE FROM entry_credit WHERE incarnation = ? AND seq = ?'),
    approved: db.prepare<number[]>(
      'UPDATE lot SET approved_by = ? WHERE holder = ? AND holder_id = ? AND incarnation = ? AND seq = ?',
    ),
    pooling: db.prepare<number[]>(
      `INSERT INTO pooling VALUES (?, ?, ?)
       ON CONFLICT (household_id, volunteer_id) DO UPDATE SET given = excluded.given`,
    ),
  };
}

/** What stands beside the accounts: days, months, and the lines a person reads. */
function besides(db: Database, names: IncarnationNames): FoldTable {
  const statements = statementsOf(db);
  /** Adds what an entry counts for, or (`sign` -1) takes it away again. */
  function count({ volunteerId, day, minutes, honorMinutes, points, householdId }: CreditRow, sign: 1 | -1) {
    if (volunteerId !== 0) {
      statements.addDay.run(volunteerId, day, sign * minutes, sign * honorMinutes, sign * points);
      statements.addMinutes.run(volunteerId, sign * minutes);
    }
    const month = monthStartDay(day);
    if (points > 0) statements.addIssued.run(month, sign * points);
    if (householdId !== 0) statements.addAwarded.run(householdId, month, sign * points);
  }
  /** Counts an entry, and keeps what it counted for until it is taken back. */
  function credit(
    { seq }: Pick<Stamp, 'seq'>,
    incarnation: number,
    service: Service,
    rows: readonly CreditRow[],
  ): void {
    rows.forEach((row, part) => {
      const { volunteerId, day, minutes, honorMinutes, points, householdId } = row;
      count(row, 1);
      statements.keep.run(
        incarnation,
        seq,
        part,
        volunteerId,
        day,
        minutes,
        honorMinutes,
        points,
        householdId,
        service.incarnation,
        service.seq,
      );
    });
  }
  function creditHours(
    event: Pick<Stamp, 'seq'> & { readonly volunteerId: number; readonly credits: readonly Credit[] },
    incarnation: number,
    service: Service,
    honor: boolean,
  ): void {
    const { volunteerId, credits } = event;
    const rows = credits.map(({ day, minutes, points }) => {
      return { volunteerId, day, minutes, honorMinutes: honor ? minutes : 0, points, householdId: 0 };
    });
    credit(event, incarnation, service, rows);
  }
  /** An entry that was taken back counts for nothing: no hours, no stars, and no cap is used by it. */
  function takeBack(event: Entry, incarnation: number): void {
    const key = keyOf(event, names.nameOf(incarnation));
    const ordinal = names.ordinalOf(key.incarnation);
    const rows = ordinal === undefined ? [] : statements.kept.all(ordinal, key.seq);
    // Gifts and allowances count for none of it; hours without points must be there to be taken back.
    if (rows.length === 0 && event.points === 0) throw new LedgerError(`no hours of ${key.seq}`);
    for (const row of rows) count(row, -1);
    if (ordinal !== undefined) statements.forget.run(ordinal, key.seq);
  }
  function line(to: Holder, event: Stamp, incarnation: number, points: number, reason: string): void {
    const { seq, atMs, type } = event;
    statements.line.run(
      holderNumber(to),
      to.holderId,
      incarnation,
      seq,
      atMs,
      EVENTS[type].code,
      points,
      reason,
    );
  }
  return {
    SIGNED_OUT: (event, incarnation) => {
      creditHours(event, incarnation, { incarnation, seq: event.signInSeq }, false);
    },
    ATTENDANCE_CLOSED: (event, incarnation) => {
      creditHours(event, incarnation, { incarnation, seq: event.signInSeq }, event.hourKind === 'HONOR');
    },
    SERVICE_CREDITED: (event, incarnation) => {
      creditHours(event, incarnation, { incarnation, seq: event.signInSeq }, event.hourKind === 'HONOR');
    },
    EARLIER_SERVICE_CREDITED: (event, incarnation) => {
      const earlier = { incarnation: names.ordinalOf(event.ofIncarnation) ?? 0, seq: event.signInSeq };
      creditHours(event, incarnation, earlier, event.hourKind === 'HONOR');
    },
    BACKFILL_SETTLED: (event, incarnation) => {
      const recordedIn = names.ordinalOf(keyOf(event, names.nameOf(incarnation)).incarnation) ?? 0;
      creditHours(event, incarnation, { incarnation: recordedIn, seq: event.ofSeq }, true);
    },
    ALLOWANCE_REQUESTED: ({ volunteerId, seq, atMs }, incarnation) => {
      statements.request.run(volunteerId, incarnation, seq, atMs);
    },
    POINTS_AWARDED: (event, incarnation) => {
      const { points, householdId } = event;
      const day = shanghaiDay(event.atMs);
      const row = { volunteerId: 0, day, minutes: 0, honorMinutes: 0, points, householdId };
      credit(event, incarnation, NO_SERVICE, [row]);
      line(event, event, incarnation, points, event.reason);
    },
    ENTRY_OBJECTED: (event, incarnation) => {
      line(event, event, incarnation, 0, event.reason);
    },
    ENTRY_APPROVED: (event, incarnation) => {
      const key = keyOf(event, names.nameOf(incarnation));
      const ordinal = names.ordinalOf(key.incarnation) ?? 0;
      statements.approved.run(event.actorId, holderNumber(event), event.holderId, ordinal, key.seq);
    },
    OBJECTION_SETTLED: (event, incarnation) => {
      if (event.outcome === 'UPHELD') takeBack({ ...event, points: 1 }, incarnation);
      line(event, event, incarnation, 0, event.reason);
    },
    ENTRY_REVERSED: (event, incarnation) => {
      takeBack(event, incarnation);
      line(event, event, incarnation, -event.points, event.reason);
    },
    POINTS_EXPIRED: (event, incarnation) => {
      line(event, event, incarnation, -event.points, '');
    },
    REDEMPTION_UNDONE: (event, incarnation) => {
      for (const share of event.shares) line(holderOf(share), event, incarnation, share.points, event.reason);
    },
    // A volunteer's own points that move stand in their record already.
    ALLOWANCE_CLOSED: (event, incarnation) => {
      if (event.holder !== 'PERSON' && event.points > 0) line(event, event, incarnation, -event.points, '');
    },
    ALLOWANCE_OPENED: (event, incarnation) => {
      if (event.holder !== 'PERSON' && event.points > 0) line(event, event, incarnation, event.points, '');
    },
    POOLING_SET: ({ householdId, volunteerId, consent }) => {
      statements.pooling.run(householdId, volunteerId, consent === 'GIVEN' ? 1 : 0);
    },
  };
}

/** The accounts themselves, by the code that the county runs too. */
function accounts(db: Database, names: IncarnationNames): FoldTable {
  const book = ledgerBook(db, names);
  const fold: Fold<(typeof LEDGER_TYPES)[number]> = (event, incarnation) => {
    if (isLedgerEvent(event)) foldLedger(book, event, names.nameOf(incarnation));
  };
  return Object.fromEntries(LEDGER_TYPES.map((type) => [type, fold]));
}

export function pointsFolds(db: Database, names: IncarnationNames): readonly FoldTable[] {
  return [accounts(db, names), besides(db, names)];
}
