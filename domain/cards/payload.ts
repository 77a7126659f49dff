/**
 * What the QR code of a volunteer's card says, byte by byte.
 *
 * The text is `VC1` and the Base32 (RFC 4648, upper case, no padding) of 81 bytes:
 *
 *     bytes  0..3   card number, big-endian: the nine-digit id behind the ten printed digits
 *     bytes  4..8   volunteer id, big-endian
 *     bytes  9..10  generation, big-endian, from 1
 *     bytes 11..12  issuer id, big-endian
 *     bytes 13..76  Ed25519 signature (RFC 8032) of `VC1` and bytes 0..12
 *     bytes 77..80  the first four bytes of SHA-256(`VC1`, bytes 0..76)
 *
 * That is 133 characters, all of QR's alphanumeric mode: version 6 at error correction level M. Nothing in it
 * needs Shift or depends on a keyboard layout, and there is no name and no number of a person.
 *
 * The four check bytes stand after the signature so that a code that was read badly (a lost report, a scratched
 * card) is told from one that somebody made up: the first is for trying again, the second for the keeper.
 *
 * There is exactly one text for a payload and a signature, up to the case of its letters: lengths are fixed, and
 * the two bits that Base32 leaves over must be zero.
 */
import { base32nopad } from '@scure/base';
import type { CardNumber, IssuerId, VolunteerId } from '../ids.ts';
import type { Sha256 } from '../journal/canonical.ts';
import { err, ok, type Result } from '../result.ts';

export interface CardPayload {
  /** 1 to MAX_CARD_NUMBER. */
  readonly cardNumber: CardNumber;
  /** 1 to 2^40 - 1. */
  readonly volunteerId: VolunteerId;
  /** 1 to 65535; a newer generation of the same volunteer's card makes the older ones void. */
  readonly generation: number;
  /** 0 to 65535. */
  readonly issuerId: IssuerId;
}

/** Signs the bytes with the issuer's Ed25519 key, answers 64 bytes. Passed in: domain/ has no cryptography. */
export type Sign = (message: Uint8Array) => Uint8Array;

export const CARD_PREFIX = 'VC1';
/** Nine digits, so that ten can be printed with the check digit. */
export const MAX_CARD_NUMBER = 999_999_999;
/** The length of every card's text. */
export const CARD_TEXT_LENGTH = 133;

const FIELD_BYTES = 13;
const SIGNATURE_BYTES = 64;
const CHECK_BYTES = 4;
const BODY_BYTES = FIELD_BYTES + SIGNATURE_BYTES;
const MAX_VOLUNTEER_ID = 2 ** 40 - 1;
const MAX_UINT16 = 2 ** 16 - 1;

function inRange(payload: CardPayload): boolean {
  const { cardNumber, volunteerId, generation, issuerId } = payload;
  return (
    [cardNumber, volunteerId, generation, issuerId].every((n) => Number.isSafeInteger(n)) &&
    cardNumber >= 1 &&
    cardNumber <= MAX_CARD_NUMBER &&
    volunteerId >= 1 &&
    volunteerId <= MAX_VOLUNTEER_ID &&
    generation >= 1 &&
    generation <= MAX_UINT16 &&
    issuerId >= 0 &&
    issuerId <= MAX_UINT16
  );
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function fieldBytes(payload: CardPayload): Uint8Array {
  const bytes = new Uint8Array(FIELD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, payload.cardNumber);
  view.setUint8(4, Math.floor(payload.volunteerId / 2 ** 32));
  view.setUint32(5, payload.volunteerId % 2 ** 32);
  view.setUint16(9, payload.generation);
  view.setUint16(11, payload.issuerId);
  return bytes;
}

function readFields(bytes: Uint8Array): CardPayload {
  const view = new DataView(bytes.buffer, bytes.byteOffset, FIELD_BYTES);
  return {
    cardNumber: view.getUint32(0),
    volunteerId: view.getUint8(4) * 2 ** 32 + view.getUint32(5),
    generation: view.getUint16(9),
    issuerId: view.getUint16(11),
  };
}

/** What the issuer signs. The prefix is in it, so that a signature cannot be carried into another version. */
function signedBytesOf(fields: Uint8Array): Uint8Array {
  return concat(
    Uint8Array.from(CARD_PREFIX, (char) => char.charCodeAt(0)),
    fields,
  );
}

function checkOf(sha256: Sha256, body: Uint8Array): Uint8Array {
  return sha256(CARD_PREFIX, body).subarray(0, CHECK_BYTES);
}

/**
 * The text of a card's QR code, CARD_TEXT_LENGTH characters.
 * Throws RangeError if a field is outside its range or the signature is not 64 bytes: both are bugs.
 */
export function encodeCard(
  payload: CardPayload,
  { sha256, sign }: { readonly sha256: Sha256; readonly sign: Sign },
): string {
  if (!inRange(payload)) throw new RangeError(`a card cannot carry ${JSON.stringify(payload)}`);
  const fields = fieldBytes(payload);
  const signature = sign(signedBytesOf(fields));
  if (signature.length !== SIGNATURE_BYTES) throw new RangeError('an Ed25519 signature has 64 bytes');
  const body = concat(fields, signature);
  return CARD_PREFIX + base32nopad.encode(concat(body, checkOf(sha256, body)));
}

export interface DecodedCard {
  readonly payload: CardPayload;
  /** What `signature` is claimed to sign; nobody has checked it yet: see `verifyCard`. */
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Reads what a scanner delivered. White space around it is dropped and case does not matter (Caps Lock).
 * NOT_OURS: it is not one of these cards at all (another QR code, or a version that is not known yet).
 * DAMAGED: it begins like one of these cards, but is cut, has a wrong character or fails its check bytes.
 */
export function decodeCard(
  text: string,
  { sha256 }: { readonly sha256: Sha256 },
): Result<DecodedCard, { readonly kind: 'NOT_OURS' } | { readonly kind: 'DAMAGED' }> {
  const trimmed = text.trim();
  if (trimmed.slice(0, CARD_PREFIX.length).toUpperCase() !== CARD_PREFIX) return err({ kind: 'NOT_OURS' });
  const data = trimmed.slice(CARD_PREFIX.length);
  // Tested before toUpperCase, which would turn some letters of other alphabets (ſ, ı) into ASCII.
  if (trimmed.length !== CARD_TEXT_LENGTH || !/^[A-Za-z2-7]+$/.test(data)) return err({ kind: 'DAMAGED' });
  let bytes: Uint8Array;
  try {
    bytes = base32nopad.decode(data.toUpperCase());
  } catch {
    return err({ kind: 'DAMAGED' }); // Only the two bits left over can be wrong here.
  }
  const body = bytes.subarray(0, BODY_BYTES);
  const check = checkOf(sha256, body);
  if (!check.every((byte, i) => byte === bytes[BODY_BYTES + i])) return err({ kind: 'DAMAGED' });
  const fields = bytes.subarray(0, FIELD_BYTES);
  const payload = readFields(fields);
  if (!inRange(payload)) return err({ kind: 'DAMAGED' });
  return ok({ payload, signedBytes: signedBytesOf(fields), signature: bytes.slice(FIELD_BYTES, BODY_BYTES) });
}
