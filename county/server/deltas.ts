/** Numbered deltas of reference data: from what a station was given last to what there is now. */
import { sql } from 'kysely';
import * as v from 'valibot';
import { contentHash, contentOf } from '../../domain/reference/content.ts';
import { deltaBetween, deltaSchema } from '../../domain/reference/delta.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import { MAX_REFERENCE_BODY_BYTES } from '../../domain/wire/limits.ts';
import { decodeReference, encodeDelta } from '../../domain/wire/referenceBody.ts';
import { pack, sha256, unseal } from './codecs.ts';
import type { CountyContext } from './context.ts';

/** So many versions are kept of which it is not known whether the station took them over. */
const KEPT = 8;

/**
 * Keeps what a station is given now. What it had before the version that it has is not asked for again, but by a
 * restored station, which then gets the whole.
 */
export async function keepServed(
  { db }: CountyContext,
  stationId: number,
  haveVersion: number,
  version: number,
  body: Uint8Array,
): Promise<void> {
  const text = Buffer.from(pack(body)).toString('base64');
  await db
    .insertInto('reference_served')
    .values({ station_id: stationId, version, body: text })
    .onConflict((conflict) => conflict.columns(['station_id', 'version']).doUpdateSet({ body: text }))
    .execute();
  await sql`DELETE FROM reference_served WHERE station_id = ${stationId} AND (version < ${haveVersion}
    OR version NOT IN (SELECT version FROM reference_served WHERE station_id = ${stationId}
      ORDER BY version DESC LIMIT ${KEPT}))`.execute(db);
}

async function servedBefore(
  { db }: CountyContext,
  stationId: number,
  version: number,
): Promise<Reference | null> {
  const row = await db
    .selectFrom('reference_served')
    .select('body')
    .where('station_id', '=', stationId)
    .where('version', '=', version)
    .executeTakeFirst();
  if (row === undefined) return null;
  const body = unseal.unpack(Buffer.from(row.body, 'base64'), MAX_REFERENCE_BODY_BYTES);
  // A program that was updated meanwhile may read it no more: then the station gets the whole.
  const reference = body === null ? null : decodeReference(body);
  return reference?.ok === true ? reference.value : null;
}

/**
 * The body of the delta that leads from what a station was given to a snapshot; null where the county does not know
 * what that was, or where the snapshot is hardly longer.
 */
export async function deltaTo(
  context: CountyContext,
  stationId: number,
  fromVersion: number,
  snapshot: Uint8Array,
): Promise<Uint8Array | null> {
  const before = await servedBefore(context, stationId, fromVersion);
  const after = decodeReference(snapshot);
  if (before === null || !after.ok) return null;
  const { version, madeAtMs, station, rules, revocations } = after.value;
  const hash = contentHash(sha256, contentOf(after.value), {
    station,
    rules,
    revocationNumber: revocations.number,
  });
  const delta = encodeDelta(
    v.parse(deltaSchema, {
      fromVersion,
      version,
      madeAtMs,
      contentHash: Buffer.from(hash).toString('hex'),
      ...deltaBetween(before, after.value),
    }),
  );
  return delta.length < snapshot.length / 2 ? delta : null;
}
