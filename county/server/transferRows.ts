/** Moves of points as the county's database keeps them, and the versions of the reference data that tell of them. */
import { sql, type Selectable } from 'kysely';
import { HOLDERS, type HolderKind } from '../../domain/points/account.ts';
import type { MovedLot } from '../../domain/points/spending.ts';
import type { Transfer } from '../../domain/points/transfer.ts';
import type { CountyContext } from './context.ts';
import type { CountyTables, TransferRow } from './db/schema.ts';
import type { Tx } from './ingestSql.ts';

export function transferOf(row: Selectable<CountyTables['transfer']>): Transfer {
  return {
    id: row.transfer_id,
    holder: HOLDERS[row.holder] as HolderKind,
    holderId: row.holder_id,
    toHolderId: row.to_holder_id,
    fromStationId: row.from_station_id,
    toStationId: row.to_station_id,
    wantedPoints: row.wanted_points,
    state: row.state,
    lots: row.lots === null ? null : (JSON.parse(row.lots) as MovedLot[]),
    closedPoints: row.closed_points,
  };
}

export type Maker = Pick<TransferRow, 'cause' | 'made_by' | 'reason'>;

/** Writes a transfer as it stands now; one that is there already changes its state only. */
export async function saveTransfer(tx: Tx, transfer: Transfer, maker: Maker, nowMs: number): Promise<void> {
  const { state } = transfer;
  const lots = transfer.lots === null ? null : JSON.stringify(transfer.lots);
  await tx
    .insertInto('transfer')
    .values({
      transfer_id: transfer.id,
      to_station_id: transfer.toStationId,
      from_station_id: transfer.fromStationId,
      holder: HOLDERS.indexOf(transfer.holder),
      holder_id: transfer.holderId,
      to_holder_id: transfer.toHolderId,
      wanted_points: transfer.wantedPoints,
      state,
      ...maker,
      lots,
      closed_points: transfer.closedPoints,
      made_ms: nowMs,
      closed_ms: state === 'CLOSING' ? 0 : nowMs,
      opened_ms: state === 'OPENED' ? nowMs : 0,
    })
    .onConflict((conflict) =>
      conflict.columns(['to_station_id', 'transfer_id']).doUpdateSet({
        state,
        to_holder_id: transfer.toHolderId,
        lots,
        closed_points: transfer.closedPoints,
        ...(state === 'CLOSED' ? { closed_ms: nowMs } : {}),
        ...(state === 'OPENED' ? { opened_ms: nowMs } : {}),
      }),
    )
    .execute();
}

/**
 * Holds the versions of some stations, in the order of their numbers, until the transaction ends. One statement each:
 * tables that are distributed by station (Citus) lock rows of one station at a time only.
 */
export async function lockVersions(tx: Tx, stationIds: readonly number[]): Promise<void> {
  for (const stationId of [...new Set(stationIds)].sort((a, b) => a - b))
    await sql`SELECT 1 FROM reference_version WHERE station_id = ${stationId} FOR UPDATE`.execute(tx);
}

/**
 * Raises the versions of the reference data of some stations, in the order of their numbers so that two transactions
 * do not wait for each other, and one statement each as above. A station without any gets what it is owed with its first.
 */
export async function raiseVersions(tx: Tx, stationIds: Iterable<number>, nowMs: number): Promise<void> {
  for (const stationId of [...new Set(stationIds)].sort((a, b) => a - b))
    await sql`UPDATE reference_version SET version = version + 1, made_ms = ${nowMs}
      WHERE station_id = ${stationId}`.execute(tx);
}

/** A number that no act had before, also after this database came back from a backup. */
export function newActId(context: CountyContext): number {
  const bytes = Buffer.from(context.randomBytes(6));
  // Above whatever a person gives by hand to the grants of a county's beginning.
  return 2 ** 32 + bytes.readUIntBE(0, 6);
}
