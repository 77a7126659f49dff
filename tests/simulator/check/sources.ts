/** What the judges read: the events and accounts of a station, once as the county has them, once as its folders do. */
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import type { CountyDb } from '../../../county/server/db/open.ts';
import { databaseFile } from '../../../db/open.ts';
import type { Sums } from '../../../domain/points/account.ts';
import type { Folder } from '../stretch.ts';
import { stationViews, type Views } from './views.ts';

export interface EventRow {
  readonly incarnation: string;
  readonly seq: number;
  /** Hexadecimal. */
  readonly hash: string;
  readonly text: string;
}
export interface AccountRow extends Sums {
  readonly holder: number;
  readonly holderId: number;
}

export const SUMS = [
  'issued',
  'opened',
  'available',
  'pending',
  'held',
  'spent',
  'expired',
  'reversed',
  'closed',
  'arrears',
] as const satisfies readonly (keyof Sums)[];

export async function countyEvents(db: CountyDb, stationId: number): Promise<readonly EventRow[]> {
  return db
    .selectFrom('event')
    .select(['incarnation', 'seq', 'hash', 'body as text'])
    .where('station_id', '=', stationId)
    .orderBy('incarnation')
    .orderBy('seq')
    .execute();
}

/** One journal in a folder, and how far the folder has the county's word for it. */
export interface JournalEnd {
  readonly incarnation: string;
  readonly recorded: number;
  readonly durable: number;
  /** Of the county that said so; empty: none has. */
  readonly epoch: string;
}
export interface FolderContent {
  readonly events: readonly EventRow[];
  readonly ends: readonly JournalEnd[];
  /** Rows of accounts as texts that can be compared, sorted. */
  readonly accounts: readonly string[];
  readonly minutes: number;
  readonly stock: ReadonlyMap<number, number>;
  /** Rows of the other views that both sides keep, by name, as texts that can be compared. */
  readonly views: Views;
}

/** A row of an account as one text. */
export function accountText(row: AccountRow): string {
  return `${row.holder} ${row.holderId}: ${SUMS.map((name) => `${name} ${row[name]}`).join(' ')}`;
}

export function folderContent({ dir }: Folder): FolderContent {
  const db = new Database(databaseFile(dir), { readonly: true });
  try {
    const accounts = db
      .prepare<[], AccountRow>(`SELECT holder, holder_id AS holderId, ${SUMS.join(', ')} FROM account`)
      .all();
    const stock = db
      .prepare<[], { readonly goodsId: number; readonly quantity: number }>(
        'SELECT goods_id AS goodsId, quantity FROM stock',
      )
      .all();
    const minutes = db
      .prepare<[], { readonly minutes: number }>('SELECT coalesce(sum(minutes), 0) AS minutes FROM account')
      .get();
    const events = db.prepare<[], EventRow>(
      `SELECT i.name AS incarnation, j.seq, lower(hex(j.hash)) AS hash, j.text
         FROM journal j JOIN incarnation i ON i.ordinal = j.incarnation ORDER BY i.name, j.seq`,
    );
    const ends = db.prepare<[], JournalEnd>(
      `SELECT i.name AS incarnation, coalesce(s.durable_seq, 0) AS durable, coalesce(s.epoch, '') AS epoch,
           coalesce((SELECT max(seq) FROM journal WHERE incarnation = i.ordinal), 0) AS recorded
         FROM incarnation i LEFT JOIN sync_state s ON s.incarnation = i.ordinal`,
    );
    return {
      events: events.all(),
      ends: ends.all(),
      accounts: accounts
        .filter((row) => SUMS.some((name) => row[name] !== 0))
        .map(accountText)
        .sort(),
      minutes: minutes?.minutes ?? 0,
      stock: new Map(stock.map(({ goodsId, quantity }) => [goodsId, quantity])),
      views: stationViews(db),
    };
  } finally {
    db.close();
  }
}

export async function countyAccounts(db: CountyDb, stationId: number): Promise<readonly AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    SELECT holder, holder_id AS "holderId", ${sql.raw(SUMS.join(', '))}
    FROM ledger_account WHERE station_id = ${stationId}`.execute(db);
  return rows;
}
