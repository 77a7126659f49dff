/**
 * Moves of points between stations, as acts of the county (domain/points/transfer.ts): made by a volunteer's wish or
 * by a person here, followed by what the journals of both stations say. Each change of what a station must be told
 * raises the version of its reference data, in the same transaction.
 */
import { sql, type Selectable } from 'kysely';
import type { VerifiedRun } from '../../domain/wire/batch.ts';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { MOVE_ALL } from '../../domain/points/escrow.ts';
import type { MovedLot } from '../../domain/points/spending.ts';
import {
  afterClosed,
  afterOpened,
  transfersFor,
  type Source,
  type Transfer,
} from '../../domain/points/transfer.ts';
import type { Grant } from '../../domain/reference/reference.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { CountyContext } from './context.ts';
import type { CountyTables, TransferRow } from './db/schema.ts';
import type { Tx } from './ingestSql.ts';

export function transferOf(row: Selectable<CountyTables['transfer']>): Transfer {
  return {
    id: row.transfer_id,
    volunteerId: row.volunteer_id,
    fromStationId: row.from_station_id,
    toStationId: row.to_station_id,
    wantedPoints: row.wanted_points,
    state: row.state,
    lots: row.lots === null ? null : (JSON.parse(row.lots) as MovedLot[]),
    closedPoints: row.closed_points,
  };
}

export type Maker = Pick<TransferRow, 'cause' | 'made_by' | 'reason'>;
const byVolunteer: Maker = { cause: 'REQUEST', made_by: '', reason: '' };
const byJournal: Maker = { cause: 'JOURNAL', made_by: '', reason: '' };

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
      volunteer_id: transfer.volunteerId,
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
        lots,
        closed_points: transfer.closedPoints,
        ...(state === 'CLOSED' ? { closed_ms: nowMs } : {}),
        ...(state === 'OPENED' ? { opened_ms: nowMs } : {}),
      }),
    )
    .execute();
}

/**
 * Raises the versions of the reference data of some stations, in the order of their numbers so that two transactions
 * do not wait for each other. A station without any gets what it is owed with its first.
 */
export async function raiseVersions(tx: Tx, stationIds: Iterable<number>, nowMs: number): Promise<void> {
  const ids = [...new Set(stationIds)];
  if (ids.length === 0) return;
  await sql`SELECT 1 FROM reference_version WHERE station_id = ANY(${ids}::bigint[])
    ORDER BY station_id FOR UPDATE`.execute(tx);
  await sql`UPDATE reference_version SET version = version + 1, made_ms = ${nowMs}
    WHERE station_id = ANY(${ids}::bigint[])`.execute(tx);
}

/** A number that no act had before, also after this database came back from a backup. */
export function newActId(context: CountyContext): number {
  const bytes = Buffer.from(context.randomBytes(6));
  // Above whatever a person gives by hand to the grants of a county's beginning.
  return 2 ** 32 + bytes.readUIntBE(0, 6);
}

/** Points that could move of a volunteer, by station; 0 at stations where the county knows of an account without any. */
async function sourcesOf(tx: Tx, volunteerId: number, homeStationId: number): Promise<readonly Source[]> {
  const { rows } = await sql<Source>`
    SELECT s.station_id AS "stationId", coalesce(a.available, 0)::bigint AS available FROM station s
      LEFT JOIN ledger_account a ON a.station_id = s.station_id AND a.holder = 0 AND a.holder_id = ${volunteerId}
    WHERE (a.holder_id IS NOT NULL OR s.station_id = ${homeStationId})
      AND NOT EXISTS (SELECT 1 FROM lost_station l WHERE l.station_id = s.station_id)`.execute(tx);
  return rows;
}

/** Follows a wish; answers the stations that must be told. */
async function followRequest(
  context: CountyContext,
  tx: Tx,
  toStationId: number,
  { volunteerId, homeStationId }: JournalEvent<'ALLOWANCE_REQUESTED'>,
): Promise<readonly number[]> {
  const nowMs = context.nowMs();
  const underWay = await tx
    .selectFrom('transfer')
    .selectAll()
    .where('volunteer_id', '=', volunteerId)
    .where('to_station_id', '=', toStationId)
    .where('state', '<>', 'OPENED')
    .execute();
  const made = transfersFor(
    { volunteerId, homeStationId, toStationId },
    await sourcesOf(tx, volunteerId, homeStationId),
    underWay.map(transferOf),
    () => newActId(context),
  );
  for (const transfer of made) await saveTransfer(tx, transfer, byVolunteer, nowMs);
  return made.map(({ fromStationId, state }) => (state === 'CLOSING' ? fromStationId : toStationId));
}

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
      const after = afterClosed(known, stationId, event);
      if (after === null) continue;
      await saveTransfer(tx, after, byJournal, nowMs);
      told.add(after.toStationId);
    } else if (event.type === 'ALLOWANCE_OPENED') {
      const known = await lockTransfer(tx, event.actId, 'to_station_id', stationId);
      if (known === undefined || known.state === 'CLOSING' || known.closedPoints !== event.points)
        ungranted.push(event.seq);
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
    INSERT INTO transfer (transfer_id, to_station_id, from_station_id, volunteer_id, wanted_points, state, cause,
      made_by, reason, lots, closed_points, made_ms, closed_ms, opened_ms)
    SELECT id, ${stationId}::bigint, 0, volunteer_id, points, 'CLOSED', 'OPENING', '', '', lots, points,
      ${nowMs}::bigint, ${nowMs}::bigint, 0
    FROM unnest(${grants.map(({ id }) => id)}::bigint[], ${grants.map((grant) => grant.volunteerId)}::bigint[],
      ${grants.map(({ points }) => points)}::bigint[], ${lots}::text[]) AS g (id, volunteer_id, points, lots)
    ON CONFLICT (to_station_id, transfer_id) DO NOTHING RETURNING 1`.execute(tx);
  return made.rows.length > 0;
}

export type TransferRefusal =
  | { readonly kind: 'UNKNOWN_STATION'; readonly stationId: number }
  /** A lost station gives and takes nothing: its slice was opened elsewhere. */
  | { readonly kind: 'LOST_STATION'; readonly stationId: number }
  | { readonly kind: 'SAME_STATION' };

export interface TransferRequest {
  readonly volunteerId: number;
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
 * A person of the county moves a volunteer's points. One that is under way between the same two stations is answered
 * instead of a second one.
 */
export async function makeTransfer(
  context: CountyContext,
  { volunteerId, fromStationId, toStationId, points, by, reason }: TransferRequest,
): Promise<Result<Transfer, TransferRefusal>> {
  const nowMs = context.nowMs();
  return context.db.transaction().execute(async (tx): Promise<Result<Transfer, TransferRefusal>> => {
    if (fromStationId === toStationId) return err({ kind: 'SAME_STATION' });
    const refused = (await outOfUse(tx, fromStationId)) ?? (await outOfUse(tx, toStationId));
    if (refused !== null) return err(refused);
    const known = await tx
      .selectFrom('transfer')
      .selectAll()
      .where('volunteer_id', '=', volunteerId)
      .where('from_station_id', '=', fromStationId)
      .where('to_station_id', '=', toStationId)
      .where('state', '=', 'CLOSING')
      .executeTakeFirst();
    if (known !== undefined) return ok(transferOf(known));
    const transfer: Transfer = {
      id: newActId(context),
      volunteerId,
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
    const { id, volunteerId, fromStationId, toStationId, wantedPoints, state, closedPoints } =
      transferOf(row);
    const { cause, made_by: by, reason, made_ms: madeMs, closed_ms: closedMs, opened_ms: openedMs } = row;
    return {
      id,
      volunteerId,
      fromStationId,
      toStationId,
      wantedPoints,
      state,
      closedPoints,
      cause,
      by,
      reason,
      madeMs,
      closedMs,
      openedMs,
    };
  });
}
