/**
 * Enrolment, first form: a station introduces its public key. Without a code this is possible only for the sample
 * village and from the county's own machine; otherwise a one-time code is needed that the county gave out.
 */
import { sql, type Transaction } from 'kysely';
import { err, ok, type Result } from '../../domain/result.ts';
import { openMessage, readEnvelope } from '../../domain/wire/envelope.ts';
import { MAX_REQUEST_BYTES } from '../../domain/wire/limits.ts';
import { decodeEnrol, encodeEnrolled, type Enrol } from '../../domain/wire/messages.ts';
import { hex, sha256, unseal } from './codecs.ts';
import type { CountyContext } from './context.ts';
import type { CountyTables } from './db/schema.ts';
import { envelopeError, seal, type Asked } from './door.ts';
import type { CountyError } from './errors.ts';
import { raiseAlert } from './ingestSql.ts';

type Tx = Transaction<CountyTables>;

/** Letters and digits that are not taken for each other when read out on the telephone. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const CODE_LENGTH = 10;
const CODE_VALID_MS = 7 * 86_400_000;
const MAX_FAILURES_AN_HOUR = 10;
const HOUR_MS = 3_600_000;

function hashOf(stationId: number, code: string): string {
  const plain = code.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return hex(sha256(`enrolment ${stationId} ${plain}`));
}

/** Makes a one-time code for a station, valid for seven days; `null` if the county has no such station. */
export async function makeCode(context: CountyContext, stationId: number): Promise<string | null> {
  const station = await context.db
    .selectFrom('station')
    .select('station_id')
    .where('station_id', '=', stationId)
    .executeTakeFirst();
  if (station === undefined) return null;
  const letters = [...context.randomBytes(CODE_LENGTH)].map((byte) =>
    ALPHABET.charAt(byte % ALPHABET.length),
  );
  const code = `${letters.slice(0, 5).join('')}-${letters.slice(5).join('')}`;
  await context.db
    .insertInto('enrolment_code')
    .values({
      station_id: stationId,
      code_hash: hashOf(stationId, code),
      expires_ms: context.nowMs() + CODE_VALID_MS,
      used_ms: null,
    })
    .execute();
  return code;
}

/** Reads and checks an enrolment. It is signed with the very key it introduces. */
function openEnrol(
  context: CountyContext,
  bytes: Uint8Array,
): Result<{ stationId: number; asked: Asked; enrol: Enrol }, CountyError> {
  const sealed = readEnvelope(bytes, MAX_REQUEST_BYTES, context.wire);
  if (!sealed.ok) return err(envelopeError(context, sealed.error));
  const { kind, signer, packed, stored } = sealed.value;
  if (kind !== 'ENROL') return err({ kind: 'WRONG_KIND' });
  // The key is inside, so the body is read first: plain only, since nothing unsigned is ever unpacked.
  if (packed) return err({ kind: 'MALFORMED' });
  const enrol = decodeEnrol(stored);
  if (!enrol.ok) return err({ kind: enrol.error.kind });
  const opened = openMessage(sealed.value, enrol.value.publicKey, MAX_REQUEST_BYTES, unseal);
  if (!opened.ok) return err({ kind: opened.error.kind });
  return ok({ stationId: signer, asked: opened.value, enrol: enrol.value });
}

async function tooManyFailures(tx: Tx, stationId: number, nowMs: number): Promise<boolean> {
  const row = await tx
    .selectFrom('enrolment_failure')
    .selectAll()
    .where('station_id', '=', stationId)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined && nowMs - row.since_ms < HOUR_MS && row.failures >= MAX_FAILURES_AN_HOUR;
}

async function countFailure(tx: Tx, stationId: number, nowMs: number): Promise<void> {
  await sql`
    INSERT INTO enrolment_failure (station_id, failures, since_ms) VALUES (${stationId}, 1, ${nowMs})
    ON CONFLICT (station_id) DO UPDATE SET
      failures = CASE WHEN ${nowMs} - enrolment_failure.since_ms < ${HOUR_MS}
        THEN enrolment_failure.failures + 1 ELSE 1 END,
      since_ms = CASE WHEN ${nowMs} - enrolment_failure.since_ms < ${HOUR_MS}
        THEN enrolment_failure.since_ms ELSE ${nowMs} END`.execute(tx);
}

/** Uses a code up; null if it was good. */
async function useCode(tx: Tx, stationId: number, code: string, nowMs: number): Promise<CountyError | null> {
  if (await tooManyFailures(tx, stationId, nowMs)) return { kind: 'TOO_MANY' };
  const used = await tx
    .updateTable('enrolment_code')
    .set({ used_ms: nowMs })
    .where('station_id', '=', stationId)
    .where('code_hash', '=', hashOf(stationId, code))
    .where('used_ms', 'is', null)
    .where('expires_ms', '>', nowMs)
    .returning('code_hash')
    .execute();
  if (used.length > 0) return null;
  await countFailure(tx, stationId, nowMs);
  return { kind: 'CODE_REFUSED' };
}

async function admit(
  context: CountyContext,
  tx: Tx,
  stationId: number,
  enrol: Enrol,
  local: boolean,
): Promise<CountyError | null> {
  const nowMs = context.nowMs();
  const station = await tx
    .selectFrom('station')
    .select('station_id')
    .where('station_id', '=', stationId)
    .executeTakeFirst();
  if (station === undefined) return { kind: 'UNKNOWN_STATION' };
  const keys = await tx.selectFrom('station_key').selectAll().where('station_id', '=', stationId).execute();
  const publicKey = hex(enrol.publicKey);
  const known = keys.find((key) => key.public_key === publicKey);
  if (known !== undefined) return known.revoked_ms === null ? null : { kind: 'REVOKED' };
  if (enrol.code !== '') {
    const refused = await useCode(tx, stationId, enrol.code, nowMs);
    if (refused !== null) return refused;
  } else if (!(context.sample && local)) return { kind: 'CODE_NEEDED' };
  await tx
    .insertInto('station_key')
    .values({ station_id: stationId, public_key: publicKey, enrolled_ms: nowMs, revoked_ms: null })
    .execute();
  if (keys.length > 0)
    await raiseAlert(tx, { stationId, incarnation: enrol.incarnation }, 'NEW_KEY', keys.length, nowMs);
  return null;
}

/** Takes the bytes of an enrolment; answers those of the county's word. `local`: it came from this machine. */
export async function takeEnrol(
  context: CountyContext,
  bytes: Uint8Array,
  local: boolean,
): Promise<Result<Uint8Array, CountyError>> {
  const opened = openEnrol(context, bytes);
  if (!opened.ok) return opened;
  const { stationId, asked, enrol } = opened.value;
  const refused = await context.db.transaction().execute((tx) => admit(context, tx, stationId, enrol, local));
  if (refused !== null) return err(refused);
  const { publicKey, box } = context.keys;
  const enrolled = { stationId, publicKey, boxKey: box.publicKey, epoch: context.epoch };
  return ok(seal(context, 'ENROLLED', asked, encodeEnrolled(enrolled)));
}
