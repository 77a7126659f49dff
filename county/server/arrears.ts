/**
 * Whoever owes points at one station and has some at another pays with these: an entry that was taken back after its
 * points had moved on, or after its owner had. The owing station gets them by an act of the county like any other
 * transfer, and takes what is owed first (domain/points/entries.ts).
 */
import { sql } from 'kysely';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { HOLDERS, type Holder, type HolderKind } from '../../domain/points/account.ts';
import { isLedgerEvent } from '../../domain/points/fold.ts';
import { needsOf } from '../../domain/points/needs.ts';
import { paymentsOf, type Debt } from '../../domain/points/transfer.ts';
import type { CountyContext } from './context.ts';
import { bigints } from './db/arrays.ts';
import type { Tx } from './ingestSql.ts';
import { newActId, raiseVersions, saveTransfer, type Maker } from './transferRows.ts';

const byCounty: Maker = { cause: 'COUNTY', made_by: '县里自动', reason: '还清在别的站欠的积分' };

interface Row {
  readonly kind: number;
  readonly holderId: number;
  readonly owedAt: number;
  readonly owed: number;
  readonly comingPoints: number;
  readonly stationId: number;
  readonly available: number;
}

/** What accounts owe at a station, with the other stations where they have points. Lost stations take no part. */
async function debtsOf(tx: Tx, holders: readonly Holder[]): Promise<readonly Debt[]> {
  const { rows } = await sql<Row>`
    SELECT a.holder AS kind, a.holder_id AS "holderId", a.station_id AS "owedAt", a.arrears AS owed,
      coalesce((SELECT sum(CASE state WHEN 'CLOSING' THEN least(wanted_points, 1000000000) ELSE closed_points END)
        FROM transfer t WHERE t.to_station_id = a.station_id AND t.holder = a.holder
          AND t.holder_id = a.holder_id AND t.state <> 'OPENED'), 0)::bigint AS "comingPoints",
      s.station_id AS "stationId", s.available
    FROM unnest(${bigints(holders.map(({ holder }) => HOLDERS.indexOf(holder)))},
        ${bigints(holders.map(({ holderId }) => holderId))}) AS w (holder, holder_id)
      JOIN ledger_account a ON a.holder = w.holder AND a.holder_id = w.holder_id AND a.arrears > 0
      JOIN station st ON st.station_id <> a.station_id
      JOIN ledger_account s ON s.station_id = st.station_id AND s.holder = a.holder
        AND s.holder_id = a.holder_id AND s.available > 0
    WHERE NOT EXISTS (SELECT 1 FROM lost_station l WHERE l.station_id IN (a.station_id, s.station_id))
    ORDER BY a.holder, a.holder_id, a.station_id, s.station_id`.execute(tx);
  const debts = new Map<string, Debt>();
  for (const { kind, holderId, owedAt, owed, comingPoints, stationId, available } of rows) {
    const name = `${kind} ${holderId} ${owedAt}`;
    const holder = HOLDERS[kind] as HolderKind;
    const known = debts.get(name) ?? { holder, holderId, owedAt, owed: owed - comingPoints, sources: [] };
    debts.set(name, { ...known, sources: [...known.sources, { stationId, available }] });
  }
  return [...debts.values()];
}

/** Lets what the events of a run left owed, or could pay with, be paid. `events` are those that fit the accounts. */
export async function followArrears(
  context: CountyContext,
  tx: Tx,
  events: readonly JournalEvent[],
): Promise<void> {
  const touched = events.filter(isLedgerEvent).flatMap((event) => needsOf(event, '').holders);
  const holders = [...new Map(touched.map((one) => [`${one.holder} ${one.holderId}`, one])).values()];
  if (holders.length === 0) return;
  const payments = paymentsOf(await debtsOf(tx, holders), () => newActId(context));
  for (const payment of payments) await saveTransfer(tx, payment, byCounty, context.nowMs());
  await raiseVersions(
    tx,
    payments.map(({ fromStationId }) => fromStationId),
    context.nowMs(),
  );
}
