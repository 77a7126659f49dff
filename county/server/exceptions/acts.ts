/** Acts of a person of the county that a station carries out: given out with its reference data until it has. */
import type { CountyAct } from '../../../domain/reference/reference.ts';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import type { CountyDb } from '../db/open.ts';
import type { Place, Tx } from '../ingestSql.ts';

/** What a station is to carry out, in the order in which it was decided. */
export async function actsOf(db: CountyDb | Tx, stationId: number): Promise<readonly CountyAct[]> {
  const rows = await db
    .selectFrom('county_act')
    .select(['act_id', 'body'])
    .where('station_id', '=', stationId)
    .where('done_ms', '=', 0)
    .orderBy('made_ms')
    .orderBy('act_id')
    .execute();
  return rows.map(({ act_id: id, body }) => ({ ...(JSON.parse(body) as Omit<CountyAct, 'id'>), id }));
}

/**
 * Lets exceptions follow what stations say of acts: done settles them, impossible puts them before a person again.
 * Answers whether anything was, so that the station is given a list without them.
 */
export async function followActs(
  tx: Tx,
  { stationId }: Pick<Place, 'stationId'>,
  events: readonly JournalEvent[],
  nowMs: number,
): Promise<boolean> {
  let followed = false;
  for (const event of events) {
    if (event.type !== 'COUNTY_ACT_DONE') continue;
    const act = await tx
      .updateTable('county_act')
      .set({ done_ms: nowMs, outcome: event.outcome })
      .where('station_id', '=', stationId)
      .where('act_id', '=', event.actId)
      .where('done_ms', '=', 0)
      .returning(['alert_station_id', 'alert_id'])
      .executeTakeFirst();
    if (act === undefined) continue;
    followed = true;
    await tx
      .updateTable('alert')
      .set(event.outcome === 'DONE' ? { state: 'SETTLED', settled_ms: nowMs } : { state: 'OPEN' })
      .where('station_id', '=', act.alert_station_id)
      .where('alert_id', '=', act.alert_id)
      .where('state', '=', 'WAITING')
      .execute();
  }
  return followed;
}
