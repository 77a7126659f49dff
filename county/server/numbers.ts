/**
 * Numbers that stations refuse to see go back: versions of reference data and of rules, and the number of the list
 * of revoked cards. A county that was restored, or that lost its tail, may have given higher ones before.
 */
import { sql } from 'kysely';
import type { Reference } from '../../domain/reference/reference.ts';
import { keepGiven } from './exceptions/given.ts';
import type { Tx } from './ingestSql.ts';
import { leaveListBehind } from './revocations.ts';

/** No county makes so many versions between two backups. */
export const VERSIONS_BEYOND = 1000;

/** Beyond this no number is believed: nothing could be counted above it. */
const MAX_BELIEVED = 2 ** 50;

/** Sets the numbers within reference data beyond those given out before: of one station, or of all (null). */
export async function leaveNumbersBehind(tx: Tx, stationId: number | null): Promise<void> {
  await sql`UPDATE reference_part SET data = jsonb_set(data, '{version}',
      to_jsonb((data->>'version')::bigint + ${VERSIONS_BEYOND}::bigint))
    WHERE kind = 'rules' AND (${stationId}::bigint IS NULL OR station_id = ${stationId}::bigint)`.execute(tx);
  await leaveListBehind(tx, stationId);
  await keepGiven(tx, stationId);
}

/**
 * Takes note of the version that a station has in force. If the county knows only of lower ones it has lost some:
 * its own then goes above, so that the station takes it instead of thinking that it has it.
 */
export async function riseAbove(tx: Tx, stationId: number, reportedVersion: number): Promise<void> {
  if (reportedVersion >= MAX_BELIEVED) return;
  const risen = await sql`UPDATE reference_version SET version = ${reportedVersion}::bigint + 1
    WHERE station_id = ${stationId} AND version < ${reportedVersion}::bigint RETURNING 1`.execute(tx);
  if (risen.rows.length > 0) await leaveNumbersBehind(tx, stationId);
}

/** The number that the rules of a station are to carry: their own, unless one as high was given out before. */
async function rulesVersionFor(tx: Tx, stationId: number, rules: Reference['rules']): Promise<number> {
  const { rows } = await sql<{ last: number; same: boolean }>`
    SELECT (data->>'version')::bigint AS last,
      data - 'version' = ${JSON.stringify(rules)}::text::jsonb - 'version' AS same
    FROM reference_part WHERE station_id = ${stationId} AND kind = 'rules'`.execute(tx);
  const [there] = rows;
  if (there === undefined || rules.version > there.last) return rules.version;
  return there.same ? there.last : there.last + 1;
}

/** Reference data as it may be put in place of what is there: with a number of its rules that does not go back. */
export async function neverBack<T extends Partial<Reference>>(
  tx: Tx,
  stationId: number,
  parts: T,
): Promise<T> {
  const { rules } = parts;
  return rules === undefined
    ? parts
    : { ...parts, rules: { ...rules, version: await rulesVersionFor(tx, stationId, rules) } };
}
