/** Changes within what stations are given that come from elsewhere than a village's own file. */
import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../ingestSql.ts';
import { lockVersions, raiseVersions } from '../transferRows.ts';

/**
 * Runs an UPDATE of `reference_part` that answers the stations it has changed, and raises their versions. What was
 * hashed when the village's file came no longer says what is there.
 */
export async function changeParts(
  tx: Tx,
  nowMs: number,
  update: RawBuilder<{ stationId: number }>,
): Promise<readonly number[]> {
  const all = await tx.selectFrom('reference_version').select('station_id').execute();
  await lockVersions(
    tx,
    all.map((row) => row.station_id),
  );
  const { rows } = await update.execute(tx);
  const changed = rows.map(({ stationId }) => stationId);
  await forgetHash(tx, changed);
  await raiseVersions(tx, changed, nowMs);
  return changed;
}

/** The next file of these villages is put in place whatever it holds. */
export async function forgetHash(tx: Tx, stationIds: readonly number[]): Promise<void> {
  for (const stationId of [...stationIds].sort((a, b) => a - b))
    await sql`UPDATE reference_version SET content_hash = '' WHERE station_id = ${stationId}`.execute(tx);
}
