/**
 * Where points shall go because of people: a volunteer asks for theirs at another station, or the register has them in
 * another village now. Both make transfers (domain/points/transfer.ts) from every station where the county knows of points.
 */
import { sql } from 'kysely';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { accountName, type HolderKind, holderNumber, HOLDERS } from '../../domain/points/account.ts';
import { mergedOf } from '../../domain/points/merging.ts';
import {
  transfersAnswering,
  transfersFor,
  type Source,
  type Transfer,
  type Wish,
} from '../../domain/points/transfer.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import type { CountyContext } from './context.ts';
import { bigints } from './db/arrays.ts';
import type { Tx } from './ingestSql.ts';
import { mergedAround } from './merged.ts';
import { newActId, saveTransfer, transferOf, type Maker } from './transferRows.ts';

const byVolunteer: Maker = { cause: 'REQUEST', made_by: '', reason: '' };
const byRegister: Maker = { cause: 'HOME', made_by: '', reason: '' };

/**
 * Points that could move of some accounts, by station; 0 where the county knows of an account without any. With
 * `waiting` also those that may become available later: an act that closes nothing yet says where they shall follow.
 */
async function sourcesOf(
  tx: Tx,
  wishes: readonly Wish[],
  waiting: boolean,
): Promise<ReadonlyMap<string, readonly Source[]>> {
  const { rows } = await sql<Source & { readonly kind: number; readonly holderId: number }>`
    SELECT w.holder AS kind, w.holder_id AS "holderId", s.station_id AS "stationId",
      coalesce(a.available + ${waiting ? 1 : 0} * (a.pending + a.held), 0)::bigint AS available
    FROM unnest(${bigints(wishes.map(holderNumber))}, ${bigints(wishes.map(({ holderId }) => holderId))},
        ${bigints(wishes.map(({ homeStationId }) => homeStationId))}) AS w (holder, holder_id, home)
      CROSS JOIN station s
      LEFT JOIN ledger_account a
        ON a.station_id = s.station_id AND a.holder = w.holder AND a.holder_id = w.holder_id
    WHERE (a.holder_id IS NOT NULL OR s.station_id = w.home)
      AND NOT EXISTS (SELECT 1 FROM lost_station l WHERE l.station_id = s.station_id)`.execute(tx);
  const sources = new Map<string, Source[]>();
  for (const { kind, holderId, stationId, available } of rows) {
    const name = accountName({ holder: HOLDERS[kind] as HolderKind, holderId });
    sources.set(name, [...(sources.get(name) ?? []), { stationId, available }]);
  }
  return sources;
}

async function underWayTo(
  tx: Tx,
  toStationId: number,
  wishes: readonly Wish[],
): Promise<readonly Transfer[]> {
  const rows = await tx
    .selectFrom('transfer')
    .selectAll()
    .where('to_station_id', '=', toStationId)
    .where((eb) => {
      const whose = [...new Set(wishes.map(({ holderId }) => holderId))];
      return eb.or([eb('holder_id', 'in', whose), eb('to_holder_id', 'in', whose)]);
    })
    .where('state', '<>', 'OPENED')
    .execute();
  return rows.map(transferOf);
}

/** Makes what the wishes to one station lead to; answers the stations that must be told. */
export async function followWishes(
  context: CountyContext,
  tx: Tx,
  toStationId: number,
  wishes: readonly Wish[],
  maker: Maker,
): Promise<readonly number[]> {
  if (wishes.length === 0) return [];
  const sources = await sourcesOf(tx, wishes, maker.cause === 'HOME');
  const underWay = await underWayTo(tx, toStationId, wishes);
  // A volunteer who asks is answered in any case, by what becomes of their own account.
  const answers = (wish: Wish): boolean => maker.cause === 'REQUEST' && wish.holder === 'PERSON';
  const made = wishes.flatMap((wish) =>
    (answers(wish) ? transfersAnswering : transfersFor)(
      wish,
      sources.get(accountName(wish)) ?? [],
      underWay,
      () => newActId(context),
    ),
  );
  for (const transfer of made) await saveTransfer(tx, transfer, maker, context.nowMs());
  return made.map(({ fromStationId, state }) => (state === 'CLOSING' ? fromStationId : toStationId));
}

/** Whether the register that a station was given has somebody as the head of a household of its village. */
async function isHead(tx: Tx, stationId: number, householdId: number, volunteerId: number): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM reference_part p, jsonb_array_elements(p.data) h
    WHERE p.station_id = ${stationId} AND p.kind = 'households' AND (h->>'id')::bigint = ${householdId}
      AND (h->>'headId')::bigint = ${volunteerId}`.execute(tx);
  return rows.length > 0;
}

/**
 * Follows a wish that a station recorded: the volunteer's own points and gifts, and the household's if they are its
 * head there, by the register and not by the station's word. A registration that was merged meanwhile asks for the
 * person who was kept. Answers the stations that must be told.
 */
export async function followRequest(
  context: CountyContext,
  tx: Tx,
  toStationId: number,
  { volunteerId: askedFor, homeStationId: saidHome, householdId }: JournalEvent<'ALLOWANCE_REQUESTED'>,
): Promise<readonly number[]> {
  const merged = mergedOf({ holder: 'PERSON', holderId: askedFor }, await mergedAround(tx, [askedFor]));
  const volunteerId = merged?.intoId ?? askedFor;
  const homeStationId = merged?.homeStationId ?? saidHome;
  const wishes: Wish[] = [
    { holder: 'PERSON', holderId: volunteerId, homeStationId, toStationId },
    { holder: 'GIFT', holderId: volunteerId, homeStationId: 0, toStationId },
  ];
  if (householdId !== 0 && (await isHead(tx, toStationId, householdId, volunteerId)))
    wishes.push({ holder: 'HOUSEHOLD', holderId: householdId, homeStationId: 0, toStationId });
  return followWishes(context, tx, toStationId, wishes, byVolunteer);
}

/**
 * People whom the new register of a station has in its village, and the one before had not: their points follow them,
 * and those of a household that came with them. `movers`: where some of them stood, as their file says. A station that had no register yet has nobody who moved. Must be
 * called before the new register takes the place of the other. Answers the stations that must be told.
 */
export async function followRegister(
  context: CountyContext,
  tx: Tx,
  { station: { id: stationId }, volunteers }: Reference,
  movers: ReadonlyMap<number, number>,
): Promise<readonly number[]> {
  const here = volunteers.filter(({ homeStationId }) => homeStationId === stationId);
  const { rows: found } = await sql<{ readonly id: number; readonly homeStationId: number }>`
    SELECT w.id, coalesce(before.home, 0)::bigint AS "homeStationId"
    FROM reference_part p CROSS JOIN unnest(${bigints(here.map(({ id }) => id))}) AS w (id)
      LEFT JOIN (SELECT (v->>'id')::bigint AS id, (v->>'homeStationId')::bigint AS home
        FROM reference_part q, jsonb_array_elements(q.data) v
        WHERE q.station_id = ${stationId} AND q.kind = 'volunteers') before ON before.id = w.id
    WHERE p.station_id = ${stationId} AND p.kind = 'volunteers'
      AND before.home IS DISTINCT FROM ${stationId}::bigint`.execute(tx);
  const noticed = new Set(found.map(({ id }) => id));
  // Whoever is said to move does so also to a village that begins.
  const said = [...movers.keys()].filter((id) => !noticed.has(id));
  const newcomers = [...found, ...said.map((id) => ({ id, homeStationId: 0 }))];
  if (newcomers.length === 0) return [];
  const { rows: known } = await sql<{ readonly id: number }>`
    SELECT (h->>'id')::bigint AS id FROM reference_part p, jsonb_array_elements(p.data) h
    WHERE p.station_id = ${stationId} AND p.kind = 'households'`.execute(tx);
  // Whoever marries into a household of this village brings their own points, and not their family's.
  const old = new Set([0, ...known.map(({ id }) => id)]);
  const came = new Set(newcomers.map(({ id }) => id));
  const households = new Set(
    here.filter(({ id, householdId }) => came.has(id) && !old.has(householdId)).map((one) => one.householdId),
  );
  const wishes = newcomers.flatMap(({ id: holderId, homeStationId: knownHome }): Wish[] => [
    {
      ...{ holder: 'PERSON', holderId, toStationId: stationId },
      homeStationId: movers.get(holderId) ?? knownHome,
    },
    { holder: 'GIFT', holderId, homeStationId: 0, toStationId: stationId },
  ]);
  for (const holderId of households)
    wishes.push({ holder: 'HOUSEHOLD', holderId, homeStationId: 0, toStationId: stationId });
  // What turned up in another name of theirs while they had no home.
  for (const { volunteerId: holderId, intoId: toHolderId } of await mergedAround(tx, [...came]))
    for (const holder of ['PERSON', 'GIFT'] as const)
      wishes.push({ holder, holderId, toHolderId, homeStationId: 0, toStationId: stationId });
  return followWishes(context, tx, stationId, wishes, byRegister);
}
