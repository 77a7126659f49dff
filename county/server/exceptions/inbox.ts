/** The exceptions as a person reads them: who, when, what, and what can be said to it. */
import { sql } from 'kysely';
import { parseCanonical } from '../../../domain/journal/canonical.ts';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import type { CountyContext } from '../context.ts';
import type { CountyDb } from '../db/open.ts';
import type { Tx } from '../ingestSql.ts';
import type { AlertFacts } from './facts.ts';
import { deedOn, type Deed } from './deeds.ts';
import { choicesOf } from './kinds.ts';
import { namesFor, type Names } from './names.ts';
import { placeName, type PlaceOfFact } from './places.ts';
import { trueTimesAt } from './trueTimes.ts';
import { actsUnderWay, alertName, type ActUnderWay } from './underWay.ts';

/** Exceptions that are shown at a time. */
export const INBOX_PAGE = 50;

/** A fact that an exception is about. */
export interface FactOverview {
  readonly stationId: number;
  readonly stationName: string;
  readonly incarnation: string;
  readonly seq: number;
  /** Undefined where the county does not hold it, or cannot read it. */
  readonly event?: JournalEvent;
  /** When it really was, where its machine was not sure of the time and the county knows. */
  readonly correctedMs?: number;
  /** Of a service. */
  readonly fromMs?: number;
  readonly toMs?: number;
}
export interface ExceptionOverview {
  readonly stationId: number;
  readonly alertId: number;
  readonly kind: string;
  readonly createdMs: number;
  readonly state: 'OPEN' | 'WAITING' | 'SETTLED';
  readonly choices: readonly string[];
  readonly settledMs: number | null;
  readonly settledBy: string;
  readonly settledHow: string;
  readonly note: string;
  /** WAITING: for what, and whether in vain. */
  readonly underWay: ActUnderWay | null;
  readonly about: FactOverview;
  /** DOUBLED_ATTENDANCE: the services that it overlaps. */
  readonly others: readonly FactOverview[];
  /** OVERSOLD: what was not there. */
  readonly lines: readonly { readonly goodsId: number; readonly quantity: number }[];
  /** FORK: what was sent in the place of what is stored. RULE_DIFFERENCE: what the county comes to. */
  readonly instead: unknown;
}
export interface Inbox extends Names {
  readonly nowMs: number;
  readonly exceptions: readonly ExceptionOverview[];
  /** How many there are of each kind, whatever is shown of them. */
  readonly counts: readonly { readonly kind: string; readonly count: number }[];
}

/** The facts at some places, by their names. */
export async function factsAt(
  db: CountyDb | Tx,
  places: readonly PlaceOfFact[],
): Promise<ReadonlyMap<string, JournalEvent>> {
  const { rows } = await sql<PlaceOfFact & { body: string }>`
    SELECT e.station_id AS "stationId", e.incarnation, e.seq, e.body
    FROM unnest(${places.map(({ stationId }) => stationId)}::bigint[],
      ${places.map(({ incarnation }) => incarnation)}::text[], ${places.map(({ seq }) => seq)}::bigint[])
      AS p (station_id, incarnation, seq) JOIN event e USING (station_id, incarnation, seq)`.execute(db);
  const events = new Map<string, JournalEvent>();
  for (const { body, ...place } of rows) {
    const event = parseCanonical(body);
    if (event !== undefined) events.set(placeName(place), event);
  }
  return events;
}

export interface InboxQuery {
  readonly settled: boolean;
  /** Only of one station, or of one kind. */
  readonly stationId?: number | undefined;
  readonly kind?: string | undefined;
  /** Leaves out so many of the newest. */
  readonly from?: number;
  readonly limit?: number;
}

async function countsOf(db: CountyDb, { settled, stationId }: InboxQuery): Promise<Inbox['counts']> {
  return db
    .selectFrom('alert')
    .select(['kind', (eb) => eb.fn.countAll<number>().as('count')])
    .where('state', settled ? '=' : '<>', 'SETTLED')
    .$if(stationId !== undefined, (query) => query.where('station_id', '=', stationId ?? 0))
    .groupBy('kind')
    .orderBy('kind')
    .execute();
}

/** The newest exceptions that nobody has settled, or (`settled`) that somebody has; at most `limit` at a time. */
export async function listExceptions(context: CountyContext, query: InboxQuery): Promise<Inbox> {
  const { settled, stationId, kind, from = 0, limit = INBOX_PAGE } = query;
  const { db } = context;
  const rows = await db
    .selectFrom('alert')
    .innerJoin('station', 'station.station_id', 'alert.station_id')
    .selectAll('alert')
    .select('station.name')
    .where('alert.state', settled ? '=' : '<>', 'SETTLED')
    .$if(stationId !== undefined, (rows) => rows.where('alert.station_id', '=', stationId ?? 0))
    .$if(kind !== undefined, (rows) => rows.where('alert.kind', '=', kind ?? ''))
    .orderBy(settled ? 'alert.settled_ms' : 'alert.created_ms', 'desc')
    .orderBy('alert.alert_id', 'desc')
    .limit(limit)
    .offset(from)
    .execute();
  const parsed = rows.map((row) => ({ row, facts: JSON.parse(row.facts) as AlertFacts }));
  const places = parsed.flatMap(({ row, facts }) => [
    { stationId: row.station_id, incarnation: row.incarnation, seq: row.seq },
    ...(facts.others ?? []),
  ]);
  const events = await factsAt(db, places);
  const trueTimes = await trueTimesAt(db, places);
  const underWay = await actsUnderWay(
    db,
    rows.map(({ station_id: stationId, alert_id: alertId }) => ({ stationId, alertId })),
  );
  const stations = await db.selectFrom('station').select(['station_id', 'name']).execute();
  const stationNames = new Map(stations.map(({ station_id, name }) => [station_id, name]));
  const fact = (place: PlaceOfFact, span: Partial<FactOverview> = {}): FactOverview => {
    const { stationId, incarnation, seq } = place;
    const event = events.get(placeName(place));
    const correctedMs = trueTimes.get(placeName(place));
    return {
      stationId,
      stationName: stationNames.get(stationId) ?? '',
      incarnation,
      seq,
      ...(event && { event }),
      ...(correctedMs !== undefined && { correctedMs }),
      ...span,
    };
  };
  const deedAt = (place: PlaceOfFact): Deed | null => deedOn(events.get(placeName(place)), place.incarnation);
  const exceptions = parsed.map(({ row, facts }): ExceptionOverview => ({
    stationId: row.station_id,
    alertId: row.alert_id,
    kind: row.kind,
    createdMs: row.created_ms,
    state: row.state,
    choices: choicesOf(
      row.kind,
      [
        { stationId: row.station_id, incarnation: row.incarnation, seq: row.seq },
        ...(facts.others ?? []),
      ].map(deedAt),
    ),
    settledMs: row.settled_ms,
    settledBy: row.settled_by,
    settledHow: row.settled_how,
    note: row.note,
    underWay: underWay.get(alertName({ stationId: row.station_id, alertId: row.alert_id })) ?? null,
    about: fact({ stationId: row.station_id, incarnation: row.incarnation, seq: row.seq }, facts.span),
    others: (facts.others ?? []).map((other) => fact(other, { fromMs: other.fromMs, toMs: other.toMs })),
    lines: facts.lines ?? [],
    instead: facts.other === undefined ? (facts.expected ?? null) : (parseCanonical(facts.other) ?? null),
  }));
  return {
    nowMs: context.nowMs(),
    exceptions,
    counts: await countsOf(db, query),
    ...(await namesFor(
      db,
      places.map(({ stationId }) => stationId),
      [...events.values()],
    )),
  };
}
