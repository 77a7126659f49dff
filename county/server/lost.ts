/**
 * A station that is lost for good: burnt, stolen, drowned. Until somebody declares it lost its slice of everybody's
 * points stays frozen, since it might still spend them. Declaring opens the slice elsewhere, by what the county's
 * ledger says; whatever the station spent after its last contact has then been spent twice, and the preview says so.
 */
import { sql } from 'kysely';
import { MAX_ROWS } from '../../domain/journal/fields.ts';
import type { MovedLot } from '../../domain/points/spending.ts';
import type { Transfer } from '../../domain/points/transfer.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { shanghaiDay } from '../../domain/time.ts';
import type { CountyContext } from './context.ts';
import { revokeKeys } from './enrol.ts';
import type { Tx } from './ingestSql.ts';
import { keepRevokedKeys } from './revoked.ts';
import { newActId, raiseVersions, saveTransfer, transferOf, type Maker } from './transfers.ts';

/** One volunteer's part of what a lost station held. */
export interface LostShare {
  readonly volunteerId: number;
  /** Available there by the county's ledger: what would be opened. */
  readonly points: number;
  /** On the way there, closed elsewhere; the lost station may have opened them without the county's knowledge. */
  readonly onTheWayPoints: number;
  /** Where they would be opened: where they were asked for, else at the home station, else where the caller says. */
  readonly toStationId: number;
}
export interface LostPreview {
  readonly stationId: number;
  readonly name: string;
  /** What it spent since is not known, and would have been spent twice: at most `points` and `onTheWayPoints`. */
  readonly lastContactMs: number;
  /** Facts that it said it had recorded and the county has not. */
  readonly unsentFacts: number;
  /** 0: not declared. */
  readonly declaredMs: number;
  readonly shares: readonly LostShare[];
  readonly points: number;
  readonly onTheWayPoints: number;
  /** What no act can move and stays frozen: points of households, gifts, and what was not yet available. */
  readonly frozenPoints: number;
}
export type LostRefusal =
  | { readonly kind: 'UNKNOWN_STATION'; readonly stationId: number }
  /** The station for those who have no other is the lost one itself, or lost too. */
  | { readonly kind: 'LOST_STATION'; readonly stationId: number };

interface Share extends LostShare {
  /** Rows of at most MAX_ROWS each. */
  readonly lots: readonly (readonly MovedLot[])[];
}
interface Slice {
  readonly preview: LostPreview;
  readonly shares: readonly Share[];
  /** What is under way from it or to it. */
  readonly underWay: readonly Transfer[];
}

/** What can be spent there of each volunteer's account, by last day. Lapsed points are nobody's any more. */
async function lotsAt(tx: Tx, stationId: number, today: number): Promise<ReadonlyMap<number, MovedLot[]>> {
  const { rows } = await sql<MovedLot & { readonly holderId: number }>`
    SELECT holder_id AS "holderId", min(earned_day) AS "earnedDay", expiry_day AS "expiryDay",
      sum(remaining)::bigint AS points
    FROM ledger_lot WHERE station_id = ${stationId} AND holder = 0 AND state >= 4 AND remaining > 0
      AND expiry_day >= ${today}
    GROUP BY holder_id, expiry_day ORDER BY holder_id, expiry_day`.execute(tx);
  const lots = new Map<number, MovedLot[]>();
  for (const { holderId, ...lot } of rows) lots.set(holderId, [...(lots.get(holderId) ?? []), lot]);
  return lots;
}

/** The home stations of a station's people as its reference data has them, as far as they can take points. */
async function homesOf(tx: Tx, stationId: number): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ id: number; home: number }>`
    SELECT (v->>'id')::bigint AS id, (v->>'homeStationId')::bigint AS home
    FROM reference_part p, jsonb_array_elements(p.data) v
    WHERE p.station_id = ${stationId} AND p.kind = 'volunteers'
      AND EXISTS (SELECT 1 FROM station s WHERE s.station_id = (v->>'homeStationId')::bigint)
      AND NOT EXISTS (SELECT 1 FROM lost_station l WHERE l.station_id = (v->>'homeStationId')::bigint)
      AND (v->>'homeStationId')::bigint <> ${stationId}`.execute(tx);
  return new Map(rows.map(({ id, home }) => [id, home]));
}

async function frozenAt(tx: Tx, stationId: number): Promise<number> {
  const { rows } = await sql<{ points: number }>`
    SELECT coalesce(sum(CASE WHEN holder = 0 THEN pending + held ELSE available + pending + held END), 0)::bigint
      AS points
    FROM ledger_account WHERE station_id = ${stationId}`.execute(tx);
  return rows[0]?.points ?? 0;
}

const sumOf = (lots: readonly MovedLot[]): number => lots.reduce((sum, { points }) => sum + points, 0);

function inRows(lots: readonly MovedLot[]): readonly (readonly MovedLot[])[] {
  const rows: (readonly MovedLot[])[] = [];
  for (let at = 0; at < lots.length; at += MAX_ROWS) rows.push(lots.slice(at, at + MAX_ROWS));
  return rows;
}

async function sliceOf(
  tx: Tx,
  stationId: number,
  elseTo: number,
  nowMs: number,
): Promise<Result<Slice, LostRefusal>> {
  const station = await tx
    .selectFrom('station')
    .leftJoin('lost_station', 'lost_station.station_id', 'station.station_id')
    .select(['name', 'last_contact_ms', 'reported_recorded', 'declared_ms'])
    .where('station.station_id', '=', stationId)
    .executeTakeFirst();
  if (station === undefined) return err({ kind: 'UNKNOWN_STATION', stationId });
  const other = await tx
    .selectFrom('station')
    .leftJoin('lost_station', 'lost_station.station_id', 'station.station_id')
    .select('declared_ms')
    .where('station.station_id', '=', elseTo)
    .executeTakeFirst();
  if (other === undefined) return err({ kind: 'UNKNOWN_STATION', stationId: elseTo });
  if (elseTo === stationId || other.declared_ms !== null)
    return err({ kind: 'LOST_STATION', stationId: elseTo });

  const underWay = (
    await tx
      .selectFrom('transfer')
      .selectAll()
      .where('state', '<>', 'OPENED')
      .where((eb) => eb.or([eb('from_station_id', '=', stationId), eb('to_station_id', '=', stationId)]))
      .orderBy('made_ms')
      .orderBy('transfer_id')
      .forUpdate()
      .execute()
  ).map(transferOf);
  const lots =
    station.declared_ms === null
      ? await lotsAt(tx, stationId, shanghaiDay(nowMs))
      : new Map<number, MovedLot[]>();
  const homes = await homesOf(tx, stationId);
  const asked = new Map(
    underWay
      .filter(({ fromStationId, state }) => fromStationId === stationId && state === 'CLOSING')
      .map(({ volunteerId, toStationId }) => [volunteerId, toStationId]),
  );
  const coming = underWay.filter(({ toStationId, state }) => toStationId === stationId && state === 'CLOSED');
  const people = [...new Set([...lots.keys(), ...coming.map(({ volunteerId }) => volunteerId)])];
  const shares = people
    .sort((a, b) => a - b)
    .map((volunteerId): Share => {
      const mine: readonly MovedLot[] = lots.get(volunteerId) ?? [];
      return {
        volunteerId,
        points: sumOf(mine),
        onTheWayPoints: coming
          .filter((transfer) => transfer.volunteerId === volunteerId)
          .reduce((sum, { closedPoints }) => sum + closedPoints, 0),
        toStationId: asked.get(volunteerId) ?? homes.get(volunteerId) ?? elseTo,
        lots: inRows(mine),
      };
    });
  const held = await tx
    .selectFrom('incarnation')
    .select('durable_seq')
    .where('station_id', '=', stationId)
    .orderBy('ordinal', 'desc')
    .limit(1)
    .executeTakeFirst();
  const preview: LostPreview = {
    stationId,
    name: station.name,
    lastContactMs: station.last_contact_ms,
    unsentFacts: Math.max(0, station.reported_recorded - (held?.durable_seq ?? 0)),
    declaredMs: station.declared_ms ?? 0,
    shares: shares.map(({ volunteerId, points, onTheWayPoints, toStationId }) => ({
      volunteerId,
      points,
      onTheWayPoints,
      toStationId,
    })),
    points: shares.reduce((sum, { points }) => sum + points, 0),
    onTheWayPoints: shares.reduce((sum, { onTheWayPoints }) => sum + onTheWayPoints, 0),
    frozenPoints: await frozenAt(tx, stationId),
  };
  return ok({ preview, shares, underWay });
}

/** What declaring a station lost would do and what it could cost; `elseTo` takes whoever has no other station. */
export async function previewLost(
  context: CountyContext,
  stationId: number,
  elseTo: number,
): Promise<Result<LostPreview, LostRefusal>> {
  return context.db.transaction().execute(async (tx) => {
    const slice = await sliceOf(tx, stationId, elseTo, context.nowMs());
    return slice.ok ? ok(slice.value.preview) : slice;
  });
}

/** What was under way from the lost station is answered; what was under way to it goes where its owner's share goes. */
async function redirect(
  tx: Tx,
  { preview: { stationId }, shares, underWay }: Slice,
  elseTo: number,
  nowMs: number,
): Promise<readonly number[]> {
  const targets = new Map(shares.map(({ volunteerId, toStationId }) => [volunteerId, toStationId]));
  const told: number[] = [];
  for (const transfer of underWay) {
    if (transfer.fromStationId === stationId) {
      if (transfer.state !== 'CLOSING') continue;
      // The points themselves come by an act of the declaration.
      await saveTransfer(tx, { ...transfer, state: 'CLOSED', lots: [], closedPoints: 0 }, byNobody, nowMs);
      told.push(transfer.toStationId);
      continue;
    }
    const to = targets.get(transfer.volunteerId) ?? elseTo;
    // Who asked for points at the lost station finds them where they came from, if that is where theirs go now.
    await tx
      .updateTable('transfer')
      .set({ to_station_id: to })
      .where('to_station_id', '=', stationId)
      .where('transfer_id', '=', transfer.id)
      .execute();
    told.push(to, transfer.fromStationId);
  }
  return told;
}
const byNobody: Maker = { cause: 'LOST', made_by: '', reason: '' };

/**
 * Declares a station lost, once and in one transaction: its keys end, its slice is opened elsewhere, and what is under
 * way from it or to it goes there too. Declaring it again answers what was done and does nothing.
 */
export async function declareLost(
  context: CountyContext,
  {
    stationId,
    elseTo,
    by,
    reason,
  }: { readonly stationId: number; readonly elseTo: number; readonly by: string; readonly reason: string },
): Promise<Result<LostPreview, LostRefusal>> {
  const nowMs = context.nowMs();
  const declared = await context.db
    .transaction()
    .execute(async (tx): Promise<Result<LostPreview, LostRefusal>> => {
      // Two administrators at once: the second waits here and finds it declared.
      await sql`SELECT 1 FROM station WHERE station_id = ${stationId} FOR UPDATE`.execute(tx);
      const slice = await sliceOf(tx, stationId, elseTo, nowMs);
      if (!slice.ok) return slice;
      const { preview, shares } = slice.value;
      if (preview.declaredMs !== 0) return ok(preview);
      await tx
        .insertInto('lost_station')
        .values({ station_id: stationId, declared_ms: nowMs, declared_by: by, reason })
        .execute();
      await revokeKeys(tx, stationId, nowMs);
      const told = [...(await redirect(tx, slice.value, elseTo, nowMs))];
      const maker: Maker = { cause: 'LOST', made_by: by, reason };
      for (const { volunteerId, toStationId, lots } of shares)
        for (const rows of lots) {
          const points = sumOf(rows);
          const act = { id: newActId(context), volunteerId, fromStationId: stationId, toStationId };
          await saveTransfer(
            tx,
            { ...act, wantedPoints: points, state: 'CLOSED', lots: rows, closedPoints: points },
            maker,
            nowMs,
          );
          told.push(toStationId);
        }
      await raiseVersions(tx, told, nowMs);
      return ok({ ...preview, declaredMs: nowMs });
    });
  if (declared.ok) await keepRevokedKeys(context.db, context.folder);
  return declared;
}
