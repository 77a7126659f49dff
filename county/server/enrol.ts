/**
 * Enrolment: a station introduces its public key and proves that it knows its one-time code, which itself never
 * travels (WIRE.md, Pairing). Without a code this is possible only for the sample village and from the county's
 * own machine.
 */
import { sql, type Transaction } from 'kysely';
import { err, ok, type Result } from '../../domain/result.ts';
import { sameBytes } from '../../domain/wire/bytes.ts';
import { openMessage, readEnvelope } from '../../domain/wire/envelope.ts';
import { MAX_REQUEST_BYTES } from '../../domain/wire/limits.ts';
import {
  decodeEnrol,
  encodeCountySays,
  encodeEnrolled,
  type CountySays,
  type Enrol,
} from '../../domain/wire/messages.ts';
import { certificateBytes, countyProofBytes, stationProofBytes } from '../../domain/wire/pairing.ts';
import { hex, hmac, unhex, unseal } from './codecs.ts';
import type { CountyContext } from './context.ts';
import type { CountyTables } from './db/schema.ts';
import { envelopeError, seal, type Asked } from './door.ts';
import type { CountyError } from './errors.ts';
import { raiseAlert } from './alerts.ts';
import { keepRevokedKeys } from './revoked.ts';

type Tx = Transaction<CountyTables>;
type CodeRow = CountyTables['enrolment_code'];

const MAX_FAILURES_AN_HOUR = 10;
const HOUR_MS = 3_600_000;
/** How many of a station's codes, the newest first, a proof is compared with. */
const CODES_LOOKED_AT = 20;
/** Stands where an alert names an incarnation and there is none yet: a station pairs before its first journal. */
const NO_INCARNATION = '0'.repeat(16);

interface OpenedEnrol {
  readonly stationId: number;
  readonly asked: Asked;
  readonly enrol: Enrol;
}
interface Request extends OpenedEnrol {
  /** Where it came from; empty: a stick. */
  readonly address: string;
}
interface Admitted {
  readonly enrolledMs: number;
  /** Keys of an older machine may have ended with it. */
  readonly replaced: boolean;
  /** By which the county proves in turn that it knows the code; null where none was used. */
  readonly pairingKey: Uint8Array | null;
}

/** Reads and checks an enrolment. It is signed with the very key it introduces. */
export function openEnrol(context: CountyContext, bytes: Uint8Array): Result<OpenedEnrol, CountyError> {
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

/** Wrong proofs count against the address that they came from: no stranger can keep a station from pairing. */
async function tooManyFailures(tx: Tx, stationId: number, address: string, nowMs: number): Promise<boolean> {
  const row = await tx
    .selectFrom('enrolment_failure')
    .selectAll()
    .where('station_id', '=', stationId)
    .where('address', '=', address)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined && nowMs - row.since_ms < HOUR_MS && row.failures >= MAX_FAILURES_AN_HOUR;
}

async function countFailure(tx: Tx, stationId: number, address: string, nowMs: number): Promise<void> {
  // Addresses are the sender's to make up: what is over is not kept.
  await sql`DELETE FROM enrolment_failure WHERE station_id = ${stationId} AND since_ms <= ${nowMs - HOUR_MS}`.execute(
    tx,
  );
  await sql`
    INSERT INTO enrolment_failure (station_id, address, failures, since_ms)
    VALUES (${stationId}, ${address}, 1, ${nowMs})
    ON CONFLICT (station_id, address) DO UPDATE SET
      failures = CASE WHEN ${nowMs} - enrolment_failure.since_ms < ${HOUR_MS}
        THEN enrolment_failure.failures + 1 ELSE 1 END,
      since_ms = CASE WHEN ${nowMs} - enrolment_failure.since_ms < ${HOUR_MS}
        THEN enrolment_failure.since_ms ELSE ${nowMs} END`.execute(tx);
}

/** The code that a proof was made with, whether it still holds or not. */
async function codeOf(
  tx: Tx,
  { stationId, asked, enrol }: Request,
  proof: Uint8Array,
): Promise<CodeRow | undefined> {
  const rows = await tx
    .selectFrom('enrolment_code')
    .selectAll()
    .where('station_id', '=', stationId)
    .orderBy('expires_ms', 'desc')
    .limit(CODES_LOOKED_AT)
    .forUpdate()
    .execute();
  const proved = stationProofBytes({ stationId, nonce: asked.nonce, publicKey: enrol.publicKey });
  return rows.find((row) => sameBytes(hmac(unhex(row.pairing_key), proved), proof));
}

/**
 * Uses up the code that the proof was made with; answers it. A station whose answer got lost may prove the same
 * code again, since its key is the one that used it.
 */
async function useCode(
  tx: Tx,
  request: Request,
  proof: Uint8Array,
  nowMs: number,
): Promise<Result<CodeRow, CountyError>> {
  const { stationId, enrol, address } = request;
  if (await tooManyFailures(tx, stationId, address, nowMs)) return err({ kind: 'TOO_MANY_CODES' });
  const row = await codeOf(tx, request, proof);
  if (row === undefined) {
    await countFailure(tx, stationId, address, nowMs);
    return err({ kind: 'CODE_REFUSED' });
  }
  const publicKey = hex(enrol.publicKey);
  if (row.used_by !== null) return row.used_by === publicKey ? ok(row) : err({ kind: 'CODE_USED' });
  if (row.expires_ms <= nowMs) return err({ kind: 'CODE_EXPIRED' });
  await tx
    .updateTable('enrolment_code')
    .set({ used_ms: nowMs, used_by: publicKey })
    .where('station_id', '=', stationId)
    .where('pairing_key', '=', row.pairing_key)
    .execute();
  return ok(row);
}

/** Takes a new key in. With a replacement's code the older machine's keys end in the same moment. */
async function addKey(
  tx: Tx,
  { stationId, enrol }: Request,
  replaces: boolean,
  nowMs: number,
): Promise<void> {
  const others = await tx
    .selectFrom('station_key')
    .select('public_key')
    .where('station_id', '=', stationId)
    .where('revoked_ms', 'is', null)
    .execute();
  if (replaces) await revokeKeys(tx, stationId, nowMs);
  else if (others.length > 0) {
    const at = { stationId, incarnation: NO_INCARNATION };
    await raiseAlert(tx, at, { kind: 'NEW_KEY', seq: others.length }, nowMs);
  }
  await tx
    .insertInto('station_key')
    .values({
      station_id: stationId,
      public_key: hex(enrol.publicKey),
      enrolled_ms: nowMs,
      revoked_ms: null,
    })
    .execute();
}

/** Ends every key of a station, but for one where it is given; answers how many. */
async function revokeKeys(tx: Tx, stationId: number, nowMs: number, butFor = ''): Promise<number> {
  const ended = await tx
    .updateTable('station_key')
    .set({ revoked_ms: nowMs })
    .where('station_id', '=', stationId)
    .where('revoked_ms', 'is', null)
    .where('public_key', '<>', butFor)
    .returning('public_key')
    .execute();
  return ended.length;
}

/**
 * Shuts a station out: ends its keys, and the codes for it that are still lying about, since a machine would be taken
 * in by them. Answers how many keys ended.
 */
export async function shutOut(tx: Tx, stationId: number, nowMs: number): Promise<number> {
  await tx
    .updateTable('enrolment_code')
    .set({ expires_ms: nowMs })
    .where('station_id', '=', stationId)
    .where('expires_ms', '>', nowMs)
    .execute();
  return revokeKeys(tx, stationId, nowMs);
}

async function admit(
  context: CountyContext,
  tx: Tx,
  request: Request,
  local: boolean,
): Promise<Result<Admitted, CountyError>> {
  const { stationId, enrol } = request;
  const nowMs = context.nowMs();
  const station = await tx
    .selectFrom('station')
    .select('station_id')
    .where('station_id', '=', stationId)
    .executeTakeFirst();
  if (station === undefined) return err({ kind: 'UNKNOWN_STATION' });
  const known = await tx
    .selectFrom('station_key')
    .selectAll()
    .where('station_id', '=', stationId)
    .where('public_key', '=', hex(enrol.publicKey))
    .executeTakeFirst();
  if (known !== undefined && known.revoked_ms !== null) return err({ kind: 'REVOKED' });
  const code = enrol.proof === null ? null : await useCode(tx, request, enrol.proof, nowMs);
  if (code !== null && !code.ok) return code;
  if (code === null && known === undefined && !(context.sample && local)) return err({ kind: 'CODE_NEEDED' });
  const replaces = code?.value.replaces ?? false;
  if (known === undefined) await addKey(tx, request, replaces, nowMs);
  // A machine that is known already takes the place of any other beside it, in the moment in which it uses the code.
  else if (replaces && code?.value.used_by === null)
    await revokeKeys(tx, stationId, nowMs, hex(enrol.publicKey));
  return ok({
    enrolledMs: known?.enrolled_ms ?? nowMs,
    replaced: replaces,
    pairingKey: code === null ? null : unhex(code.value.pairing_key),
  });
}

/** The county's word to a station that it has taken in, with the station's certificate. */
function answer(context: CountyContext, request: Request, { enrolledMs, pairingKey }: Admitted): Uint8Array {
  const { stationId, asked, enrol } = request;
  const { keys, epoch, tlsPin } = context;
  const certified = { stationId, publicKey: enrol.publicKey, enrolledMs, epoch };
  const says: CountySays = {
    stationId,
    publicKey: keys.publicKey,
    boxKey: keys.box.publicKey,
    epoch,
    enrolledMs,
    certificate: keys.seal.sign(certificateBytes(certified)),
    tlsPin,
  };
  const said = encodeCountySays(says);
  const proof =
    pairingKey === null
      ? null
      : hmac(pairingKey, countyProofBytes({ nonce: asked.nonce, stationKey: enrol.publicKey, said }));
  return seal(context, 'ENROLLED', asked, encodeEnrolled(says, proof));
}

/**
 * Takes the bytes of an enrolment; answers those of the county's word. `address`: where it came from, empty for a
 * stick; `local`: from this machine.
 */
export async function takeEnrol(
  context: CountyContext,
  bytes: Uint8Array,
  { address, local }: { readonly address: string; readonly local: boolean },
): Promise<Result<Uint8Array, CountyError>> {
  const opened = openEnrol(context, bytes);
  if (!opened.ok) return opened;
  const request = { ...opened.value, address };
  const admitted = await context.db.transaction().execute((tx) => admit(context, tx, request, local));
  if (admitted.ok && admitted.value.replaced) await keepRevokedKeys(context.db, context.folder);
  return admitted.ok ? ok(answer(context, request, admitted.value)) : admitted;
}
