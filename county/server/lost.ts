/**
 * A station that is lost for good: burnt, stolen, drowned. Until somebody declares it lost its slice of everybody's
 * points stays frozen, since it might still spend them. Declaring opens the slice elsewhere, by what the county's
 * ledger says; whatever the station spent after its last contact has then been spent twice, and the preview says so.
 */
import { sql } from 'kysely';
import { accountName, type Holder, type HolderKind, HOLDERS } from '../../domain/points/account.ts';
import { ACT_SIDES } from '../../domain/points/fold.ts';
import { lostMoves, notYetOpened, pointsOf, type LostMoves } from '../../domain/points/lost.ts';
import { mergedOf, peopleOf, type Merged } from '../../domain/points/merging.ts';
import type { MovedLot } from '../../domain/points/spending.ts';
import { recipientOf, type Transfer } from '../../domain/points/transfer.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { shanghaiDay } from '../../domain/time.ts';
import type { CountyContext } from './context.ts';
import { shutOut } from './enrol.ts';
import type { Tx } from './ingestSql.ts';
import { mergedAround } from './merged.ts';
import { keepRevokedKeys } from './revoked.ts';
import { newActId, raiseVersions, saveTransfer, transferOf, type Maker } from './transferRows.ts';

/** One account's part of what a lost station held: of a volunteer, of their gifts, of a household. */
export interface LostShare extends Holder {
  /** Available there by the county's ledger: what would be opened. */
  readonly points: number;
  /** On the way there, closed elsewhere; the lost station may have opened them without the county's knowledge. */
  readonly onTheWayPoints: number;
  /** Where they would be opened: where they were asked for, else at home by the register, else where the caller says. */
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
  /**
   * What no act moves: entries that were not yet posted to their end (RULES.md B3), or held by an objection. Only the
   * station that recorded them could have said that they are right; another may record them anew.
   */
  readonly frozenPoints: number;
  /** Owed there by people whose entries were taken back: with the station, nobody is left to pay them to. */
  readonly owedPoints: number;
}
export type LostRefusal =
  | { readonly kind: 'UNKNOWN_STATION'; readonly stationId: number }
  /** The station for those who have no other is the lost one itself, or lost too. */
  | { readonly kind: 'LOST_STATION'; readonly stationId: number };

interface Share extends LostShare {
  /** Whose points they are where they are opened. */
  readonly toHolderId: number;
  readonly lots: readonly MovedLot[];
}
interface Held extends Holder {
  readonly lots: readonly MovedLot[];
}
interface Slice {
  readonly preview: LostPreview;
  readonly shares: readonly Share[];
  /** What is under way from it or to it. */
  readonly underWay: readonly Transfer[];
}

const holderIn = ({ kind, holderId }: { readonly kind: number; readonly holderId: number }): Holder => ({
  holder: HOLDERS[kind] as HolderKind,
  holderId,
});

/** What can be spent there of each account, by last day. Lapsed points are nobody's any more. */
async function lotsAt(tx: Tx, stationId: number, today: number): Promise<ReadonlyMap<string, Held>> {
  const { rows } = await sql<MovedLot & { readonly kind: number; readonly holderId: number }>`
    SELECT holder AS kind, holder_id AS "holderId", min(earned_day) AS "earnedDay", expiry_day AS "expiryDay",
      sum(remaining)::bigint AS points
    FROM ledger_lot WHERE station_id = ${stationId} AND state >= 4 AND remaining > 0 AND expiry_day >= ${today}
    GROUP BY holder, holder_id, expiry_day ORDER BY holder, holder_id, expiry_day`.execute(tx);
  const held = new Map<string, Held>();
  for (const { kind, holderId, ...lot } of rows) {
    const account = holderIn({ kind, holderId });
    const name = accountName(account);
    held.set(name, { ...account, lots: [...(held.get(name)?.lots ?? []), lot] });
  }
  const before = await takenBefore(tx, stationId);
  return new Map(
    [...held].map(([name, { lots, ...account }]) => [
      name,
      { ...account, lots: notYetOpened(lots, before.get(name) ?? []) },
    ]),
  );
}

/**
 * What other stations have opened that came from here and that no journal of this station closed: it was declared lost
 * before, and the county came back from a backup that does not know of it.
 */
async function takenBefore(tx: Tx, stationId: number): Promise<ReadonlyMap<string, readonly MovedLot[]>> {
  const rows = await tx
    .selectFrom('transfer')
    .selectAll()
    .where('from_station_id', '=', stationId)
    .where('state', '<>', 'CLOSING')
    .where(
      sql<boolean>`NOT EXISTS (SELECT 1 FROM ledger_act a WHERE a.station_id = ${stationId}
        AND a.side = ${ACT_SIDES.indexOf('CLOSED')} AND a.act_id = transfer_id)`,
    )
    .execute();
  const taken = new Map<string, readonly MovedLot[]>();
  for (const transfer of rows.map(transferOf))
    taken.set(accountName(transfer), [...(taken.get(accountName(transfer)) ?? []), ...(transfer.lots ?? [])]);
  return taken;
}

/**
 * Where people and households are at home by the registers, as far as it is another station that can take points: of
 * people the lost station's register says it, of households those of the villages that have them.
 */
async function homesOf(tx: Tx, stationId: number): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ kind: number; holderId: number; home: number }>`
    SELECT r.kind, r.id AS "holderId", min(r.home)::bigint AS home FROM (
      SELECT 0 AS kind, (v->>'id')::bigint AS id, (v->>'homeStationId')::bigint AS home
        FROM reference_part p, jsonb_array_elements(p.data) v
        WHERE p.station_id = ${stationId} AND p.kind = 'volunteers'
      UNION ALL SELECT 1, (h->>'id')::bigint, p.station_id
        FROM reference_part p, jsonb_array_elements(p.data) h WHERE p.kind = 'households') r
    WHERE r.home <> ${stationId} AND EXISTS (SELECT 1 FROM station s WHERE s.station_id = r.home)
      AND NOT EXISTS (SELECT 1 FROM lost_station l WHERE l.station_id = r.home)
    GROUP BY r.kind, r.id`.execute(tx);
  return new Map(rows.map((row) => [accountName(holderIn(row)), row.home]));
}

async function frozenAt(
  tx: Tx,
  stationId: number,
): Promise<Pick<LostPreview, 'frozenPoints' | 'owedPoints'>> {
  const { rows } = await sql<Pick<LostPreview, 'frozenPoints' | 'owedPoints'>>`
    SELECT coalesce(sum(pending + held), 0)::bigint AS "frozenPoints",
      coalesce(sum(arrears), 0)::bigint AS "owedPoints"
    FROM ledger_account WHERE station_id = ${stationId}`.execute(tx);
  return rows[0] ?? { frozenPoints: 0, owedPoints: 0 };
}

/** The shares of all accounts of which anything is there or on its way there. */
async function sharesOf(
  tx: Tx,
  {
    stationId,
    elseTo,
    here,
    underWay,
  }: {
    readonly stationId: number;
    readonly elseTo: number;
    readonly here: ReadonlyMap<string, Held>;
    readonly underWay: readonly Transfer[];
  },
): Promise<readonly Share[]> {
  const homes = await homesOf(tx, stationId);
  const asked = new Map(
    underWay
      .filter(({ fromStationId, state }) => fromStationId === stationId && state === 'CLOSING')
      .filter(({ toStationId }) => toStationId !== stationId)
      .map((transfer) => [accountName(transfer), transfer.toStationId]),
  );
  const coming = underWay.filter(({ toStationId, state }) => toStationId === stationId && state === 'CLOSED');
  const all = new Map([
    ...coming.map(recipientOf).map((account) => [accountName(account), { ...account, lots: [] }] as const),
    ...here,
  ]);
  const merged = await mergedAround(tx, peopleOf([...all.values()]));
  const homeOf = (into: Merged | undefined): number | undefined =>
    into === undefined || into.homeStationId === 0 || into.homeStationId === stationId
      ? undefined
      : into.homeStationId;
  return [...all]
    .sort(([, a], [, b]) => HOLDERS.indexOf(a.holder) - HOLDERS.indexOf(b.holder) || a.holderId - b.holderId)
    .map(([name, { holder, holderId, lots }]): Share => {
      // Gifts can be spent beside the own points alone: they go where these go.
      const owner = holder === 'GIFT' ? accountName({ holder: 'PERSON', holderId }) : name;
      const into = mergedOf({ holder, holderId }, merged);
      return {
        holder,
        holderId,
        points: pointsOf(lots),
        onTheWayPoints: coming
          .filter((transfer) => accountName(recipientOf(transfer)) === name)
          .reduce((sum, { closedPoints }) => sum + closedPoints, 0),
        toHolderId: into?.intoId ?? holderId,
        // A registration that was merged has no home of its own.
        toStationId: asked.get(owner) ?? homes.get(owner) ?? homeOf(into) ?? elseTo,
        lots,
      };
    });
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
  const here =
    station.declared_ms === null ? await lotsAt(tx, stationId, shanghaiDay(nowMs)) : new Map<string, Held>();
  const shares = await sharesOf(tx, { stationId, elseTo, here, underWay });
  const held = await tx
    .selectFrom('incarnation')
    .select('durable_seq')
    .where('station_id', '=', stationId)
    .orderBy('admitted', 'desc')
    .orderBy('first_seen_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  const preview: LostPreview = {
    stationId,
    name: station.name,
    lastContactMs: station.last_contact_ms,
    unsentFacts: Math.max(0, station.reported_recorded - (held?.durable_seq ?? 0)),
    declaredMs: station.declared_ms ?? 0,
    shares: shares.map(({ holder, holderId, points, onTheWayPoints, toStationId }) => ({
      holder,
      holderId,
      points,
      onTheWayPoints,
      toStationId,
    })),
    points: shares.reduce((sum, { points }) => sum + points, 0),
    onTheWayPoints: shares.reduce((sum, { onTheWayPoints }) => sum + onTheWayPoints, 0),
    ...(await frozenAt(tx, stationId)),
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

/** Writes what declaring it lost leads to; answers the stations that must be told. */
async function writeMoves(
  tx: Tx,
  stationId: number,
  { answered, redirected, opened }: LostMoves,
  maker: Maker,
  nowMs: number,
): Promise<readonly number[]> {
  for (const transfer of answered) await saveTransfer(tx, transfer, byNobody, nowMs);
  for (const { transfer, toStationId } of redirected)
    await tx
      .updateTable('transfer')
      .set({ to_station_id: toStationId })
      .where('to_station_id', '=', stationId)
      .where('transfer_id', '=', transfer.id)
      .execute();
  for (const transfer of opened) await saveTransfer(tx, transfer, maker, nowMs);
  return [
    ...[...answered, ...opened].map(({ toStationId }) => toStationId),
    ...redirected.flatMap(({ transfer, toStationId }) => [toStationId, transfer.fromStationId]),
  ];
}
const byNobody: Maker = { cause: 'LOST', made_by: '', reason: '' };

/**
 * Declares a station lost, once and in one transaction: its keys and codes end, its slice is opened elsewhere, and
 * what is under way from it or to it goes there too. Declaring it again answers what was done and does nothing.
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
      await shutOut(tx, stationId, nowMs);
      const maker: Maker = { cause: 'LOST', made_by: by, reason };
      const moves = lostMoves(stationId, shares, slice.value.underWay, elseTo, () => newActId(context));
      const told = await writeMoves(tx, stationId, moves, maker, nowMs);
      await raiseVersions(tx, told, nowMs);
      return ok({ ...preview, declaredMs: nowMs });
    });
  if (declared.ok) await keepRevokedKeys(context.db, context.folder);
  return declared;
}
