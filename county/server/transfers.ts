/**
 * Moves of points between stations, as acts of the county (domain/points/transfer.ts): made by a volunteer's wish or
 * by a person here, followed by what the journals of both stations say. Each change of what a station must be told
 * raises the version of its reference data, in the same transaction.
 */
import { sql } from 'kysely';
import type { VerifiedRun } from '../../domain/wire/batch.ts';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { HOLDERS, type Holder } from '../../domain/points/account.ts';
import { MOVE_ALL } from '../../domain/points/escrow.ts';
import { afterClosed, afterOpened, type Transfer } from '../../domain/points/transfer.ts';
import type { Grant } from '../../domain/reference/reference.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { CountyContext } from './context.ts';
import type { TransferRow } from './db/schema.ts';
import { otherHolderRefused } from './householdMoves.ts';
import type { Tx } from './ingestSql.ts';
import { newActId, raiseVersions, saveTransfer, transferOf, type Maker } from './transferRows.ts';
import { followRequest } from './wishes.ts';

const byJournal: Maker = { cause: 'JOURNAL', made_by: '', reason: '' };

async function lockTransfer(
  tx: Tx,
  actId: number,
  side: 'from_station_id' | 'to_station_id',
  stationId: number,
): Promise<Transfer | undefined> {
  const row = await tx
    .selectFrom('transfer')
    .selectAll()
    .where('transfer_id', '=', actId)
    .where(side, '=', stationId)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? undefined : transferOf(row);
}

/**
 * Lets the transfers follow the events of a run, which are durable with this transaction. Answers the seqs of those
 * that opened what no act granted: the points are in that station's accounts and a person must look.
 */
export async function followTransfers(
  tx: Tx,
  { stationId }: Pick<VerifiedRun, 'stationId'>,
  events: readonly JournalEvent[],
  context: CountyContext,
): Promise<readonly number[]> {
  const nowMs = context.nowMs();
  const told = new Set<number>();
  const ungranted: number[] = [];
  for (const event of events) {
    if (event.type === 'ALLOWANCE_REQUESTED') {
      for (const id of await followRequest(context, tx, stationId, event)) told.add(id);
    } else if (event.type === 'ALLOWANCE_CLOSED') {
      const known = await lockTransfer(tx, event.actId, 'from_station_id', stationId);
      // Station and county came back from backups that knew of no closing, and not all was there to close again.
      if (known?.state === 'OPENED' && known.closedPoints > event.points) ungranted.push(event.seq);
      const after = afterClosed(known, stationId, event);
      if (after === null) continue;
      await saveTransfer(tx, after, byJournal, nowMs);
      told.add(after.toStationId);
    } else if (event.type === 'ALLOWANCE_OPENED') {
      const known = await lockTransfer(tx, event.actId, 'to_station_id', stationId);
      if (known === undefined || known.state === 'CLOSING' || known.closedPoints !== event.points)
        ungranted.push(event.seq);
      else if (known.toHolderId !== event.holderId) ungranted.push(event.seq);
      const after = afterOpened(known, stationId, event);
      if (after === null) continue;
      await saveTransfer(tx, after, byJournal, nowMs);
      told.add(stationId);
    }
  }
  await raiseVersions(tx, told, nowMs);
  return ungranted;
}

/** The grants that come with a station's reference data become transfers from the county itself; says whether any is new. */
export async function keepOpenings(
  tx: Tx,
  stationId: number,
  grants: readonly Grant[],
  nowMs: number,
): Promise<boolean> {
  if (grants.length === 0) return false;
  const lots = grants.map((grant) => (grant.lots === undefined ? null : JSON.stringify(grant.lots)));
  const made = await sql`
    INSERT INTO transfer (transfer_id, to_station_id, from_station_id, holder, holder_id, to_holder_id, wanted_points, state,
      cause, made_by, reason, lots, closed_points, made_ms, closed_ms, opened_ms)
    SELECT id, ${stationId}::bigint, 0, holder, holder_id, holder_id, points, 'CLOSED', 'OPENING', '', '', lots, points,
      ${nowMs}::bigint, ${nowMs}::bigint, 0
    FROM unnest(${grants.map(({ id }) => id)}::bigint[],
      ${grants.map(({ holder }) => HOLDERS.indexOf(holder))}::smallint[],
      ${grants.map(({ holderId }) => holderId)}::bigint[], ${grants.map(({ points }) => points)}::bigint[],
      ${lots}::text[]) AS g (id, holder, holder_id, points, lots)
    ON CONFLICT (to_station_id, transfer_id) DO NOTHING RETURNING 1`.execute(tx);
  return made.rows.length > 0;
}

export type TransferRefusal =
  | { readonly kind: 'UNKNOWN_STATION'; readonly stationId: number }
  /** A lost station gives and takes nothing: its slice was opened elsewhere. */
  | { readonly kind: 'LOST_STATION'; readonly stationId: number }
  | { readonly kind: 'SAME_STATION' }
  /** To another account, which only a household's can go to. */
  | { readonly kind: 'ONLY_HOUSEHOLDS' }
  /** Somebody of that household stands in a register still: the points are theirs. */
  | { readonly kind: 'HAS_MEMBERS' }
  /** The other household has nobody in the register of the station where it should get them. */
  | { readonly kind: 'UNKNOWN_HOUSEHOLD' };

/** Of one account: a volunteer's own points, their gifts, or a household's. */
export interface TransferRequest extends Holder {
  /** Whose they shall be; absent: the same account. Of a household that nobody is left of: another one. */
  readonly toHolderId?: number | undefined;
  readonly fromStationId: number;
  readonly toStationId: number;
  /** At most so many; null for all. */
  readonly points: number | null;
  /** Who decides it, and why. */
  readonly by: string;
  readonly reason: string;
}

/** Whether a station was declared lost. */
export async function isLost(tx: Tx, stationId: number): Promise<boolean> {
  const row = await tx
    .selectFrom('lost_station')
    .select('station_id')
    .where('station_id', '=', stationId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Says why a station cannot take part in a move, if it cannot. */
async function outOfUse(tx: Tx, stationId: number): Promise<TransferRefusal | null> {
  const row = await tx
    .selectFrom('station')
    .leftJoin('lost_station', 'lost_station.station_id', 'station.station_id')
    .select('lost_station.declared_ms')
    .where('station.station_id', '=', stationId)
    .executeTakeFirst();
  if (row === undefined) return { kind: 'UNKNOWN_STATION', stationId };
  return row.declared_ms === null ? null : { kind: 'LOST_STATION', stationId };
}

/**
 * A person of the county moves an account's points, a household's that nobody is left of to another one, too. One that is under way between the same two stations is answered
 * instead of a second one.
 */
export async function makeTransfer(
  context: CountyContext,
  request: TransferRequest,
): Promise<Result<Transfer, TransferRefusal>> {
  const { holder, holderId, toHolderId = holderId, fromStationId, toStationId, points, by, reason } = request;
  const nowMs = context.nowMs();
  return context.db.transaction().execute(async (tx): Promise<Result<Transfer, TransferRefusal>> => {
    if (fromStationId === toStationId && toHolderId === holderId) return err({ kind: 'SAME_STATION' });
    const refused =
      (await outOfUse(tx, fromStationId)) ??
      (await outOfUse(tx, toStationId)) ??
      (await otherHolderRefused(tx, request));
    if (refused !== null) return err(refused);
    const known = await tx
      .selectFrom('transfer')
      .selectAll()
      .where('holder', '=', HOLDERS.indexOf(holder))
      .where('holder_id', '=', holderId)
      .where('to_holder_id', '=', toHolderId)
      .where('from_station_id', '=', fromStationId)
      .where('to_station_id', '=', toStationId)
      .where('state', '=', 'CLOSING')
      .executeTakeFirst();
    if (known !== undefined) return ok(transferOf(known));
    const transfer: Transfer = {
      id: newActId(context),
      holder,
      holderId,
      toHolderId,
      fromStationId,
      toStationId,
      wantedPoints: points ?? MOVE_ALL,
      state: 'CLOSING',
      lots: [],
      closedPoints: 0,
    };
    await saveTransfer(tx, transfer, { cause: 'COUNTY', made_by: by, reason }, nowMs);
    await raiseVersions(tx, [fromStationId], nowMs);
    return ok(transfer);
  });
}

export interface TransferOverview extends Omit<Transfer, 'lots'> {
  readonly cause: TransferRow['cause'];
  readonly by: string;
  readonly reason: string;
  readonly madeMs: number;
  readonly closedMs: number;
  readonly openedMs: number;
}

/** The newest transfers between stations, those under way first; at most 500. */
export async function listTransfers(context: CountyContext): Promise<readonly TransferOverview[]> {
  const rows = await context.db
    .selectFrom('transfer')
    .selectAll()
    .where('cause', '<>', 'OPENING')
    .orderBy((eb) => eb('state', '=', 'OPENED'))
    .orderBy('made_ms', 'desc')
    .orderBy('transfer_id')
    .limit(500)
    .execute();
  return rows.map((row) => {
    const {
      id,
      holder,
      holderId,
      toHolderId,
      fromStationId,
      toStationId,
      wantedPoints,
      state,
      closedPoints,
    } = transferOf(row);
    const { cause, made_by: by, reason, made_ms: madeMs, closed_ms: closedMs, opened_ms: openedMs } = row;
    return {
      ...{ id, holder, holderId, toHolderId, fromStationId, toStationId, wantedPoints, state, closedPoints },
      ...{ cause, by, reason, madeMs, closedMs, openedMs },
    };
  });
}
