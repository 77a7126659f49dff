/** The books: what the county keeps of a station is what the station keeps, and no point comes out of nothing. */
import { sql } from 'kysely';
import type { CountyDb } from '../../../county/server/db/open.ts';
import { parseCanonical } from '../../../domain/journal/canonical.ts';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import type { EntryKey } from '../../../domain/points/account.ts';
import { keyOf } from '../../../domain/points/fold.ts';
import type { Findings } from './findings.ts';
import type { Moves } from './moves.ts';
import {
  accountText,
  countyAccounts,
  SUMS,
  type AccountRow,
  type EventRow,
  type FolderContent,
} from './sources.ts';
import { checkTotals, checkViews } from './views.ts';

export type Totals = Record<(typeof SUMS)[number], number>;

export const noTotals = (): Totals => ({
  issued: 0,
  opened: 0,
  available: 0,
  pending: 0,
  held: 0,
  spent: 0,
  expired: 0,
  reversed: 0,
  closed: 0,
  arrears: 0,
});

/** The plainest of sums over the facts themselves, which shares no code with the folds. */
interface PlainBooks {
  issued: number;
  opened: number;
  closed: number;
  /** An act was done in two journals: which of the two counts is for whoever came first, and unknown here. */
  isRepeated: boolean;
  minutes: number;
  spent: number;
  readonly stock: Map<number, number>;
  /** Points that came into each account less those that went out; a reversal is left out. */
  readonly left: Map<string, number>;
}

function plainBooks(
  stationId: number,
  events: readonly EventRow[],
  isSettledAnew: (incarnation: string) => boolean,
  moves: Moves,
  findings: Findings,
): PlainBooks {
  const books: PlainBooks = {
    issued: 0,
    opened: 0,
    closed: 0,
    isRepeated: false,
    minutes: 0,
    spent: 0,
    stock: new Map(),
    left: new Map(),
  };
  const { stock, left } = books;
  const move = (goodsId: number, by: number) => stock.set(goodsId, (stock.get(goodsId) ?? 0) + by);
  const give = (holder: number, id: number, points: number) => {
    const account = `${holder} ${id}`;
    left.set(account, (left.get(account) ?? 0) + points);
  };
  const acts = new Set<string>();
  /** Each side of an act counts once; a copy of the station that did it, too, closed or opened what it had. */
  const isFirst = (act: string): boolean => {
    if (acts.has(act)) books.isRepeated = true;
    return acts.size < acts.add(act).size;
  };
  const holders = ['PERSON', 'HOUSEHOLD', 'GIFT'];
  /** Minutes of each entry, until it is taken back. */
  const hours = new Map<string, number>();
  const takeBack = (key: EntryKey): void => {
    const name = `${key.incarnation} ${key.seq}`;
    books.minutes -= hours.get(name) ?? 0;
    hours.delete(name);
  };
  const add = (event: JournalEvent, incarnation: string): void => {
    switch (event.type) {
      case 'SIGNED_OUT':
      case 'ATTENDANCE_CLOSED':
      case 'SERVICE_CREDITED':
      case 'EARLIER_SERVICE_CREDITED':
      case 'BACKFILL_SETTLED':
        for (const { minutes, points } of event.credits) {
          books.minutes += minutes;
          const name = `${incarnation} ${event.seq}`;
          hours.set(name, (hours.get(name) ?? 0) + minutes);
          books.issued += points;
          give(0, event.volunteerId, points);
        }
        return;
      case 'ENTRY_REVERSED':
        takeBack(keyOf(event, incarnation));
        return;
      case 'OBJECTION_SETTLED':
        if (event.outcome === 'UPHELD') takeBack(keyOf(event, incarnation));
        return;
      case 'POINTS_AWARDED':
        books.issued += event.points;
        give(holders.indexOf(event.holder), event.holderId, event.points);
        return;
      case 'ALLOWANCE_OPENED':
        moves.opened(stationId, event);
        if (!isFirst(`opened ${event.actId}`)) return;
        books.opened += event.points;
        give(holders.indexOf(event.holder), event.holderId, event.points);
        return;
      case 'ALLOWANCE_CLOSED':
        moves.closed(stationId, event);
        if (!isFirst(`closed ${event.actId}`)) return;
        books.closed += event.points;
        give(holders.indexOf(event.holder), event.holderId, -event.points);
        return;
      case 'REDEEMED':
      case 'REDEEMED_SHARED': {
        books.spent += event.totalPoints;
        for (const { goodsId, quantity } of event.lines) move(goodsId, -quantity);
        if (event.type === 'REDEEMED') give(0, event.volunteerId, -event.totalPoints);
        else for (const { holder, holderId, points } of event.shares) give(holder, holderId, -points);
        return;
      }
      case 'REDEMPTION_UNDONE':
        books.spent -= event.totalPoints;
        for (const { goodsId, quantity } of event.lines) move(goodsId, quantity);
        for (const { holder, holderId, points } of event.shares) give(holder, holderId, points);
        return;
      case 'POINTS_EXPIRED':
        give(holders.indexOf(event.holder), event.holderId, -event.points);
        return;
      case 'STOCK_MOVED':
        move(event.goodsId, event.quantity);
        return;
      default:
    }
  };
  for (const row of events) {
    const event = parseCanonical(row.text);
    if (event === undefined) {
      findings.add(
        'no event at the county',
        `station ${stationId}, journal ${row.incarnation}, event ${row.seq}`,
      );
      continue;
    }
    add(event, row.incarnation);
    if (event.type !== 'REDEEMED' && event.type !== 'REDEEMED_SHARED') continue;
    if (isSettledAnew(row.incarnation)) continue;
    const below = [...left].find(([, points]) => points < 0);
    if (below !== undefined)
      findings.add('spent what was not there', `station ${stationId}, event ${row.seq}, account ${below[0]}`);
  }
  return books;
}

function checkBalance(stationId: number, row: AccountRow, findings: Findings): void {
  const { issued, opened, available, pending, held, spent, expired, reversed, closed, arrears } = row;
  if (
    issued + opened !== available + pending + held + spent + expired + reversed + closed - arrears ||
    available < 0
  )
    findings.add('an account does not balance', `station ${stationId}, ${accountText(row)}`);
}

async function checkCountyStock(
  db: CountyDb,
  stationId: number,
  stock: ReadonlyMap<number, number>,
  findings: Findings,
): Promise<void> {
  const { rows } = await sql<{ readonly goodsId: number; readonly stock: number }>`
    SELECT goods_id AS "goodsId", stock FROM goods_stock WHERE station_id = ${stationId}`.execute(db);
  const kept = new Map(rows.map((row) => [row.goodsId, row.stock]));
  for (const goodsId of new Set([...kept.keys(), ...stock.keys()]))
    if ((kept.get(goodsId) ?? 0) !== (stock.get(goodsId) ?? 0))
      findings.add('stock at the county', `station ${stationId}, goods ${goodsId}`);
}

async function countyMinutes(db: CountyDb, stationId: number): Promise<number> {
  const { rows } = await sql<{ readonly minutes: number }>`
    SELECT coalesce(sum(minutes), 0)::bigint AS minutes FROM volunteer_total WHERE station_id = ${stationId}`.execute(
    db,
  );
  return rows[0]?.minutes ?? 0;
}

export interface BooksOf {
  readonly stationId: number;
  readonly atCounty: readonly EventRow[];
  /** The folder that has every event the county has; null if there is none. */
  readonly folder: FolderContent | null;
  /** Facts that the county could not fold and keeps for a person to settle. */
  readonly unsettled: number;
}

/** Answers the sums of the station's accounts at the county. */
export async function checkBooks(
  db: CountyDb,
  { stationId, atCounty, folder, unsettled }: BooksOf,
  moves: Moves,
  findings: Findings,
): Promise<Totals> {
  const accounts = await countyAccounts(db, stationId);
  const totals = noTotals();
  for (const row of accounts) {
    checkBalance(stationId, row, findings);
    for (const name of SUMS) totals[name] += row[name];
  }
  // Where the same points were spent in two journals nobody can say which of them were there.
  const journals = new Set(atCounty.map(({ incarnation }) => incarnation));
  const books = plainBooks(stationId, atCounty, () => journals.size > 1, moves, findings);
  const minutes = await countyMinutes(db, stationId);
  const expect = (name: string, found: number, wanted: number) => {
    if (found !== wanted)
      findings.add(`${name} at the county`, `station ${stationId}: ${found}, by its facts ${wanted}`);
  };
  expect('minutes', minutes, books.minutes);
  await checkCountyStock(db, stationId, books.stock, findings);
  await checkTotals(db, stationId, findings);
  if (unsettled === 0) {
    expect('points issued', totals.issued, books.issued);
    expect('points spent', totals.spent, books.spent);
  }
  if (unsettled === 0 && !books.isRepeated) {
    expect('points opened', totals.opened, books.opened);
    expect('points closed', totals.closed, books.closed);
  }
  if (folder === null || unsettled > 0) return totals;
  const here = new Set(folder.accounts);
  const there = accounts.filter((row) => SUMS.some((name) => row[name] !== 0)).map(accountText);
  for (const text of there)
    if (!here.delete(text))
      findings.add('not the same account', `station ${stationId}: the county has ${text}`);
  for (const text of here)
    findings.add('not the same account', `station ${stationId}: the station has ${text}`);
  if (folder.minutes !== minutes)
    findings.add(
      'not the same minutes',
      `station ${stationId}: ${folder.minutes} there, ${minutes} at the county`,
    );
  for (const goodsId of new Set([...folder.stock.keys(), ...books.stock.keys()]))
    if ((folder.stock.get(goodsId) ?? 0) !== (books.stock.get(goodsId) ?? 0))
      findings.add('not the same stock', `station ${stationId}, goods ${goodsId}`);
  await checkViews(db, stationId, folder.views, findings);
  return totals;
}
