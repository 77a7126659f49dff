/**
 * Being brought in: the station introduces its key and takes the county's word, and both prove that they know the
 * code (WIRE.md, Pairing). The bytes are made and read here apart from the way they travel, so that a stick can
 * carry them too.
 */
import { createPrivateKey } from 'node:crypto';
import { err, ok, type Result } from '../../../domain/result.ts';
import { sameBytes } from '../../../domain/wire/bytes.ts';
import { NONCE_BYTES, readEnvelope, sealMessage } from '../../../domain/wire/envelope.ts';
import { MAX_ANSWER_BYTES } from '../../../domain/wire/limits.ts';
import {
  decodeEnrolled,
  encodeCountySays,
  encodeEnrol,
  type Enrolled,
} from '../../../domain/wire/messages.ts';
import { certificateBytes, countyProofBytes, stationProofBytes } from '../../../domain/wire/pairing.ts';
import { replyKeyOf } from '../stick/cipher.ts';
import { failureOf, only, openAnswer, refusalOf, refused, type Asked, type SyncFailure } from './answers.ts';
import { hmac, pairingKey, sealWith, unseal } from './codecs.ts';
import type { KeyFolder } from './keyFolder.ts';
import type { Transport } from './transport.ts';

export interface Introduction {
  readonly stationId: number;
  /** The one-time code of the county; empty where none is needed. */
  readonly code: string;
  readonly appVersion: string;
  /** Of the wire. */
  readonly version: number;
}
/** An enrolment on its way, and what its answer is known by. */
export interface EnrolRequest {
  readonly stationId: number;
  readonly asked: Asked;
  /** Key of the pairing; null without a code. */
  readonly key: Uint8Array | null;
  /** The message, for `/v1/enrol` or for a stick. */
  readonly bytes: Uint8Array;
}

/** Makes the bytes of an enrolment of the key of a folder. Takes some 50 ms off the thread, for scrypt. */
export async function makeEnrolRequest(
  keys: KeyFolder,
  { stationId, code, appVersion, version }: Introduction,
  randomBytes: (length: number) => Uint8Array,
): Promise<EnrolRequest> {
  const { publicKey } = keys;
  const nonce = randomBytes(NONCE_BYTES);
  const key = code === '' ? null : await pairingKey(stationId, code);
  const proof = key === null ? null : hmac(key, stationProofBytes({ stationId, nonce, publicKey }));
  const replyKey = replyKeyOf(keys.privateKeyPem).publicKey;
  const body = encodeEnrol({ publicKey, proof, replyKey, appVersion });
  // Never packed: the key to check the signature with stands inside.
  const plain = { packed: false, stored: body };
  const seal = sealWith(createPrivateKey(keys.privateKeyPem));
  return {
    stationId,
    asked: { nonce, version },
    key,
    bytes: sealMessage({ kind: 'ENROL', nonce, signer: stationId, body }, seal, plain, version),
  };
}

/**
 * Reads the county's answer to an enrolment. With a code the county must prove that it knows it. Without one it
 * must be the county that is pinned already, or `mayBeNew` must say that the first to answer is trusted.
 * Nothing is kept yet.
 */
export function readEnrolled(
  bytes: Uint8Array,
  request: EnrolRequest,
  keys: KeyFolder,
  mayBeNew: boolean,
): Result<Enrolled, SyncFailure> {
  const sealed = readEnvelope(bytes, MAX_ANSWER_BYTES, only(request.asked.version));
  if (!sealed.ok) return err({ kind: 'OFFLINE' });
  const { packed, stored } = sealed.value;
  const inside = packed ? unseal.unpack(stored, MAX_ANSWER_BYTES) : stored;
  const decoded = decodeEnrolled(inside ?? new Uint8Array(0));
  if (!decoded.ok) return err(refused('BAD_ANSWER'));
  const enrolled = decoded.value;
  const opened = openAnswer(bytes, 'ENROLLED', request.asked, enrolled.publicKey);
  if (!opened.ok) return opened;
  if (enrolled.stationId !== request.stationId) return err(refused('NOT_FOR_US'));
  if (!isTrusted(enrolled, request, keys, mayBeNew)) return err(refused('NOT_FROM_OUR_COUNTY'));
  const certified = certificateBytes({ ...enrolled, publicKey: keys.publicKey });
  return unseal.verify(enrolled.publicKey, certified, enrolled.certificate)
    ? ok(enrolled)
    : err(refused('BAD_ANSWER'));
}

function isTrusted(enrolled: Enrolled, request: EnrolRequest, keys: KeyFolder, mayBeNew: boolean): boolean {
  const { key, asked } = request;
  if (key !== null) {
    const said = encodeCountySays(enrolled);
    const expected = hmac(key, countyProofBytes({ nonce: asked.nonce, stationKey: keys.publicKey, said }));
    return enrolled.proof !== null && sameBytes(expected, enrolled.proof);
  }
  const pinned = keys.countyKey();
  return pinned === null ? mayBeNew : sameBytes(pinned, enrolled.publicKey);
}

/**
 * Enrols over a line and pins what the county said. Before the pairing the county's certificate is not known: it
 * is looked at afterwards, with the pin that the county has proved to be its own, and nothing secret was sent.
 */
export async function enrolByLine(
  transport: Transport,
  keys: KeyFolder,
  introduction: Introduction,
  randomBytes: (length: number) => Uint8Array,
): Promise<Result<Enrolled, SyncFailure>> {
  const { tls } = transport;
  // Whoever answers first cannot be trusted over a line that others share.
  if (tls !== null && introduction.code === '' && keys.tlsPin() === null) return err(refused('CODE_NEEDED'));
  const request = await makeEnrolRequest(keys, introduction, randomBytes);
  const limits = { timeoutMs: 20_000, maxAnswerBytes: 2 * MAX_ANSWER_BYTES };
  const answer = await transport.post('v1/enrol', request.bytes, limits);
  if (!answer.ok) return err(failureOf(answer.error));
  if (answer.value.status !== 200) return err(refusalOf(answer.value));
  const enrolled = readEnrolled(answer.value.body, request, keys, tls === null);
  if (!enrolled.ok) return enrolled;
  if (tls !== null) {
    const { tlsPin } = enrolled.value;
    const problem = tlsPin === null ? 'WRONG_CERTIFICATE' : tls.judge(tlsPin);
    if (problem !== null) return err(refused(problem));
  }
  keys.pinCounty(enrolled.value);
  return enrolled;
}
