/**
 * Batches that came by stick before those that precede them: held as they came, and taken in by themselves when the
 * gap closes, by whatever way.
 */
import { sql } from 'kysely';
import { decodeBatch, type VerifiedRun } from '../../domain/wire/batch.ts';
import { readEnvelope } from '../../domain/wire/envelope.ts';
import { MAX_BATCH_ENVELOPE_BYTES } from '../../domain/wire/limits.ts';
import type { WireRange } from '../../domain/wire/version.ts';
import { hex, sha256, unhex, unseal } from './codecs.ts';
import type { CountyContext } from './context.ts';
import type { CountyDb } from './db/open.ts';
import type { Place } from './ingestSql.ts';

/** The most batches that are held of one station: some 800,000 events. */
const MAX_HELD = 400;

export interface HeldBatch {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** When the station wrote it, by its clock, ms. */
  readonly heardMs: number;
  readonly envelope: Uint8Array;
}

/** Lays a batch aside; false if there is no room for more of this station. The same one again changes nothing. */
export async function hold(
  context: CountyContext,
  run: VerifiedRun,
  envelope: Uint8Array,
  heardMs: number,
): Promise<boolean> {
  const lastSeq = run.firstSeq + run.events.length - 1;
  const { rows } = await sql<{ held: number }>`
    SELECT count(*)::bigint AS held FROM held_batch WHERE station_id = ${run.stationId}`.execute(context.db);
  if ((rows[0]?.held ?? 0) >= MAX_HELD) return false;
  await sql`
    INSERT INTO held_batch (station_id, incarnation, first_seq, last_seq, heard_ms, envelope)
    VALUES (${run.stationId}, ${run.incarnation}, ${run.firstSeq}, ${lastSeq}, ${heardMs}, ${hex(envelope)})
    ON CONFLICT DO NOTHING`.execute(context.db);
  return true;
}

/** The next batch that leaves no gap any more. */
export async function nextHeld(db: CountyDb, at: Place, durableSeq: number): Promise<HeldBatch | undefined> {
  const row = await db
    .selectFrom('held_batch')
    .selectAll()
    .where('station_id', '=', at.stationId)
    .where('incarnation', '=', at.incarnation)
    .where('first_seq', '<=', durableSeq + 1)
    .orderBy('first_seq')
    .limit(1)
    .executeTakeFirst();
  return (
    row && {
      firstSeq: row.first_seq,
      lastSeq: row.last_seq,
      heardMs: row.heard_ms,
      envelope: unhex(row.envelope),
    }
  );
}

export async function dropHeld(db: CountyDb, at: Place, held: HeldBatch): Promise<void> {
  await db
    .deleteFrom('held_batch')
    .where('station_id', '=', at.stationId)
    .where('incarnation', '=', at.incarnation)
    .where('first_seq', '=', held.firstSeq)
    .where('last_seq', '=', held.lastSeq)
    .execute();
}

/**
 * The run of an envelope whose signature was checked before it was laid aside; null if it cannot be read any more.
 * `wire`: the versions that the county knows.
 */
export function decodeHeld(envelope: Uint8Array, wire: WireRange): VerifiedRun | null {
  const sealed = readEnvelope(envelope, MAX_BATCH_ENVELOPE_BYTES, wire);
  if (!sealed.ok) return null;
  const { packed, stored, bodyLength } = sealed.value;
  const body = packed ? unseal.unpack(stored, bodyLength) : stored;
  const run = body === null ? null : decodeBatch(body, sha256);
  return run?.ok === true ? run.value : null;
}
