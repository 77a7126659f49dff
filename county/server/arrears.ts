/**
 * Whoever owes points at one station and has some at another pays with these: an entry that was taken back after its
 * points had moved on, or after its owner had. The owing station gets them by an act of the county like any other
 * transfer, and takes what is owed first (domain/points/entries.ts).
 */
import { sql } from 'kysely';
import type { JournalEvent } from '../../domain/journal/events.ts';
import {
  accountName,
  holderNumber,
  type Holder,
  type HolderKind,
  HOLDERS,
} from '../../domain/points/account.ts';
import { isLedgerEvent } from '../../domain/points/fold.ts';
import { debtorsOf, type Debtor, type Merged } from '../../domain/points/merging.ts';
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
  readonly payerId: number;
  readonly owedAt: number;
  readonly owed: number;
  readonly comingPoints: number;
  readonly stationId: number;
  readonly available: number;
}

/**
 * What accounts owe at a station, with the other stations where they have points; where another account pays, also that
 * one's at the same station. Lost stations take no part.
 */
async function debtsOf(tx: Tx, debtors: readonly Debtor[]): Promise<readonly Debt[]> {
  const { rows } = await sql<Row>`
    SELECT a.holder AS kind, a.holder_id AS "holderId", w.payer AS "payerId", a.station_id AS "owedAt", a.arrears AS owed,
      coalesce((SELECT sum(CASE state WHEN 'CLOSING' THEN least(wanted_points, 1000000000) ELSE closed_points END)
        FROM transfer t WHERE t.to_station_id = a.station_id AND t.holder = a.holder
          AND t.to_holder_id = a.holder_id AND t.state <> 'OPENED'), 0)::bigint AS "comingPoints",
      s.station_id AS "stationId", s.available
    FROM unnest(${bigints(debtors.map(holderNumber))},
        ${bigints(debtors.map(({ holderId }) => holderId))},
        ${bigints(debtors.map(({ payerId }) => payerId))}) AS w (holder, holder_id, payer)
      JOIN ledger_account a ON a.holder = w.holder AND a.holder_id = w.holder_id AND a.arrears > 0
      JOIN station st ON st.station_id <> a.station_id OR w.payer <> w.holder_id
      JOIN ledger_account s ON s.station_id = st.station_id AND s.holder = a.holder
        AND s.holder_id = w.payer AND s.available > 0
    WHERE NOT EXISTS (SELECT 1 FROM lost_station l WHERE l.station_id IN (a.station_id, s.station_id))
    ORDER BY a.holder, a.holder_id, a.station_id, s.station_id`.execute(tx);
  const debts = new Map<string, Debt>();
  for (const { kind, holderId, payerId, owedAt, owed, comingPoints, stationId, available } of rows) {
    const name = `${kind} ${holderId} ${owedAt}`;
    const holder = HOLDERS[kind] as HolderKind;
    const debt = { holder, holderId, payerId, owedAt, owed: owed - comingPoints, sources: [] };
    const known = debts.get(name) ?? debt;
    debts.set(name, { ...known, sources: [...known.sources, { stationId, available }] });
  }
  return [...debts.values()];
}

/** The accounts that events change, each once. */
export function accountsOf(events: readonly JournalEvent[]): readonly Holder[] {
  const touched = events.filter(isLedgerEvent).flatMap((event) => needsOf(event, '').holders);
  const plain = touched.map(({ holder, holderId }): Holder => ({ holder, holderId }));
  return [...new Map(plain.map((one) => [accountName(one), one])).values()];
}

/** Lets what some accounts owe, or could pay with, be paid. `merged` are the registrations around them. */
export async function followArrears(
  context: CountyContext,
  tx: Tx,
  holders: readonly Holder[],
  merged: readonly Merged[],
): Promise<void> {
  if (holders.length === 0) return;
  const debts = await debtsOf(tx, debtorsOf(holders, merged));
  const payments = paymentsOf(debts, () => newActId(context));
  for (const payment of payments) await saveTransfer(tx, payment, byCounty, context.nowMs());
  await raiseVersions(
    tx,
    payments.map(({ fromStationId }) => fromStationId),
    context.nowMs(),
  );
}
