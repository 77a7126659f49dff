/** Readings for the keeper's desk and the notice board: who lives here, and what an entry or an exchange was for. */
import type { Database } from 'better-sqlite3';
import { CLOCK_TRUST, type ClockTrust, type JournalEvent } from '../../domain/journal/events.ts';
import { HOLDERS, LOT_STATES, type EntryKey, type Holder } from '../../domain/points/account.ts';
import { shanghaiDay } from '../../domain/time.ts';
import { eventOf } from '../journal/journal.ts';
import type { IncarnationNames } from '../ledger/names.ts';
import { numberQuery, query } from '../row.ts';
import { BACKFILL_ACTIVITY } from './backfillViews.ts';

/** A volunteer of the village itself. */
export interface VillagerRow {
  readonly volunteerId: number;
  readonly name: string;
  readonly teamName: string;
  /** 0: in none. */
  readonly householdId: number;
  /** Empty for none. */
  readonly householdName: string;
}
/** An entry of an account, whatever its state. */
export interface EntryRow extends EntryKey {
  readonly atMs: number;
  readonly points: number;
  /** What a reversal would take: all but what has lapsed. */
  readonly reversiblePoints: number;
  /** Minutes that it would take from the record; 0 for what is not of hours, or was taken back. */
  readonly reversibleMinutes: number;
}
/** What an entry was for. */
export type EntryCause =
  | { readonly kind: 'SERVICE' | 'SERVICE_LATER'; readonly activityName: string }
  | { readonly kind: 'AWARD'; readonly awardId: number; readonly reason: string }
  | { readonly kind: 'GIFT'; readonly reason: string }
  | { readonly kind: 'ALLOWANCE' };
/** An exchange as the desk can undo it: without what came back already. */
export interface ExchangeRow extends EntryKey {
  readonly volunteerId: number;
  readonly atMs: number;
  readonly lines: readonly {
    readonly goodsId: number;
    readonly name: string | null;
    readonly unit: string | null;
    readonly quantity: number;
    readonly unitPoints: number;
  }[];
}
/** What one person exchanged of one kind of goods in a month. */
export interface MonthRow {
  readonly volunteerId: number;
  readonly goodsName: string | null;
  readonly quantity: number;
  readonly points: number;
}

export interface DeskViews {
  /** The volunteers whose home is this station, by id; at most `limit`. */
  villagers(limit: number): readonly VillagerRow[];
  /** The newest entries of an account, newest first. */
  entries(holder: Holder, limit: number): readonly EntryRow[];
  /** Null for a fact that gave no points. */
  causeOf(key: EntryKey): EntryCause | null;
  /** The newest exchanges that still stand, of one volunteer or, for null, of all in this incarnation. */
  exchanges(volunteerId: number | null, limit: number): readonly ExchangeRow[];
  /** What was exchanged in the month that begins on a day, without what came back. */
  redeemedInMonth(monthDay: number): readonly MonthRow[];
  /** How far the time of an event can be trusted, of the running incarnation unless told; undefined if there is none. */
  trustOf(seq: number, earlier?: string): ClockTrust | undefined;
  /** How many of the running incarnation's events of a day have which trust. Not within a transaction. */
  trustOfDay(day: number): Readonly<Record<ClockTrust, number>>;
}

interface LotRow {
  readonly incarnation: number;
  readonly seq: number;
  readonly atMs: number;
  readonly points: number;
  readonly reversiblePoints: number;
  readonly state: number;
}
interface HoursRow {
  readonly incarnation: number;
  readonly seq: number;
  readonly minutes: number;
  readonly atMs: number;
}
interface ExchangeSqlRow {
  readonly incarnation: number;
  readonly seq: number;
  readonly volunteerId: number;
  readonly atMs: number;
}

interface TimeRow {
  readonly seq: number;
  readonly atMs: number;
  readonly trust: ClockTrust;
}

/** Looked through at first for the times of a day: more than the busiest day has. */
const LOOKED_THROUGH = 2000;
const NO_TRUST: Readonly<Record<ClockTrust, number>> = {
  [CLOCK_TRUST.TRUSTED]: 0,
  [CLOCK_TRUST.UNCONFIRMED]: 0,
  [CLOCK_TRUST.DOUBTFUL]: 0,
};

const EXCHANGE = 'SELECT incarnation, seq, volunteer_id, at_ms FROM redemption';

function statementsOf(db: Database) {
  return {
    villagers: query<[number, number], VillagerRow>(
      db,
      `SELECT v.id AS volunteer_id, p.name, coalesce(t.name, '') AS team_name, v.household_id,
         coalesce(h.name, '') AS household_name
       FROM volunteer v JOIN person p ON p.id = v.id LEFT JOIN team t ON t.id = v.team_id
         LEFT JOIN household h ON h.id = v.household_id
       WHERE v.home_station_id = ? ORDER BY v.id LIMIT ?`,
    ),
    entries: query<[number, number, number], LotRow>(
      db,
      `SELECT incarnation, seq, at_ms, sum(amount) AS points, sum(amount - expired) AS reversible_points, state
       FROM lot WHERE holder = ? AND holder_id = ? GROUP BY incarnation, seq
       ORDER BY incarnation DESC, seq DESC LIMIT ?`,
    ),
    // An hour that earned nothing has no lot.
    hours: query<[number, number], HoursRow>(
      db,
      `SELECT e.incarnation, e.seq, sum(e.minutes) AS minutes, json_extract(j.text, '$[2]') AS at_ms
       FROM entry_credit e JOIN journal j ON j.incarnation = e.incarnation AND j.seq = e.seq
       WHERE e.volunteer_id = ? AND e.volunteer_id <> 0 GROUP BY e.incarnation, e.seq
       ORDER BY e.incarnation DESC, e.seq DESC LIMIT ?`,
    ),
    fact: query<[number, number], { readonly text: string }>(
      db,
      'SELECT text FROM journal WHERE incarnation = ? AND seq = ?',
    ),
    activityName: query<[number, number], { readonly name: string | null }>(
      db,
      `SELECT coalesce((SELECT name FROM activity WHERE id = s.activity_id),
                       (SELECT name FROM station_activity WHERE id = s.activity_id)) AS name
       FROM attendance s WHERE s.incarnation = ? AND s.sign_in_seq = ?`,
    ),
    backfillName: query<[number, number], { readonly name: string | null }>(
      db,
      `SELECT ${BACKFILL_ACTIVITY} AS name FROM backfill b WHERE b.incarnation = ? AND b.seq = ?`,
    ),
    exchangesOf: query<[number, number], ExchangeSqlRow>(
      db,
      `${EXCHANGE} WHERE volunteer_id = ? ORDER BY incarnation DESC, seq DESC LIMIT ?`,
    ),
    newest: query<[number, number], ExchangeSqlRow>(
      db,
      `${EXCHANGE} WHERE incarnation = ? ORDER BY seq DESC LIMIT ?`,
    ),
    lines: query<[number, number], ExchangeRow['lines'][number]>(
      db,
      `SELECT l.goods_id, g.name, g.unit, l.quantity - l.undone AS quantity, l.unit_points
       FROM redemption_line l LEFT JOIN goods g ON g.id = l.goods_id
       WHERE l.incarnation = ? AND l.seq = ? AND l.undone < l.quantity ORDER BY l.line`,
    ),
    month: query<[number], MonthRow>(
      db,
      `SELECT r.volunteer_id, g.name AS goods_name, r.quantity, r.points
       FROM redeemed_month r LEFT JOIN goods g ON g.id = r.goods_id
       WHERE r.month_day = ? AND r.quantity > 0 ORDER BY r.volunteer_id, r.goods_id`,
    ),
    trust: numberQuery(
      db,
      "SELECT json_extract(text, '$[5]') FROM journal WHERE incarnation = ? AND seq = ?",
    ),
    times: query<[number, number, number], TimeRow>(
      db,
      `SELECT seq, json_extract(text, '$[2]') AS at_ms, json_extract(text, '$[5]') AS trust
       FROM journal WHERE incarnation = ? AND seq > ? ORDER BY seq DESC LIMIT ?`,
    ),
  };
}

/** Counts the events of a day by their trust; of a day that was asked for before only what is new is looked at. */
function trustReader(
  times: ReturnType<typeof statementsOf>['times'],
  incarnation: number,
): DeskViews['trustOfDay'] {
  let day = -1;
  let upTo = 0;
  let counts = NO_TRUST;
  return (wanted) => {
    if (wanted !== day) [day, upTo, counts] = [wanted, 0, NO_TRUST];
    const fresh = times.all(incarnation, upTo, LOOKED_THROUGH);
    upTo = fresh[0]?.seq ?? upTo;
    const sums = { ...counts };
    for (const { atMs, trust } of fresh) if (shanghaiDay(atMs) === day) sums[trust] += 1;
    return (counts = sums);
  };
}

type OneEntry = Omit<EntryRow, 'incarnation'> & { readonly incarnation: number };

/** Entries with points and those of hours alone, the newest first. */
function entriesOf(lots: readonly LotRow[], hours: readonly HoursRow[]): readonly OneEntry[] {
  const entries = new Map<string, OneEntry>();
  for (const { state, reversiblePoints, incarnation, seq, atMs, points } of lots) {
    const left = LOT_STATES[state] === 'REVERSED' ? 0 : reversiblePoints;
    const row = { incarnation, seq, atMs, points, reversiblePoints: left, reversibleMinutes: 0 };
    entries.set(`${incarnation} ${seq}`, row);
  }
  for (const { incarnation, seq, atMs, minutes } of hours) {
    const name = `${incarnation} ${seq}`;
    const known = entries.get(name) ?? { incarnation, seq, atMs, points: 0, reversiblePoints: 0 };
    entries.set(name, { ...known, reversibleMinutes: minutes });
  }
  return [...entries.values()].sort((a, b) => b.incarnation - a.incarnation || b.seq - a.seq);
}

/** Makes the readings; `incarnation` is the ordinal of the running one. */
export function deskViews(
  db: Database,
  stationId: number,
  incarnation: number,
  names: IncarnationNames,
): DeskViews {
  const statements = statementsOf(db);

  function causeOf(event: JournalEvent, ordinal: number): EntryCause | null {
    switch (event.type) {
      case 'SIGNED_OUT':
      case 'ATTENDANCE_CLOSED':
      case 'SERVICE_CREDITED': {
        const name = statements.activityName.get(ordinal, event.signInSeq)?.name;
        const kind = event.type === 'SERVICE_CREDITED' ? 'SERVICE_LATER' : 'SERVICE';
        return { kind, activityName: name ?? '' };
      }
      case 'EARLIER_SERVICE_CREDITED': {
        const earlier = names.ordinalOf(event.ofIncarnation) ?? 0;
        const name = statements.activityName.get(earlier, event.signInSeq)?.name;
        return { kind: event.cause === 'DATE' ? 'SERVICE_LATER' : 'SERVICE', activityName: name ?? '' };
      }
      case 'BACKFILL_SETTLED': {
        const of = event.ofIncarnation === '' ? ordinal : names.ordinalOf(event.ofIncarnation);
        const name = of === undefined ? undefined : statements.backfillName.get(of, event.ofSeq)?.name;
        return { kind: 'SERVICE', activityName: name ?? '' };
      }
      case 'POINTS_AWARDED':
        return event.holder === 'GIFT'
          ? { kind: 'GIFT', reason: event.reason }
          : { kind: 'AWARD', awardId: event.awardId, reason: event.reason };
      case 'ALLOWANCE_OPENED':
        return { kind: 'ALLOWANCE' };
      default:
        return null;
    }
  }

  return {
    villagers: (limit) => statements.villagers.all(stationId, limit),
    entries: ({ holder, holderId }, limit) =>
      entriesOf(
        statements.entries.all(HOLDERS.indexOf(holder), holderId, limit),
        holder === 'PERSON' ? statements.hours.all(holderId, limit) : [],
      )
        .slice(0, limit)
        .map((row) => ({ ...row, incarnation: names.nameOf(row.incarnation) })),
    causeOf({ incarnation: name, seq }) {
      const ordinal = names.ordinalOf(name);
      const row = ordinal === undefined ? undefined : statements.fact.get(ordinal, seq);
      return ordinal === undefined || row === undefined ? null : causeOf(eventOf(row.text, name), ordinal);
    },
    exchanges: (volunteerId, limit) =>
      (volunteerId === null
        ? statements.newest.all(incarnation, limit)
        : statements.exchangesOf.all(volunteerId, limit)
      )
        .map((row) => ({
          ...row,
          incarnation: names.nameOf(row.incarnation),
          lines: statements.lines.all(row.incarnation, row.seq),
        }))
        .filter(({ lines }) => lines.length > 0),
    redeemedInMonth: (monthDay) => statements.month.all(monthDay),
    trustOf(seq, earlier) {
      const ordinal = earlier === undefined ? incarnation : names.ordinalOf(earlier);
      return ordinal === undefined ? undefined : (statements.trust(ordinal, seq) as ClockTrust | undefined);
    },
    trustOfDay: trustReader(statements.times, incarnation),
  };
}
