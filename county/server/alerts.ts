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
  | 'LOST_STATION_SPOKE'
  /** A well-signed batch cannot be read, or its chain is broken: it was laid aside. */
  | 'UNREADABLE_BATCH'
  /** So much of a station waits for a person that no more is kept. */
  | 'REVIEW_FULL'
  /** A station has begun more journals than any real one could: no more are taken up. */
  | 'TOO_MANY_JOURNALS';

/** Those that last: settled, they come again after a day if it still is so. */
const LASTING: readonly AlertKind[] = ['COUNTY_IS_OLDER', 'SUPERSEDED', 'REVIEW_FULL', 'TOO_MANY_JOURNALS'];
/** Those that are raised only by something new, and so come again at once. */
const RECURRING: readonly AlertKind[] = ['REVOKED_SPOKE', 'LOST_STATION_SPOKE'];
const DAY_MS = 86_400_000;

export interface Alert {
  readonly kind: AlertKind;
  readonly seq: number;
  /** What does not follow from the place. */
  readonly facts?: AlertFacts;
  /** Tells it apart from another of its kind at the same place. */
  readonly mark?: string;
}

/**
 * Tells a person, once for each place, kind and mark: one statement, however much there is to tell. What was settled
 * and happens again is before a person again, with what was decided the last time.
 */
export async function raiseAlerts(tx: Tx, at: Place, alerts: readonly Alert[], nowMs: number): Promise<void> {
  if (alerts.length === 0) return;
  await sql`
    INSERT INTO alert (station_id, incarnation, kind, seq, created_ms, facts, mark)
    SELECT ${at.stationId}::bigint, ${at.incarnation}::text, kind, seq, ${nowMs}::bigint, facts, coalesce(mark, '')
    FROM ROWS FROM (
      unnest(${bigints(alerts.map(({ seq }) => seq))}),
      ${lines(alerts.map(({ kind }) => kind))},
      ${lines(alerts.map(({ facts = {} }) => JSON.stringify(facts)))},
      ${lines(alerts.map(({ mark = '' }) => mark))}
    ) AS found (seq, kind, facts, mark)
    ON CONFLICT (station_id, incarnation, kind, seq, mark) DO UPDATE
      SET state = 'OPEN', created_ms = excluded.created_ms, settled_ms = NULL
      WHERE alert.state = 'SETTLED' AND (alert.kind = ANY(${RECURRING}::text[])
        OR alert.kind = ANY(${LASTING}::text[]) AND alert.settled_ms <= ${nowMs - DAY_MS})`.execute(tx);
}

/** Tells a person of one thing. */
export function raiseAlert(tx: Tx, at: Place, alert: Alert, nowMs: number): Promise<void> {
  return raiseAlerts(tx, at, [alert], nowMs);
}
