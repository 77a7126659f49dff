/** The views that both sides keep besides accounts: of the same facts a station and the county have the same rows. */
import type { Database } from 'better-sqlite3';
import { sql } from 'kysely';
import type { CountyDb } from '../../../county/server/db/open.ts';
import { EVENTS } from '../../../domain/journal/events.ts';
import type { Findings } from './findings.ts';

/** One view, as either side keeps it; the columns have the same names. */
interface SharedView {
  /** Of the station's database. */
  readonly here: string;
  /** Of the county's, where $S is the station. */
  readonly there: string;
}
const LOT = `l.seq, l.part, earned_day, at_ms, expiry_day, amount, remaining, l.expired, l.closed, state, recorded_by,
  confirmed_by, posted_until_day`;
const SHARED_VIEWS = {
  lot: {
    here: `SELECT l.holder, l.holder_id, i.name, ${LOT} FROM lot l JOIN incarnation i ON i.ordinal = l.incarnation`,
    there: `SELECT l.holder, l.holder_id, l.incarnation AS name, ${LOT} FROM ledger_lot l WHERE station_id = $S`,
  },
  'use of a lot': {
    here: `SELECT i.name, u.seq, holder, holder_id, o.name AS of_name, lot_seq, lot_part, points, restored
      FROM lot_use u JOIN incarnation i ON i.ordinal = u.incarnation
      JOIN incarnation o ON o.ordinal = u.lot_incarnation`,
    there: `SELECT incarnation AS name, seq, holder, holder_id, lot_incarnation AS of_name, lot_seq, lot_part, points,
      restored FROM ledger_use WHERE station_id = $S`,
  },
  'minutes of a volunteer': {
    here: 'SELECT holder_id AS volunteer_id, minutes FROM account WHERE minutes <> 0',
    there: 'SELECT volunteer_id, minutes FROM volunteer_total WHERE station_id = $S AND minutes <> 0',
  },
} as const satisfies Record<string, SharedView>;
type ViewName = keyof typeof SHARED_VIEWS;
const VIEW_NAMES = Object.keys(SHARED_VIEWS) as ViewName[];
export type Views = ReadonlyMap<ViewName, readonly string[]>;

/** A row of a view as one text. */
function rowText(row: object): string {
  return Object.entries(row)
    .map(([name, value]) => `${name} ${value}`)
    .join(' ');
}

export function stationViews(db: Database): Views {
  return new Map(
    VIEW_NAMES.map((name) => [name, db.prepare<[], object>(SHARED_VIEWS[name].here).all().map(rowText)]),
  );
}

/** Compares the views of a station with the county's of it; to be asked where both have the same facts. */
export async function checkViews(
  db: CountyDb,
  stationId: number,
  views: Views,
  findings: Findings,
): Promise<void> {
  for (const name of VIEW_NAMES) {
    const text = SHARED_VIEWS[name].there.replace('$S', String(stationId));
    const here = new Set(views.get(name));
    for (const row of (await sql.raw<object>(text).execute(db)).rows.map(rowText))
      if (!here.delete(row))
        findings.add(`not the same ${name}`, `station ${stationId}: the county has ${row}`);
    for (const row of here)
      findings.add(`not the same ${name}`, `station ${stationId}: the station has ${row}`);
  }
}

interface Totals {
  readonly events: number;
  readonly signIns: number;
  readonly signOuts: number;
  readonly redemptions: number;
}

/** What the county's page says of a station, against the codes of the events that the county has. */
export async function checkTotals(db: CountyDb, stationId: number, findings: Findings): Promise<void> {
  const { rows } = await sql<Totals>`
    SELECT events, sign_ins AS "signIns", sign_outs AS "signOuts", redemptions FROM station_total
    WHERE station_id = ${stationId}`.execute(db);
  const counted = await sql<Totals>`
    SELECT count(*)::bigint AS events,
      count(*) FILTER (WHERE code = ${EVENTS.SIGNED_IN.code})::bigint AS "signIns",
      count(*) FILTER (WHERE code = ${EVENTS.SIGNED_OUT.code})::bigint AS "signOuts",
      count(*) FILTER (WHERE code IN (${EVENTS.REDEEMED.code}, ${EVENTS.REDEEMED_SHARED.code}))::bigint AS redemptions
    FROM event WHERE station_id = ${stationId}`.execute(db);
  const [totals] = rows;
  const [facts] = counted.rows;
  if (totals === undefined || facts === undefined) return;
  if (rowText(totals) !== rowText(facts))
    findings.add(
      'totals at the county',
      `station ${stationId}: ${rowText(totals)}, by its facts ${rowText(facts)}`,
    );
}
