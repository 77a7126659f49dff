/**
 * How a station is brought in (WIRE.md, Pairing): the one-time code never travels. Both sides derive a key from it
 * and prove to each other that they know it, the station over its new key, the county over everything it answers.
 * Whoever stands between them and does not know the code can neither put in a key of its own nor play the county.
 */
import { base32nopad } from '@scure/base';
import { err, ok, type Result } from '../result.ts';
import type { Sha256 } from '../journal/canonical.ts';
import { writeId } from './batch.ts';
import { ByteReader, ByteWriter, sameBytes } from './bytes.ts';

/** Letters and digits that are not taken for each other when read out on the telephone; five bits each. */
export const CODE_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
export const CODE_LENGTH = 10;
/** Length of a pairing key, of a proof and of the fingerprint of a TLS key. */
export const PROOF_BYTES = 32;

/** A code as its letters alone: however it was typed, with hyphen, spaces or small letters. */
export function plainCode(code: string): string {
  return code.toUpperCase().replace(/[^A-Z0-9]/g, '');
}

/** A code as it is shown and read out: two groups of five. */
export function shownCode(code: string): string {
  return `${code.slice(0, CODE_LENGTH / 2)}-${code.slice(CODE_LENGTH / 2)}`;
}

/**
 * What the key of a pairing is derived from, by scrypt with N = 16384, r = 8, p = 1 to 32 bytes. With ten letters
 * (50 bits) whoever recorded a proof would have to try 2^50 times that.
 */
export function pairingSecret(
  stationId: number,
  code: string,
): { readonly password: string; readonly salt: string } {
  return { password: plainCode(code), salt: `village-station pairing 1 ${stationId}` };
}

/** The bytes over which a station proves by HMAC-SHA256 that it knows the code. */
export function stationProofBytes(at: {
  readonly stationId: number;
  readonly nonce: Uint8Array;
  readonly publicKey: Uint8Array;
}): Uint8Array {
  const out = new ByteWriter();
  out.text('village-station pairing 1 station');
  out.varint(at.stationId);
  out.bytes(at.nonce);
  out.bytes(at.publicKey);
  return out.finish();
}

/**
 * The bytes over which the county proves the same: all that it says in its answer (`said`, the body up to the
 * proof), to this request (`nonce`) and to this key of a station.
 */
export function countyProofBytes(at: {
  readonly nonce: Uint8Array;
  readonly stationKey: Uint8Array;
  readonly said: Uint8Array;
}): Uint8Array {
  const out = new ByteWriter();
  out.text('village-station pairing 1 county');
  out.bytes(at.nonce);
  out.bytes(at.stationKey);
  out.bytes(at.said);
  return out.finish();
}

/** What the county certifies with its signature: that this key is this station's. */
export interface CertifiedStation {
  readonly stationId: number;
  readonly publicKey: Uint8Array;
  /** When the county took the key in, ms since 1970 UTC by its clock. */
  readonly enrolledMs: number;
  readonly epoch: string;
}

/** The bytes of a certificate that the county's Ed25519 signature stands under. */
export function certificateBytes(certified: CertifiedStation): Uint8Array {
  const out = new ByteWriter();
  out.text('village-station certificate 1');
  out.varint(certified.stationId);
  out.bytes(certified.publicKey);
  out.signed(certified.enrolledMs);
  writeId(out, certified.epoch);
  return out.finish();
}

/** All that a station must be told to be brought in; what the printed QR code holds. */
export interface PairingText {
  readonly stationId: number;
  /** Ten letters of CODE_ALPHABET. */
  readonly code: string;
  /** SHA-256 of the county's TLS key or of its CA's (SPKI); null where the county is on this machine. */
  readonly pin: Uint8Array | null;
  readonly url: string;
}

const PREFIX = 'VP1';
const CHECK_BYTES = 4;
const MAX_URL_BYTES = 200;
/** The longest text that can be one. */
const MAX_TEXT = 600;

/**
 * The text of a QR code: `VP1` and Base32, all of QR's alphanumeric mode and nothing that a keyboard layout or an
 * input method could change, as with the cards (domain/cards/payload.ts).
 */
export function encodePairingText(pairing: PairingText, sha256: Sha256): string {
  const out = new ByteWriter();
  out.varint(pairing.stationId);
  out.text(pairing.code);
  out.byte(pairing.pin === null ? 0 : 1);
  if (pairing.pin !== null) out.bytes(pairing.pin);
  out.text(pairing.url);
  const body = out.finish();
  out.bytes(sha256(PREFIX, body).subarray(0, CHECK_BYTES));
  return PREFIX + base32nopad.encode(out.finish());
}

/**
 * Reads such a text. NOT_PAIRING: something else, such as a volunteer's card. DAMAGED: a pairing text that was read
 * badly; another try may do.
 */
export function decodePairingText(
  text: string,
  sha256: Sha256,
): Result<PairingText, { readonly kind: 'NOT_PAIRING' | 'DAMAGED' }> {
  const upper = text.trim().toUpperCase();
  if (!upper.startsWith(PREFIX)) return err({ kind: 'NOT_PAIRING' });
  const bytes = upper.length > MAX_TEXT ? null : base32Bytes(upper.slice(PREFIX.length));
  if (bytes === null || bytes.length < CHECK_BYTES) return err({ kind: 'DAMAGED' });
  const body = bytes.subarray(0, -CHECK_BYTES);
  if (!sameBytes(sha256(PREFIX, body).subarray(0, CHECK_BYTES), bytes.subarray(-CHECK_BYTES)))
    return err({ kind: 'DAMAGED' });
  const reader = new ByteReader(body);
  const stationId = reader.varint();
  const code = reader.text(CODE_LENGTH);
  const pin = reader.byte() === 1 ? reader.bytes(PROOF_BYTES).slice() : null;
  const url = reader.text(MAX_URL_BYTES);
  return reader.end() === null && stationId > 0
    ? ok({ stationId, code, pin, url })
    : err({ kind: 'DAMAGED' });
}

function base32Bytes(text: string): Uint8Array | null {
  try {
    return base32nopad.decode(text);
  } catch {
    return null; // A character or a length that Base32 has not.
  }
}
