/** Readings about points: accounts, entries on their way, what is due, and who belongs to whom. */
import type { Database } from 'better-sqlite3';
import { EVENTS, EVENT_TYPES, type EventType } from '../../domain/journal/events.ts';
import { HOLDERS, LOT_STATES, type Holder, type HolderKind } from '../../domain/points/account.ts';
import type { GoodsLine, KeeperFact, MemberFact, Share } from '../../domain/points/facts.ts';
import { pursesOf } from '../../domain/points/pay.ts';
import type { RuleSet } from '../../domain/rules/ruleSet.ts';
import { ledgerReader } from '../ledger/book.ts';
import type { IncarnationNames } from '../ledger/names.ts';
import { numberQuery, query } from '../row.ts';
import type { LedgerViews, WaitingRow } from './views.ts';

interface HolderRow {
  readonly holder: number;
  readonly holderId: number;
}
interface DueRow extends HolderRow {
  readonly points: number;
}
interface EntryRow extends HolderRow {
  readonly incarnation: number;
  readonly seq: number;
}
interface WaitingSqlRow extends EntryRow, DueRow {
  readonly atMs: number;
  readonly earnedDay: number;
  readonly state: number;
  readonly postedUntilDay: number;
}
interface LineRow {
  readonly incarnation: number;
  readonly seq: number;
  readonly atMs: number;
  readonly type: number;
  readonly points: number;
  readonly reason: string;
}

const TYPE_OF_CODE = new Map<number, EventType>(EVENT_TYPES.map((type) => [EVENTS[type].code, type]));

function statementsOf(db: Database) {
  return {
    keeper: query<[number], KeeperFact>(db, 'SELECT id, role, volunteer_id FROM keeper WHERE id = ?'),
    member: query<[number], MemberFact>(
      db,
      `SELECT v.id AS volunteer_id, v.household_id, p.birth_year, v.spouse_id
       FROM volunteer v JOIN person p ON p.id = v.id WHERE v.id = ?`,
    ),
    members: query<[number], MemberFact>(
      db,
      `SELECT v.id AS volunteer_id, v.household_id, p.birth_year, v.spouse_id
       FROM volunteer v JOIN person p ON p.id = v.id WHERE v.household_id = ? AND v.household_id <> 0`,
    ),
    head: numberQuery(db, 'SELECT head_id FROM household WHERE id = ?'),
    allowance: numberQuery(
      db,
      `SELECT 1 FROM county_act
       WHERE holder = ? AND holder_id = ? AND incarnation = ? AND seq = ? AND side = 1`,
    ),
    request: query<[number], { readonly atMs: number }>(
      db,
      `SELECT at_ms FROM allowance_request r WHERE volunteer_id = ? AND NOT EXISTS (SELECT 1 FROM county_act c
         WHERE c.holder = 0 AND c.holder_id = r.volunteer_id AND c.side = 1
           AND (c.incarnation, c.seq) > (r.incarnation, r.seq))`,
    ),
    lastMove: query<[number, number], { readonly side: number; readonly otherStationId: number }>(
      db,
      `SELECT side, other_station_id FROM county_act
       WHERE holder = ? AND holder_id = ? AND (side = 1 OR points > 0) ORDER BY incarnation DESC, seq DESC LIMIT 1`,
    ),
    stationName: query<[number], { readonly name: string }>(
      db,
      'SELECT name FROM county_station WHERE id = ?',
    ),
    householdName: query<[number], { readonly name: string }>(db, 'SELECT name FROM household WHERE id = ?'),
    consent: numberQuery(db, 'SELECT given FROM pooling WHERE household_id = ? AND volunteer_id = ?'),
    awarded: numberQuery(
      db,
      'SELECT sum(points) FROM awarded_month WHERE household_id = ? AND month_day BETWEEN ? AND ?',
    ),
    issued: numberQuery(db, 'SELECT sum(points) FROM issued_month WHERE month_day BETWEEN ? AND ?'),
    redemption: query<[number, number], { readonly volunteerId: number; readonly atMs: number }>(
      db,
      'SELECT volunteer_id, at_ms FROM redemption WHERE incarnation = ? AND seq = ?',
    ),
    lines: query<[number, number], GoodsLine>(
      db,
      `SELECT goods_id, quantity - undone AS quantity, unit_points FROM redemption_line
       WHERE incarnation = ? AND seq = ? ORDER BY line`,
    ),
    shares: query<[number, number], DueRow>(
      db,
      `SELECT holder, holder_id, sum(points - restored) AS points FROM lot_use
       WHERE incarnation = ? AND seq = ? GROUP BY holder, holder_id`,
    ),
    lapsed: query<[number, number], DueRow>(
      db,
      `SELECT holder, holder_id, sum(remaining) AS points FROM lot INDEXED BY lot_lapse
       WHERE remaining > 0 AND state >= 4 AND expiry_day < ? GROUP BY holder, holder_id LIMIT ?`,
    ),
    posted: query<[number, number], EntryRow & { readonly expiryDay: number }>(
      db,
      `SELECT holder, holder_id, incarnation, seq, min(expiry_day) AS expiry_day FROM lot INDEXED BY lot_waiting
       WHERE state = 2 AND state < 4 AND posted_until_day < ?
       GROUP BY holder, holder_id, incarnation, seq LIMIT ?`,
    ),
    approvedBy: numberQuery(
      db,
      'SELECT approved_by FROM lot WHERE holder = ? AND holder_id = ? AND incarnation = ? AND seq = ? LIMIT 1',
    ),
    credited: query<[number, number], { readonly volunteerId: number; readonly minutes: number }>(
      db,
      `SELECT volunteer_id, sum(minutes) AS minutes FROM entry_credit
       WHERE incarnation = ? AND seq = ? GROUP BY volunteer_id`,
    ),
    waiting: query<[number], WaitingSqlRow>(
      db,
      `SELECT holder, holder_id, incarnation, seq, at_ms, min(earned_day) AS earned_day,
         sum(remaining) AS points, state, posted_until_day
       FROM lot INDEXED BY lot_waiting WHERE state < 4
       GROUP BY holder, holder_id, incarnation, seq ORDER BY at_ms LIMIT ?`,
    ),
    waitingOf: query<[number, number, number], WaitingSqlRow>(
      db,
      `SELECT holder, holder_id, incarnation, seq, at_ms, min(earned_day) AS earned_day,
         sum(remaining) AS points, state, posted_until_day
       FROM lot WHERE holder = ? AND holder_id = ? AND +state < 4
       GROUP BY incarnation, seq ORDER BY at_ms LIMIT ?`,
    ),
    soon: query<[number, number, number], DueRow & { readonly expiryDay: number }>(
      db,
      `SELECT holder, holder_id, expiry_day, sum(remaining) AS points FROM lot INDEXED BY lot_lapse
       WHERE remaining > 0 AND state >= 4 AND expiry_day BETWEEN ? AND ?
       GROUP BY expiry_day, holder, holder_id LIMIT ?`,
    ),
    ledgerLines: query<[number, number, number], LineRow>(
      db,
      `SELECT incarnation, seq, at_ms, type, points, reason FROM ledger_line
       WHERE holder = ? AND holder_id = ? ORDER BY incarnation DESC, seq DESC LIMIT ?`,
    ),
  };
}

/** By the dates that were recorded; `from` and `to` are the first days of the first and the last month that count. */
export interface LedgerReadings extends Omit<LedgerViews, 'awardedInMonth' | 'issuedInMonth'> {
  awardedBetween(householdId: number, from: number, to: number): number;
  issuedBetween(from: number, to: number): number;
}

function kindOf(number: number): HolderKind {
  return HOLDERS[number] as HolderKind;
}
function holderIn({ holder, holderId }: HolderRow): Holder {
  return { holder: kindOf(holder), holderId };
}

/** Whoever shared in a price, in the order in which `pay` draws on accounts. */
function inOrderOfPaying(shares: readonly Share[], volunteerId: number): readonly Share[] {
  const place = ({ holder, holderId }: Share): number => {
    if (holder === 'GIFT') return 0;
    if (holder === 'HOUSEHOLD') return 2;
    return holderId === volunteerId ? 1 : 3;
  };
  return shares.toSorted((a, b) => place(a) - place(b) || a.holderId - b.holderId);
}

/** Prepares the readings; `rules` answers those in force. */
export function ledgerViews(db: Database, names: IncarnationNames, rules: () => RuleSet): LedgerReadings {
  const statements = statementsOf(db);
  const { sums, openLots, entry, unacknowledged } = ledgerReader(db, names);
  const waitingRow = ({ incarnation, state, ...row }: WaitingSqlRow): WaitingRow => ({
    ...row,
    ...holderIn(row),
    incarnation: names.nameOf(incarnation),
    state: LOT_STATES[state] as WaitingRow['state'],
  });
  const views: LedgerReadings = {
    sums,
    openLots,
    entry,
    unacknowledged,
    isAllowance({ holder, holderId }, { incarnation, seq }) {
      const ordinal = names.ordinalOf(incarnation);
      return (
        ordinal !== undefined && statements.allowance(HOLDERS.indexOf(holder), holderId, ordinal, seq) === 1
      );
    },
    approvedBy({ holder, holderId }, { incarnation, seq }) {
      const ordinal = names.ordinalOf(incarnation);
      if (ordinal === undefined) return 0;
      return statements.approvedBy(HOLDERS.indexOf(holder), holderId, ordinal, seq) ?? 0;
    },
    creditedBy({ incarnation, seq }) {
      const ordinal = names.ordinalOf(incarnation);
      return ordinal === undefined ? null : (statements.credited.get(ordinal, seq) ?? null);
    },
    keeper: (keeperId) => statements.keeper.get(keeperId) ?? null,
    member: (volunteerId) => statements.member.get(volunteerId) ?? null,
    membersOf: (householdId) => statements.members.all(householdId),
    headOf: (householdId) => statements.head(householdId) ?? 0,
    requestUnderWay: (volunteerId) => statements.request.get(volunteerId) ?? null,
    wentTo({ holder, holderId }) {
      const last = statements.lastMove.get(HOLDERS.indexOf(holder), holderId);
      return last?.side === 0 ? last.otherStationId : null;
    },
    stationName: (stationId) => statements.stationName.get(stationId)?.name ?? '',
    householdName: (householdId) => statements.householdName.get(householdId)?.name ?? '',
    hasHousehold: (householdId) => statements.head(householdId) !== undefined,
    consents: (householdId, volunteerId) => statements.consent(householdId, volunteerId) === 1,
    awardedBetween: (householdId, from, to) => statements.awarded(householdId, from, to) ?? 0,
    issuedBetween: (from, to) => statements.issued(from, to) ?? 0,
    redemption(key) {
      const ordinal = names.ordinalOf(key.incarnation);
      const row = ordinal === undefined ? undefined : statements.redemption.get(ordinal, key.seq);
      if (ordinal === undefined || row === undefined) return null;
      const shares = statements.shares
        .all(ordinal, key.seq)
        .map((share) => ({ ...holderIn(share), points: share.points }));
      return {
        key,
        ...row,
        lines: statements.lines.all(ordinal, key.seq),
        shares: inOrderOfPaying(shares, row.volunteerId),
      };
    },
    purses: (volunteerId, day) => pursesOf(views, volunteerId, rules().ledger, day),
    lapsedBefore: (day, limit) =>
      statements.lapsed.all(day, limit).map((row) => ({ ...holderIn(row), points: row.points })),
    postingsOver: (day, limit) =>
      statements.posted.all(day, limit).map(({ incarnation, seq, expiryDay, ...row }) => ({
        ...holderIn(row),
        incarnation: names.nameOf(incarnation),
        seq,
        expiryDay,
      })),
    waiting: (limit) => statements.waiting.all(limit).map(waitingRow),
    waitingOf: (holders, limit) =>
      holders
        .flatMap(({ holder, holderId }) => statements.waitingOf.all(HOLDERS.indexOf(holder), holderId, limit))
        .map(waitingRow)
        .sort((a, b) => a.atMs - b.atMs)
        .slice(0, limit),
    lapsingBetween: (fromDay, toDay, limit) =>
      statements.soon.all(fromDay, toDay, limit).map((row) => ({ ...row, ...holderIn(row) })),
    ledgerLines: (holder, limit) =>
      statements.ledgerLines.all(HOLDERS.indexOf(holder.holder), holder.holderId, limit).map((row) => ({
        ...row,
        incarnation: names.nameOf(row.incarnation),
        type: TYPE_OF_CODE.get(row.type) as EventType,
      })),
  };
  return views;
}
