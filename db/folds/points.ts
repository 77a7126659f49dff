/** Minutes by day, and the accounts of points (domain/points) with what their caps look at. */
import type { Database } from 'better-sqlite3';
import { EVENTS } from '../../domain/journal/events.ts';
import type { Holder } from '../../domain/points/account.ts';
import { foldLedger, holderOf, isLedgerEvent, LEDGER_TYPES } from '../../domain/points/fold.ts';
import { monthStartDay, shanghaiDay } from '../../domain/time.ts';
import { holderNumber, ledgerBook } from '../ledger/book.ts';
import type { IncarnationNames } from '../ledger/names.ts';
import type { Fold, FoldTable } from './fold.ts';

interface Credit {
  readonly day: number;
  readonly minutes: number;
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
    pooling: db.prepare<number[]>(
      `INSERT INTO pooling VALUES (?, ?, ?)
       ON CONFLICT (household_id, volunteer_id) DO UPDATE SET given = excluded.given`,
    ),
  };
}

/** What stands beside the accounts: days, months, and the lines a person reads. */
function besides(db: Database): FoldTable {
  const statements = statementsOf(db);
  function credit(volunteerId: number, credits: readonly Credit[], honor: boolean): void {
    let minutes = 0;
    for (const row of credits) {
      statements.addDay.run(volunteerId, row.day, row.minutes, honor ? row.minutes : 0, row.points);
      minutes += row.minutes;
      if (row.points > 0) statements.addIssued.run(monthStartDay(row.day), row.points);
    }
    if (credits.length > 0) statements.addMinutes.run(volunteerId, minutes);
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
    SIGNED_OUT: (event) => {
      credit(event.volunteerId, event.credits, false);
    },
    ATTENDANCE_CLOSED: (event) => {
      credit(event.volunteerId, event.credits, event.hourKind === 'HONOR');
    },
    SERVICE_CREDITED: (event) => {
      credit(event.volunteerId, event.credits, event.hourKind === 'HONOR');
    },
    ALLOWANCE_REQUESTED: ({ volunteerId, seq, atMs }, incarnation) => {
      statements.request.run(volunteerId, incarnation, seq, atMs);
    },
    POINTS_AWARDED: (event, incarnation) => {
      const { points, householdId } = event;
      const month = monthStartDay(shanghaiDay(event.atMs));
      statements.addIssued.run(month, points);
      if (householdId !== 0) statements.addAwarded.run(householdId, month, points);
      line(event, event, incarnation, points, event.reason);
    },
    ENTRY_OBJECTED: (event, incarnation) => {
      line(event, event, incarnation, 0, event.reason);
    },
    OBJECTION_SETTLED: (event, incarnation) => {
      line(event, event, incarnation, 0, event.reason);
    },
    ENTRY_REVERSED: (event, incarnation) => {
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
  return [accounts(db, names), besides(db)];
}
