/**
 * Numbers that stations refuse to see go back: versions of reference data and of rules, and the number of the list
 * of revoked cards. A county that was restored, or that lost its tail, may have given higher ones before.
 */
import { sql } from 'kysely';
import type { Reference } from '../../domain/reference/reference.ts';
import { keepGiven } from './exceptions/given.ts';
import type { Tx } from './ingestSql.ts';

/** No county makes so many versions between two backups. */
export const VERSIONS_BEYOND = 1000;

/** Beyond this no number is believed: nothing could be counted above it. */
const MAX_BELIEVED = 2 ** 50;

/** Sets the numbers within reference data beyond those given out before: of one station, or of all (null). */
export async function leaveNumbersBehind(tx: Tx, stationId: number | null): Promise<void> {
  for (const [kind, name] of [
    ['revocations', 'number'],
    ['rules', 'version'],
  ] as const)
    await sql`UPDATE reference_part SET data = jsonb_set(data, ARRAY[${name}::text],
        to_jsonb((data->>${name}::text)::bigint + ${VERSIONS_BEYOND}::bigint))
      WHERE kind = ${kind} AND (${stationId}::bigint IS NULL OR station_id = ${stationId}::bigint)`.execute(
      tx,
    );
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

/** The number that a part is to carry: its own, unless one as high was given out before. */
async function numberFor(
  tx: Tx,
  stationId: number,
  kind: 'rules' | 'revocations',
  name: 'version' | 'number',
  part: object,
  own: number,
): Promise<number> {
  const { rows } = await sql<{ last: number; same: boolean }>`
    SELECT (data->>${name}::text)::bigint AS last,
      data - ${name}::text = ${JSON.stringify(part)}::text::jsonb - ${name}::text AS same
    FROM reference_part WHERE station_id = ${stationId} AND kind = ${kind}`.execute(tx);
  const [there] = rows;
  if (there === undefined || own > there.last) return own;
  return there.same ? there.last : there.last + 1;
}

/**
 * Cards that stay revoked whatever list comes: a shorter one under a higher number would let stolen cards in again. A
 * card that was revoked by mistake is given out anew, with the next generation.
 */
async function revokedBefore(tx: Tx, stationId: number): Promise<readonly number[]> {
  const { rows } = await sql<{ cardNumber: number }>`
    SELECT n::bigint AS "cardNumber" FROM reference_part p, jsonb_array_elements(p.data->'cardNumbers') n
    WHERE p.station_id = ${stationId} AND p.kind = 'revocations'`.execute(tx);
  return rows.map(({ cardNumber }) => cardNumber);
}

async function neverFewer(
  tx: Tx,
  stationId: number,
  given: Reference['revocations'],
): Promise<Reference['revocations']> {
  const listed = new Set(given.cardNumbers);
  const left = (await revokedBefore(tx, stationId)).filter((cardNumber) => !listed.has(cardNumber));
  const all = { ...given, cardNumbers: [...given.cardNumbers, ...left] };
  return { ...all, number: await numberFor(tx, stationId, 'revocations', 'number', all, all.number) };
}

/** Reference data as it may be put in place of what is there: with numbers and revocations that do not go back. */
export async function neverBack<T extends Partial<Reference>>(
  tx: Tx,
  stationId: number,
  parts: T,
): Promise<T> {
  const { rules, revocations } = parts;
  return {
    ...parts,
    ...(rules && {
      rules: {
        ...rules,
        version: await numberFor(tx, stationId, 'rules', 'version', rules, rules.version),
      },
    }),
    ...(revocations && {
      revocations: await neverFewer(tx, stationId, revocations),
    }),
  };
}
