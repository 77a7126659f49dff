/** The statements of one batch. Rows go in by unnest: one statement whatever the number of rows. */
import { sql, type Transaction } from 'kysely';
import type { VerifiedRun } from '../../domain/wire/batch.ts';
import { hex } from './codecs.ts';
import { bigints, hexTexts, lines } from './db/arrays.ts';
import type { CountyTables } from './db/schema.ts';
import { bootTimesOf } from './exceptions/trueTimes.ts';
import { codeOf, type StationGain, type VolunteerGain } from './fold.ts';

export type Tx = Transaction<CountyTables>;

export interface Place {
  readonly stationId: number;
  readonly incarnation: string;
}
export interface Head {
  readonly durableSeq: number;
  readonly headHash: string;
}

/** Makes the incarnation's row if it is new; says whether it was, so that it can be told to a person. */
export async function openIncarnation(tx: Tx, at: Place, genesis: string, nowMs: number): Promise<boolean> {
  const made = await sql`
    INSERT INTO incarnation (station_id, incarnation, durable_seq, head_hash, first_seen_ms, last_received_ms,
      ordinal)
    SELECT ${at.stationId}::bigint, ${at.incarnation}::text, 0, ${genesis}::text, ${nowMs}::bigint, 0, coalesce(max(ordinal), 0) + 1
    FROM incarnation WHERE station_id = ${at.stationId}
    ON CONFLICT DO NOTHING RETURNING 1 AS made`.execute(tx);
  return made.rows.length > 0;
}

/** How far an incarnation is durable; locks it against another batch until the transaction ends. */
export async function lockHead(tx: Tx, at: Place): Promise<Head | undefined> {
  const row = await tx
    .selectFrom('incarnation')
    .select(['durable_seq', 'head_hash'])
    .where('station_id', '=', at.stationId)
    .where('incarnation', '=', at.incarnation)
    .forUpdate()
    .executeTakeFirst();
  return row && { durableSeq: row.durable_seq, headHash: row.head_hash };
}

/** The stored hashes of a span of events, by seq. */
export async function storedHashes(
  tx: Tx,
  at: Place,
  from: number,
  to: number,
): Promise<Map<number, string>> {
  const rows = await tx
    .selectFrom('event')
    .select(['seq', 'hash'])
    .where('station_id', '=', at.stationId)
    .where('incarnation', '=', at.incarnation)
    .where('seq', '>=', from)
    .where('seq', '<=', to)
    .execute();
  return new Map(rows.map((row) => [row.seq, row.hash]));
}

/** How a run came. */
export interface Arrival {
  readonly nowMs: number;
  /** `monthOf` that. */
  readonly month: number;
  /** In a session that began with an ask: what that said of the station's clock is of this very hour. */
  readonly byLine: boolean;
}

/**
 * Stores the events of a run from its `skip`-th on, and with them that their sequences are taken, how the station's
 * clock stood when they came, and the boots of which they show the time (exceptions/trueTimes.ts).
 */
export async function insertEvents(
  tx: Tx,
  run: VerifiedRun,
  skip: number,
  { nowMs, month, byLine }: Arrival,
): Promise<void> {
  const events = run.events.slice(skip);
  const [first] = events;
  if (first === undefined) return;
  const boots = bootTimesOf(events);
  await sql`
    WITH run AS (
      INSERT INTO event_run (station_id, incarnation, first_seq, last_seq, clock_offset_ms, asked_seq)
      VALUES (${run.stationId}, ${run.incarnation}, ${first.seq}, ${first.seq + events.length - 1},
        (SELECT clock_offset_ms FROM station WHERE station_id = ${run.stationId} AND ${byLine}::boolean),
        (SELECT reported FROM incarnation
          WHERE station_id = ${run.stationId} AND incarnation = ${run.incarnation} AND ${byLine}::boolean))
    ), boots AS (
      INSERT INTO boot_time (station_id, incarnation, boot, began_ms)
      SELECT ${run.stationId}::bigint, ${run.incarnation}::text, * FROM unnest(
        ${bigints(boots.map(({ boot }) => boot))}, ${bigints(boots.map(({ beganMs }) => beganMs))})
      ON CONFLICT DO NOTHING
    )
    INSERT INTO event (station_id, incarnation, seq, month, code, at_ms, received_ms, hash, body)
    SELECT ${run.stationId}::bigint, ${run.incarnation}::text, seq, ${month}::integer, code, at_ms,
           ${nowMs}::bigint, hash, body
    FROM ROWS FROM (
      unnest(
        ${bigints(events.map((event) => event.seq))},
        ${bigints(events.map(codeOf))},
        ${bigints(events.map((event) => event.atMs))},
        ${hexTexts(run.hashes.slice(skip).map(hex))}
      ),
      ${lines(run.texts.slice(skip))}
    ) AS fresh (seq, code, at_ms, hash, body)`.execute(tx);
}

export async function moveHead(tx: Tx, at: Place, head: Head, nowMs: number): Promise<void> {
  await tx
    .updateTable('incarnation')
    .set({ durable_seq: head.durableSeq, head_hash: head.headHash, last_received_ms: nowMs })
    .where('station_id', '=', at.stationId)
    .where('incarnation', '=', at.incarnation)
    .execute();
}

/** Whether a run continues a fork that was laid aside: it belongs to no journal of ours then, whatever comes later. */
export async function continuesAside(tx: Tx, run: VerifiedRun): Promise<boolean> {
  const found = await tx
    .selectFrom('quarantine')
    .select('first_seq')
    .where('station_id', '=', run.stationId)
    .where('incarnation', '=', run.incarnation)
    .where('head_hash', '=', hex(run.previousHash))
    .where('reason', '=', 'FORK')
    .executeTakeFirst();
  return found !== undefined;
}

/** Keeps when a station last spoke. A stick may bring words that are older than what came by line. */
export async function heardFrom(tx: Tx, stationId: number, heardMs: number): Promise<void> {
  await sql`UPDATE station SET last_contact_ms = greatest(last_contact_ms, ${heardMs}::bigint)
    WHERE station_id = ${stationId}`.execute(tx);
}

export async function addToStation(tx: Tx, stationId: number, gain: StationGain): Promise<void> {
  await sql`
    INSERT INTO station_total (station_id, events, sign_ins, sign_outs, redemptions, minutes, honor_minutes,
                               points_earned, points_spent, last_event_ms)
    VALUES (${stationId}, ${gain.events}, ${gain.signIns}, ${gain.signOuts}, ${gain.redemptions},
            ${gain.minutes}, ${gain.honorMinutes}, ${gain.pointsEarned}, ${gain.pointsSpent}, ${gain.lastEventMs})
    ON CONFLICT (station_id) DO UPDATE SET
      events = station_total.events + excluded.events,
      sign_ins = station_total.sign_ins + excluded.sign_ins,
      sign_outs = station_total.sign_outs + excluded.sign_outs,
      redemptions = station_total.redemptions + excluded.redemptions,
      minutes = station_total.minutes + excluded.minutes,
      honor_minutes = station_total.honor_minutes + excluded.honor_minutes,
      points_earned = station_total.points_earned + excluded.points_earned,
      points_spent = station_total.points_spent + excluded.points_spent,
      last_event_ms = greatest(station_total.last_event_ms, excluded.last_event_ms)`.execute(tx);
}

export async function addToVolunteers(
  tx: Tx,
  stationId: number,
  gains: ReadonlyMap<number, VolunteerGain>,
): Promise<void> {
  if (gains.size === 0) return;
  const rows = [...gains].sort((a, b) => a[0] - b[0]);
  await sql`
    INSERT INTO volunteer_total (station_id, volunteer_id, minutes, honor_minutes, points_earned, points_spent,
                                 points_opened)
    SELECT ${stationId}::bigint, volunteer_id, minutes, honor, earned, spent, opened
    FROM unnest(
      ${bigints(rows.map(([id]) => id))},
      ${bigints(rows.map(([, gain]) => gain.minutes))},
      ${bigints(rows.map(([, gain]) => gain.honorMinutes))},
      ${bigints(rows.map(([, gain]) => gain.pointsEarned))},
      ${bigints(rows.map(([, gain]) => gain.pointsSpent))},
      ${bigints(rows.map(([, gain]) => gain.pointsOpened))}
    ) AS gain (volunteer_id, minutes, honor, earned, spent, opened)
    ON CONFLICT (station_id, volunteer_id) DO UPDATE SET
      minutes = volunteer_total.minutes + excluded.minutes,
      honor_minutes = volunteer_total.honor_minutes + excluded.honor_minutes,
      points_earned = volunteer_total.points_earned + excluded.points_earned,
      points_spent = volunteer_total.points_spent + excluded.points_spent,
      points_opened = volunteer_total.points_opened + excluded.points_opened`.execute(tx);
}
