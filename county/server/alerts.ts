/** Puts before a person what a program may not settle: the exceptions inbox is made of these. */
import { sql } from 'kysely';
import { bigints, lines } from './db/arrays.ts';
import type { AlertFacts } from './exceptions/facts.ts';
import type { Place, Tx } from './ingestSql.ts';

export type AlertKind =
  | 'FORK'
  | 'NEW_INCARNATION'
  | 'SUPERSEDED'
  | 'NEW_KEY'
  | 'ABSURD_AMOUNT'
  | 'ACCOUNT'
  /** A machine whose key is revoked goes on sending; it is kept for review. */
  | 'REVOKED_SPOKE'
  | 'OVERSOLD'
  | 'DOUBLED_ATTENDANCE'
  | 'RULE_DIFFERENCE'
  /** A person or a household has had more at several stations together than the rules allow. */
  | 'OVER_LIMIT'
  /** Facts begin to name a version of the rules that the county never gave, or one that the station had left behind. */
  | 'UNKNOWN_RULES'
  | 'OLD_RULES'
  /** A station sends kinds of facts that this county does not know yet. */
  | 'COUNTY_IS_OLDER'
  /** A station's clock was off by an hour or more while it recorded: caps of a day may have been passed by. */
  | 'CLOCK'
  /** Points were opened that no act granted. */
  | 'UNGRANTED'
  /** As REVOKED_SPOKE, of a station that was declared lost: what it spent may have been opened elsewhere too. */
  | 'LOST_STATION_SPOKE';

export interface Alert {
  readonly kind: AlertKind;
  readonly seq: number;
  /** What does not follow from the place. */
  readonly facts?: AlertFacts;
}

/** Tells a person, once for each place and kind: one statement, however much there is to tell. */
export async function raiseAlerts(tx: Tx, at: Place, alerts: readonly Alert[], nowMs: number): Promise<void> {
  if (alerts.length === 0) return;
  await sql`
    INSERT INTO alert (station_id, incarnation, kind, seq, created_ms, facts)
    SELECT ${at.stationId}::bigint, ${at.incarnation}::text, kind, seq, ${nowMs}::bigint, facts
    FROM ROWS FROM (
      unnest(${bigints(alerts.map(({ seq }) => seq))}),
      ${lines(alerts.map(({ kind }) => kind))},
      ${lines(alerts.map(({ facts = {} }) => JSON.stringify(facts)))}
    ) AS found (seq, kind, facts)
    ON CONFLICT (station_id, incarnation, kind, seq) DO NOTHING`.execute(tx);
}

/** Tells a person of one thing. */
export function raiseAlert(tx: Tx, at: Place, alert: Alert, nowMs: number): Promise<void> {
  return raiseAlerts(tx, at, [alert], nowMs);
}
