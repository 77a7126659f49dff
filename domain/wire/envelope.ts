/**
 * The signed envelope that every message travels in, by line and by stick alike (WIRE.md, Envelope). The order
 * of opening matters: sizes first, then the signature, and only then is anything unpacked.
 */
import { err, ok, type Result } from '../result.ts';
import { ByteReader, ByteWriter, type WireFault } from './bytes.ts';
import { WIRE, type WireRange } from './version.ts';

export const NONCE_BYTES = 8;
export const SIGNATURE_BYTES = 64;
/** `VSW`, for village station wire. */
const MAGIC = [0x56, 0x53, 0x57] as const;
/** The signer's number of the county; stations count from 1. */
export const COUNTY_SIGNER = 0;

/** What a message is. It is signed, so that one kind can never be taken for another. */
export const KIND = {
  ASK: 1,
  BATCH: 2,
  REFERENCE_ASK: 3,
  ENROL: 4,
  RETURN_ASK: 5,
  STICK_OUT: 8,
  ACKNOWLEDGEMENT: 17,
  REFERENCE: 18,
  ENROLLED: 19,
  RETURNED: 20,
  DELTA: 21,
  STICK_BACK: 22,
  STICK_WORD: 23,
} as const;
export type MessageKind = keyof typeof KIND;

/** Cryptography and compression are passed in: domain/ has none. */
export interface Seal {
  /** Ed25519 signature, 64 bytes. */
  readonly sign: (message: Uint8Array) => Uint8Array;
  /** A zstd frame. */
  readonly pack: (body: Uint8Array) => Uint8Array;
}
export interface Unseal {
  /** Ed25519; `publicKey` has 32 bytes. */
  readonly verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
  /** Unpacks a zstd frame; null if it is not one or would give more than `maxBytes`. */
  readonly unpack: (packed: Uint8Array, maxBytes: number) => Uint8Array | null;
}

export interface Message {
  readonly kind: MessageKind;
  /** Random in a request; an answer repeats its request's, so that an old answer cannot be played again. */
  readonly nonce: Uint8Array;
  /** Number of the station, or COUNTY_SIGNER. */
  readonly signer: number;
  readonly body: Uint8Array;
}

/** A message whose signature holds. */
export interface OpenedMessage extends Message {
  /** Version of the wire it was written in; its answer is written in the same. */
  readonly version: number;
}

/** An envelope whose header was read and whose signature was not checked yet. */
export interface SealedMessage {
  readonly version: number;
  readonly kind: MessageKind;
  readonly nonce: Uint8Array;
  readonly signer: number;
  readonly bodyLength: number;
  readonly packed: boolean;
  readonly stored: Uint8Array;
  readonly signedPart: Uint8Array;
  readonly signature: Uint8Array;
}

export type EnvelopeError =
  | { readonly kind: WireFault }
  /** Not one of these messages at all. */
  | { readonly kind: 'NOT_OURS' }
  /** Written in a newer version than this side reads: this side must be updated. */
  | { readonly kind: 'NEWER_VERSION'; readonly version: number }
  /** Written in an older version than this side still reads: the other side must be updated. */
  | { readonly kind: 'OLDER_VERSION'; readonly version: number };

const KIND_BY_CODE = new Map<number, MessageKind>(
  Object.entries(KIND).map(([name, code]) => [code, name as MessageKind]),
);

/** Packs a body for an envelope; keeps it plain where packing does not shorten it. */
export function packBody(body: Uint8Array, pack: Seal['pack']): { packed: boolean; stored: Uint8Array } {
  const packed = pack(body);
  return packed.length < body.length ? { packed: true, stored: packed } : { packed: false, stored: body };
}

/**
 * The bytes of a signed message. A body that was packed before can be handed in with the message; `version` is the
 * one that the other side can read.
 */
export function sealMessage(
  message: Message,
  seal: Seal,
  prepared: { packed: boolean; stored: Uint8Array } = packBody(message.body, seal.pack),
  version: number = WIRE.newest,
): Uint8Array {
  if (message.nonce.length !== NONCE_BYTES) throw new RangeError('length of a nonce');
  const out = new ByteWriter();
  for (const byte of MAGIC) out.byte(byte);
  out.byte(version);
  out.byte(KIND[message.kind]);
  out.byte(prepared.packed ? 1 : 0);
  out.bytes(message.nonce);
  out.varint(message.signer);
  out.varint(message.body.length);
  out.varint(prepared.stored.length);
  out.bytes(prepared.stored);
  out.bytes(seal.sign(out.finish()));
  return out.finish();
}

/**
 * Reads the header of an envelope of at most `maxBytes`. Says who claims to have signed what; nothing of it is
 * true until `openMessage` has checked the signature.
 */
export function readEnvelope(
  bytes: Uint8Array,
  maxBytes: number,
  readable: WireRange = WIRE,
): Result<SealedMessage, EnvelopeError> {
  if (bytes.length > maxBytes) return err({ kind: 'TOO_LARGE' });
  if (MAGIC.some((byte, i) => i < bytes.length && bytes[i] !== byte)) return err({ kind: 'NOT_OURS' });
  const reader = new ByteReader(bytes);
  reader.bytes(MAGIC.length);
  const version = reader.byte();
  if (reader.fault === null && version > readable.newest) return err({ kind: 'NEWER_VERSION', version });
  if (reader.fault === null && version < 1) return err({ kind: 'MALFORMED' });
  if (reader.fault === null && version < readable.oldest) return err({ kind: 'OLDER_VERSION', version });
  const kind = KIND_BY_CODE.get(reader.byte());
  const packing = reader.byte();
  const nonce = reader.bytes(NONCE_BYTES);
  const signer = reader.varint();
  const bodyLength = reader.varint();
  const stored = reader.bytes(reader.varint());
  const signedPart = bytes.subarray(0, reader.position);
  const signature = reader.bytes(SIGNATURE_BYTES);
  const fault = reader.end();
  if (fault !== null) return err({ kind: fault });
  if (kind === undefined || packing > 1) return err({ kind: 'MALFORMED' });
  const packed = packing === 1;
  if (!packed && stored.length !== bodyLength) return err({ kind: 'MALFORMED' });
  return ok({ version, kind, nonce, signer, bodyLength, packed, stored, signedPart, signature });
}

/** Whose a request is and what names it, in whatever version it was written: its header is laid out alike in all. */
export function readAddress(
  bytes: Uint8Array,
): { readonly nonce: Uint8Array; readonly signer: number } | null {
  const sealed = readEnvelope(bytes, bytes.length, { oldest: 1, newest: 255 });
  return sealed.ok ? { nonce: sealed.value.nonce, signer: sealed.value.signer } : null;
}

/** Checks the signature, then unpacks the body, which may have at most `maxBodyBytes`. */
export function openMessage(
  sealed: SealedMessage,
  publicKey: Uint8Array,
  maxBodyBytes: number,
  unseal: Unseal,
): Result<OpenedMessage, { readonly kind: WireFault } | { readonly kind: 'BAD_SIGNATURE' }> {
  const { version, kind, nonce, signer, bodyLength, stored } = sealed;
  if (bodyLength > maxBodyBytes) return err({ kind: 'TOO_LARGE' });
  if (!unseal.verify(publicKey, sealed.signedPart, sealed.signature)) return err({ kind: 'BAD_SIGNATURE' });
  const body = sealed.packed ? unseal.unpack(stored, bodyLength) : stored;
  if (body?.length !== bodyLength) return err({ kind: 'MALFORMED' });
  return ok({ version, kind, nonce, signer, body });
}
