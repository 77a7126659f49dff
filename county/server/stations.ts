/** Asks of stations, and what the county's page shows of them. */
import { sql } from 'kysely';
import { err, ok, type Result } from '../../domain/result.ts';
import { MAX_REQUEST_BYTES } from '../../domain/wire/limits.ts';
import { decodeAsk, NO_REVOCATION_NEWS, type Ask, type RevocationNews } from '../../domain/wire/messages.ts';
import { WIRE_WITH_REVOCATIONS } from '../../domain/wire/version.ts';
import { admit, standingOf } from './atWork.ts';
import type { CountyContext } from './context.ts';
import { openFromStation, type Asked } from './door.ts';
import type { CountyError } from './errors.ts';
import { acknowledgement, headOf } from './ingest.ts';
import { keepTold } from './exceptions/prices.ts';
import { keepInForce } from './exceptions/rulesNamed.ts';
import type { Head, Place } from './ingestSql.ts';
import { riseAbove } from './numbers.ts';
import { heedWire, newsSince } from './revocations.ts';
import type { UnreadableCalls } from './unreadable.ts';

const ASK = { kind: 'ASK', maxBytes: MAX_REQUEST_BYTES, maxBodyBytes: MAX_REQUEST_BYTES } as const;

/** An ask that was heard, and what is to be acknowledged to it. */
export interface HeardAsk {
  readonly at: Place;
  readonly head: Head;
  readonly asked: Asked;
  readonly ask: Ask;
}

/** Takes the bytes of an ask; answers those of an acknowledgement. */
export async function takeAsk(
  context: CountyContext,
  bytes: Uint8Array,
): Promise<Result<Uint8Array, CountyError>> {
  const heard = await hearAsk(context, bytes);
  if (!heard.ok) return heard;
  const { ask } = heard.value;
  return ok((await acknowledgeAsk(context, heard.value, ask.revocationNumber)).bytes);
}

/** The acknowledgement of an ask, for a station that was told of revoked cards up to a number; and what that tells. */
export async function acknowledgeAsk(
  context: CountyContext,
  { at, head, asked }: HeardAsk,
  listedTo: number,
): Promise<{ readonly bytes: Uint8Array; readonly news: RevocationNews }> {
  const news =
    asked.version < WIRE_WITH_REVOCATIONS
      ? NO_REVOCATION_NEWS
      : await newsSince(context.db, at.stationId, listedTo);
  return { bytes: await acknowledgement(context, at, head, asked, news), news };
}

/**
 * Takes the bytes of an ask and keeps what the station says of itself. `carriedMs`: a stick carried it, and it was
 * written then by the station's clock; later news of the station go before it.
 */
export async function hearAsk(
  context: CountyContext,
  bytes: Uint8Array,
  carriedMs?: number,
): Promise<Result<HeardAsk, CountyError>> {
  const opened = await openFromStation(context, bytes, ASK);
  if (!opened.ok) return opened;
  const { signer, body } = opened.value;
  const ask = decodeAsk(body, opened.value.version);
  if (!ask.ok) return err({ kind: ask.error.kind });
  const { incarnation, running, recorded, referenceVersion, wallMs, appVersion } = ask.value;
  const { version } = opened.value;
  const at = { stationId: signer, incarnation };
  const nowMs = context.nowMs();
  const head = await context.db.transaction().execute(async (tx) => {
    const found = await headOf(tx, at, nowMs);
    if (found === null) return null;
    await riseAbove(tx, signer, referenceVersion);
    const { last_contact_ms: lastMs, wire_spoken: wireBefore } = await tx
      .selectFrom('station')
      .select(['last_contact_ms', 'wire_spoken'])
      .where('station_id', '=', signer)
      .executeTakeFirstOrThrow();
    if (carriedMs !== undefined && carriedMs < lastMs) return found;
    if (running === incarnation) {
      await admit(tx, at, nowMs);
      await keepInForce(tx, at, referenceVersion, recorded);
      await keepTold(tx, at, referenceVersion, recorded);
    }
    const { superseded } = await standingOf(tx, { stationId: signer, incarnation: running });
    const isSpokesman = running === incarnation && !superseded;
    if (isSpokesman) await heedWire(tx, signer, wireBefore, version, nowMs);
    if (!superseded)
      await tx
        .updateTable('incarnation')
        .set({ reported: recorded, reported_by: running })
        .where('station_id', '=', signer)
        .where('incarnation', '=', incarnation)
        .execute();
    await tx
      .updateTable('station')
      .set({
        last_contact_ms: carriedMs ?? nowMs,
        // Only the journal at work speaks for the station: an older one, or a machine whose place was taken, does not.
        ...(isSpokesman && {
          // PostgreSQL's text holds no NUL.
          app_version: appVersion.replaceAll('\0', ''),
          reported_recorded: recorded,
          reported_reference_version: referenceVersion,
          wire_spoken: version,
        }),
        // On a stick the words are old, and say nothing of how the clock stands against ours.
        ...(carriedMs === undefined && {
          clock_offset_ms: Number.isSafeInteger(wallMs - nowMs) ? wallMs - nowMs : 0,
        }),
      })
      .where('station_id', '=', signer)
      .execute();
    return found;
  });
  if (head === null) return err({ kind: 'TOO_MANY_JOURNALS' });
  return ok({ at, head, asked: opened.value, ask: ask.value });
}

export interface StationOverview {
  readonly stationId: number;
  readonly name: string;
  readonly townshipName: string;
  readonly enrolled: boolean;
  /** When it was declared lost; 0: it was not. */
  readonly lostMs: number;
  readonly lastContactMs: number;
  readonly appVersion: string;
  /** Events in the station's journal when it last asked. */
  readonly recorded: number;
  /** Of these, how many the county holds. */
  readonly durable: number;
  /** Events of older journals that the machine at work still has to send. */
  readonly olderUnsent: number;
  /** Events that came by stick and wait for those before them. */
  readonly held: number;
  readonly clockOffsetMs: number;
  readonly referenceVersion: number;
  readonly reportedReferenceVersion: number;
  readonly events: number;
  readonly signIns: number;
  readonly redemptions: number;
  readonly minutes: number;
  /** Of these the honour hours, which no scan recorded. */
  readonly honorMinutes: number;
  readonly pointsEarned: number;
  readonly pointsSpent: number;
}
export interface AlertOverview {
  readonly stationId: number;
  readonly kind: string;
  readonly incarnation: string;
  readonly seq: number;
  readonly createdMs: number;
}
export interface Overview {
  readonly nowMs: number;
  readonly sample: boolean;
  readonly unreadable: UnreadableCalls;
  readonly stations: readonly StationOverview[];
  readonly alerts: readonly AlertOverview[];
}

/** What the county's page shows: each station, and the newest alerts that nobody has settled. */
export async function overview(context: CountyContext): Promise<Overview> {
  const stations = await sql<StationOverview>`
    SELECT s.station_id AS "stationId", s.name, s.township_name AS "townshipName",
      EXISTS (SELECT 1 FROM station_key k WHERE k.station_id = s.station_id AND k.revoked_ms IS NULL) AS enrolled,
      coalesce((SELECT l.declared_ms FROM lost_station l WHERE l.station_id = s.station_id), 0)::bigint AS "lostMs",
      s.last_contact_ms AS "lastContactMs", s.app_version AS "appVersion", s.reported_recorded AS recorded,
      coalesce((SELECT i.durable_seq FROM incarnation i WHERE i.station_id = s.station_id
        ORDER BY i.admitted DESC, i.first_seen_ms DESC, i.incarnation LIMIT 1), 0)::bigint AS durable,
      coalesce((SELECT sum(i.reported - i.durable_seq) FROM incarnation i WHERE i.station_id = s.station_id
        AND i.reported > i.durable_seq AND i.incarnation <> i.reported_by AND i.reported_by =
          (SELECT w.incarnation FROM incarnation w WHERE w.station_id = s.station_id AND w.admitted > 0
           ORDER BY w.admitted DESC LIMIT 1)), 0)::bigint AS "olderUnsent",
      coalesce((SELECT sum(h.last_seq - h.first_seq + 1) FROM held_batch h
        WHERE h.station_id = s.station_id), 0)::bigint AS held,
      s.clock_offset_ms AS "clockOffsetMs", coalesce(r.version, 0)::bigint AS "referenceVersion",
      s.reported_reference_version AS "reportedReferenceVersion",
      coalesce(t.events, 0)::bigint AS events, coalesce(t.sign_ins, 0)::bigint AS "signIns",
      coalesce(t.redemptions, 0)::bigint AS redemptions, coalesce(t.minutes, 0)::bigint AS minutes,
      coalesce(t.honor_minutes, 0)::bigint AS "honorMinutes",
      coalesce(t.points_earned, 0)::bigint AS "pointsEarned",
      coalesce(t.points_spent, 0)::bigint AS "pointsSpent"
    FROM station s
    LEFT JOIN station_total t ON t.station_id = s.station_id
    LEFT JOIN reference_version r ON r.station_id = s.station_id
    ORDER BY s.station_id LIMIT 2000`.execute(context.db);
  const alerts = await sql<AlertOverview>`
    SELECT station_id AS "stationId", kind, incarnation, seq, created_ms AS "createdMs"
    FROM alert WHERE state <> 'SETTLED' ORDER BY created_ms DESC, alert_id DESC LIMIT 100`.execute(
    context.db,
  );
  return {
    nowMs: context.nowMs(),
    sample: context.sample,
    unreadable: context.unreadable,
    stations: stations.rows,
    alerts: alerts.rows,
  };
}
