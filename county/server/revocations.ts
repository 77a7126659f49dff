/**
 * The county's list of revoked cards (WIRE.md, Revoked cards): one for all stations, numbered, only ever longer. What
 * a station lacks of it goes with the acknowledgement of its ask. Stations that speak version 1 of the wire have the
 * whole of it within their reference data.
 */
import { sql } from 'kysely';
import type { Reference } from '../../domain/reference/reference.ts';
import { MAX_REVOKED_PER_ANSWER } from '../../domain/wire/limits.ts';
import type { RevocationNews } from '../../domain/wire/messages.ts';
import { WIRE_WITH_REVOCATIONS } from '../../domain/wire/version.ts';
import { bigints } from './db/arrays.ts';
import type { CountyDb } from './db/open.ts';
import type { Tx } from './ingestSql.ts';
import { raiseVersions } from './transferRows.ts';

/** How far beyond what may have been told before a number goes: no county revokes so many between two backups. */
const NUMBERS_BEYOND = 1000;
/** Beyond this no number that a station names is believed: nothing could be counted above it. */
const MAX_BELIEVED = 2 ** 50;

/** The number of the newest card; they are numbered from 1 without a gap. */
const LAST = sql`coalesce((SELECT max(number) FROM revoked_card), 0)::bigint`;

/** In place of the list in the reference data of stations that are told of it otherwise. */
export const TOLD_OTHERWISE: Reference['revocations'] = { number: 0, cardNumbers: [] };

/**
 * Puts cards on the list. Answers those that were not on it; only these have a number now, and the caller raises the
 * versions of the stations that are told by those alone (`toldByReference`).
 */
export async function putOnList(
  tx: Tx,
  cardNumbers: readonly number[],
  nowMs: number,
): Promise<readonly number[]> {
  if (cardNumbers.length === 0) return [];
  // A row that every county has and nobody changes: a number must not be seen before a lower one is.
  await sql`SELECT 1 FROM meta WHERE name = 'epoch' FOR UPDATE`.execute(tx);
  const { rows } = await sql<{ cardNumber: number }>`
    INSERT INTO revoked_card (number, card_number, revoked_ms)
      SELECT ${LAST} + row_number() OVER (ORDER BY n), n, ${nowMs}::bigint
      FROM (SELECT DISTINCT unnest(${bigints(cardNumbers)}) AS n) given
      WHERE NOT EXISTS (SELECT 1 FROM revoked_card r WHERE r.card_number = n)
      RETURNING card_number AS "cardNumber"`.execute(tx);
  return rows.map(({ cardNumber }) => cardNumber);
}

/** Stations that learn of the list by another version of their reference data alone. */
export async function toldByReference(tx: Tx): Promise<readonly number[]> {
  const older = await tx
    .selectFrom('station')
    .select('station_id')
    .where('wire_spoken', '<', WIRE_WITH_REVOCATIONS)
    .execute();
  return older.map((row) => row.station_id);
}

/** A station that was set back to version 1 of the wire is given the list within its reference data again. */
export async function heedWire(
  tx: Tx,
  stationId: number,
  was: number,
  spoken: number,
  nowMs: number,
): Promise<void> {
  if (was >= WIRE_WITH_REVOCATIONS && spoken < WIRE_WITH_REVOCATIONS)
    await raiseVersions(tx, [stationId], nowMs);
}

/** What a station that has the list up to `since` lacks of it, as much as one answer holds. */
export async function newsSince(
  db: CountyDb | Tx,
  stationId: number,
  since: number,
): Promise<RevocationNews> {
  const { rows } = await sql<{ beyond: number; newest: number; cards: string | null }>`
    SELECT s.list_beyond AS beyond, ${LAST} AS newest,
      (SELECT json_agg(r.card_number ORDER BY r.number)::text FROM (SELECT number, card_number FROM revoked_card
        WHERE number > ${since}::bigint - s.list_beyond ORDER BY number LIMIT ${MAX_REVOKED_PER_ANSWER}) r) AS cards
    FROM station s WHERE s.station_id = ${stationId}`.execute(db);
  const { beyond, newest, cards } = rows[0] ?? { beyond: 0, newest: 0, cards: null };
  if (since > beyond + newest && since < MAX_BELIEVED) {
    // It was told of more than this county knows of, which has lost some: it gets all there is under higher numbers.
    await sql`UPDATE station SET list_beyond = ${since} WHERE station_id = ${stationId}`.execute(db);
    return newsSince(db, stationId, since);
  }
  const cardNumbers = cards === null ? [] : (JSON.parse(cards) as number[]);
  // Numbered without a gap.
  const number = beyond + Math.min(newest, Math.max(since - beyond, 0) + cardNumbers.length);
  return { since, number, left: beyond + newest - number, cardNumbers };
}

/** The whole list, as it stands in the reference data of version 1. */
export async function wholeList(tx: Tx, stationId: number): Promise<Reference['revocations']> {
  const { rows } = await sql<{ number: number; cardNumbers: string | null }>`
    SELECT s.list_beyond + ${LAST} AS number,
      (SELECT json_agg(card_number ORDER BY number)::text FROM revoked_card) AS "cardNumbers"
    FROM station s WHERE s.station_id = ${stationId}`.execute(tx);
  const [row] = rows;
  return { number: row?.number ?? 0, cardNumbers: JSON.parse(row?.cardNumbers ?? '[]') as number[] };
}

/** The list within a station's reference data: the whole, where the station does not know to ask for it otherwise. */
export async function listInReference(
  tx: Tx,
  stationId: number,
  forNewMachine: boolean,
): Promise<Reference['revocations']> {
  const { wire_spoken: spoken } = await tx
    .selectFrom('station')
    .select('wire_spoken')
    .where('station_id', '=', stationId)
    .executeTakeFirstOrThrow();
  return spoken < WIRE_WITH_REVOCATIONS || forNewMachine ? wholeList(tx, stationId) : TOLD_OTHERWISE;
}

/** What a station is told from now on is numbered beyond what it may have been told before; null: all stations. */
export async function leaveListBehind(tx: Tx, stationId: number | null): Promise<void> {
  await sql`UPDATE station s SET list_beyond = s.list_beyond + ${LAST} + ${NUMBERS_BEYOND}::bigint
    WHERE (${stationId}::bigint IS NULL OR s.station_id = ${stationId}::bigint)`.execute(tx);
}

/**
 * Puts back onto the list what the county's folder has as revoked. Where the database lacks any of it, it is an older
 * one that was brought back, and what stations were told since is not known.
 */
export async function putBackOnList(tx: Tx, cardNumbers: readonly number[], nowMs: number): Promise<void> {
  if ((await putOnList(tx, cardNumbers, nowMs)).length === 0) return;
  await leaveListBehind(tx, null);
  await raiseVersions(tx, await toldByReference(tx), nowMs);
}
