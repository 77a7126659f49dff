/**
 * Acts that a station has yet to carry out. One about a fact that the station's machine does not hold (another
 * machine recorded it, which does not come any more) is never carried out: it must not wait unseen for ever.
 */
import { sql } from 'kysely';
import type { CountyDb } from '../db/open.ts';
import type { Tx } from '../ingestSql.ts';

export interface ActUnderWay {
  /** The station that is to carry it out. */
  readonly stationId: number;
  readonly actId: number;
  /** When it was decided, ms. */
  readonly sinceMs: number;
  /** When that station was last heard, ms; 0: never. */
  readonly lastContactMs: number;
  /**
   * The station has the act in force and has sent all that it recorded, and has not done it: its machine cannot. A
   * person may decide anew.
   */
  readonly stuck: boolean;
}
interface AlertKey {
  readonly stationId: number;
  readonly alertId: number;
}
export const alertName = ({ stationId, alertId }: AlertKey): string => `${stationId} ${alertId}`;

/** What is under way for some exceptions, by their names. */
export async function actsUnderWay(
  db: CountyDb | Tx,
  alerts: readonly AlertKey[],
): Promise<ReadonlyMap<string, ActUnderWay>> {
  const { rows } = await sql<ActUnderWay & { alertStationId: number; alertId: number }>`
    SELECT a.alert_station_id AS "alertStationId", a.alert_id AS "alertId", a.station_id AS "stationId",
      a.act_id AS "actId", a.made_ms AS "sinceMs", s.last_contact_ms AS "lastContactMs",
      (s.reported_reference_version >= r.version AND s.reported_recorded <= coalesce((
        SELECT i.durable_seq FROM incarnation i WHERE i.station_id = a.station_id
        ORDER BY i.admitted DESC, i.first_seen_ms DESC LIMIT 1), 0)) AS stuck
    FROM unnest(${alerts.map(({ stationId }) => stationId)}::bigint[],
        ${alerts.map(({ alertId }) => alertId)}::bigint[]) AS w (alert_station_id, alert_id)
      JOIN county_act a USING (alert_station_id, alert_id)
      JOIN station s ON s.station_id = a.station_id
      JOIN reference_version r ON r.station_id = a.station_id
    WHERE a.done_ms = 0`.execute(db);
  return new Map(
    rows.map(({ alertStationId: stationId, alertId, ...act }) => [alertName({ stationId, alertId }), act]),
  );
}

/** Takes an act back that its station cannot carry out, so that it is not given out any more. */
export async function withdrawAct(tx: Tx, { stationId, actId }: ActUnderWay, nowMs: number): Promise<void> {
  await tx
    .updateTable('county_act')
    .set({ done_ms: nowMs, outcome: 'WITHDRAWN' })
    .where('station_id', '=', stationId)
    .where('act_id', '=', actId)
    .execute();
}
