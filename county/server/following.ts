/**
 * Points that follow their owner: to the village that the register has them in now, and from a registration that was
 * merged to the one that was kept. What turns up later is found here, by each run of facts.
 */
import { sql } from 'kysely';
import type { JournalEvent } from '../../domain/journal/events.ts';
import {
  accountName,
  type Holder,
  type HolderKind,
  holderNumber,
  HOLDERS,
} from '../../domain/points/account.ts';
import { mergedAway, mergedOf, type Merged } from '../../domain/points/merging.ts';
import { transferLeftBehind, type Transfer, type Way, type Wish } from '../../domain/points/transfer.ts';
import { accountsOf } from './arrears.ts';
import type { CountyContext } from './context.ts';
import { bigints } from './db/arrays.ts';
import type { Tx } from './ingestSql.ts';
import { newActId, saveTransfer, transferOf, type Maker } from './transferRows.ts';
import { followWishes } from './wishes.ts';

const byRegister: Maker = { cause: 'HOME', made_by: '', reason: '' };
const byMerging: Maker = { cause: 'MERGED', made_by: '', reason: '' };

/**
 * Where a station's points of some accounts are to follow to, since the register has moved their owner away. Whoever has
 * asked for points there since is left alone.
 */
async function movedAway(tx: Tx, stationId: number, holders: readonly Holder[]): Promise<readonly Way[]> {
  if (holders.length === 0) return [];
  const { rows } = await sql<{
    readonly kind: number;
    readonly holderId: number;
    readonly toStationId: number;
  }>`
    SELECT DISTINCT ON (t.holder, t.holder_id) t.holder AS kind, t.holder_id AS "holderId",
      t.to_station_id AS "toStationId"
    FROM unnest(${bigints(holders.map(holderNumber))}, ${bigints(holders.map(({ holderId }) => holderId))})
        AS w (holder, holder_id)
      JOIN transfer t ON t.from_station_id = ${stationId} AND t.cause = 'HOME' AND t.holder = w.holder
        AND t.holder_id = w.holder_id AND t.to_holder_id = w.holder_id
    WHERE NOT EXISTS (SELECT 1 FROM transfer b WHERE b.holder = t.holder AND b.holder_id = t.holder_id
        AND b.to_station_id = ${stationId} AND b.made_ms > t.made_ms)
      AND NOT EXISTS (SELECT 1 FROM lost_station l WHERE l.station_id = t.to_station_id)
    ORDER BY t.holder, t.holder_id, t.made_ms DESC`.execute(tx);
  return rows.map(({ kind, holderId, toStationId }) => {
    const holder = HOLDERS[kind] as HolderKind;
    return { holder, holderId, toHolderId: holderId, fromStationId: stationId, toStationId };
  });
}

/** What the county knows to be available at a station, and what takes from there, for each of some ways. */
async function leftAt(
  tx: Tx,
  stationId: number,
  ways: readonly Way[],
): Promise<{ readonly available: ReadonlyMap<string, number>; readonly underWay: readonly Transfer[] }> {
  const { rows } = await sql<{
    readonly kind: number;
    readonly holderId: number;
    readonly available: number;
  }>`
    SELECT holder AS kind, holder_id AS "holderId", available
    FROM unnest(${bigints(ways.map(holderNumber))}, ${bigints(ways.map(({ holderId }) => holderId))}) AS w (holder, holder_id)
      JOIN ledger_account USING (holder, holder_id) WHERE station_id = ${stationId}`.execute(tx);
  const underWay = await tx
    .selectFrom('transfer')
    .selectAll()
    .where('from_station_id', '=', stationId)
    .where(
      'holder_id',
      'in',
      ways.map(({ holderId }) => holderId),
    )
    .where('state', '=', 'CLOSING')
    .execute();
  const named = rows.map(({ kind, holderId, available }) => {
    return [accountName({ holder: HOLDERS[kind] as HolderKind, holderId }), available] as const;
  });
  return { available: new Map(named), underWay: underWay.map(transferOf) };
}

/**
 * What was still on its way when its owner moved, and what did not fit into one act, follows them: once a station's
 * facts let points become available, or closed some, whatever is left there of an account that the register has moved
 * away goes the same way. So does whatever turns up in the name of a registration that was merged into another: any
 * fact of its account is looked at, but one that found nothing to close. `events` are those that fit the accounts,
 * `merged` the registrations around them. Answers the stations that must be told.
 */
export async function followOwners(
  context: CountyContext,
  tx: Tx,
  stationId: number,
  events: readonly JournalEvent[],
  merged: readonly Merged[],
): Promise<readonly number[]> {
  const closedSome = events.filter((event) => event.type !== 'ALLOWANCE_CLOSED' || event.points > 0);
  const inOtherNames = mergedAway(stationId, accountsOf(closedSome), merged);
  const freed = closedSome.filter(
    ({ type }) => type === 'ENTRY_POSTED' || type === 'ENTRY_POSTED_UNTIL' || type === 'ALLOWANCE_CLOSED',
  );
  const own = accountsOf(freed).filter((one) => mergedOf(one, merged) === undefined);
  const ways = [...(await movedAway(tx, stationId, own)), ...inOtherNames];
  if (ways.length === 0) return [];
  const { available, underWay } = await leftAt(tx, stationId, ways);
  const made = ways.flatMap((way) => {
    const points = available.get(accountName(way)) ?? 0;
    const transfer = transferLeftBehind(way, points, underWay, () => newActId(context));
    return transfer === null ? [] : [transfer];
  });
  for (const transfer of made) {
    const maker = transfer.toHolderId === transfer.holderId ? byRegister : byMerging;
    await saveTransfer(tx, transfer, maker, context.nowMs());
  }
  return made.length > 0 ? [stationId] : [];
}

/** In whose register some people stand, as far as in one's of a station that is not lost. */
async function homesOf(tx: Tx, volunteerIds: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ readonly id: number; readonly home: number }>`
    SELECT volunteer_id AS id, min(station_id)::bigint AS home FROM register_person r
    WHERE volunteer_id = ANY(${bigints(volunteerIds)})
      AND NOT EXISTS (SELECT 1 FROM lost_station l WHERE l.station_id = r.station_id)
    GROUP BY volunteer_id`.execute(tx);
  return new Map(rows.map(({ id, home }) => [id, home]));
}

/**
 * The points of registrations that are being merged into another one follow to it, from wherever the county knows of
 * any; and what is owed in their name is paid. Whatever turns up later is `followOwners`'. Answers the stations that
 * must be told.
 */
export async function followMerging(
  context: CountyContext,
  tx: Tx,
  merged: readonly Merged[],
  maker: Pick<Maker, 'made_by' | 'reason'>,
): Promise<readonly number[]> {
  const homes = await homesOf(
    tx,
    merged.map(({ volunteerId }) => volunteerId),
  );
  const told: number[] = [];
  for (const { volunteerId: holderId, intoId: toHolderId, homeStationId: toStationId } of merged) {
    const wishes = (['PERSON', 'GIFT'] as const).map((holder): Wish => ({
      ...{ holder, holderId, toHolderId, toStationId },
      homeStationId: holder === 'PERSON' ? (homes.get(holderId) ?? 0) : 0,
    }));
    told.push(...(await followWishes(context, tx, toStationId, wishes, { ...byMerging, ...maker })));
  }
  return told;
}
