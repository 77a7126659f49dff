/**
 * A file on a stick: a signed head in plain sight, then messages encrypted to its reader in chunks, each proved by
 * itself, so that a large file is written and read piece by piece. A chunk that is missing, changed or out of its
 * place is found, and so is an end that came too early (WIRE.md, Stick).
 */
import { err, ok, type Result } from '../result.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { MAX_REQUEST_BYTES, STICK_CHUNK_BYTES } from './limits.ts';

/** `VSB`, for village station bundle. */
const MAGIC = [0x56, 0x53, 0x42] as const;
const VERSION = 1;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
/** Magic, version, at most two bytes of length, and the head. */
export const MAX_STICK_HEAD_BYTES = MAGIC.length + 1 + 2 + MAX_REQUEST_BYTES;

/** Encryption is passed in: domain/ has none. AES-256-GCM with a tag of 16 bytes after the text. */
export interface ChunkCipher {
  readonly seal: (key: Uint8Array, nonce: Uint8Array, plain: Uint8Array) => Uint8Array;
  /** Null if the chunk was not sealed with this key and nonce. */
  readonly open: (key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array) => Uint8Array | null;
}

/**
 * The key of a file's chunks: HKDF-SHA256 of the secret shared by the file's key and its reader's, with the SHA-256
 * of the whole head as salt, so that no head can be put before other chunks.
 */
export type DeriveKey = (shared: Uint8Array, head: Uint8Array, readerKey: Uint8Array) => Uint8Array;

export type StickFault =
  /** No file of ours. */
  | { readonly kind: 'NOT_OURS' }
  | { readonly kind: 'NEWER_VERSION' }
  /** Cut short, changed, or encrypted to somebody else. */
  | { readonly kind: 'DAMAGED' }
  | { readonly kind: 'TOO_LARGE' };

/** What stands before the chunks: the signed envelope of kind STICK_OUT or STICK_BACK with its length. */
export function stickHead(envelope: Uint8Array): Uint8Array {
  const out = new ByteWriter();
  for (const byte of MAGIC) out.byte(byte);
  out.byte(VERSION);
  out.varint(envelope.length);
  out.bytes(envelope);
  return out.finish();
}

/** Finds the head in the first MAX_STICK_HEAD_BYTES of a file, or in the whole of a shorter one. */
export function readStickHead(
  start: Uint8Array,
): Result<{ readonly head: Uint8Array; readonly envelope: Uint8Array }, StickFault> {
  if (start.length < MAGIC.length || MAGIC.some((byte, i) => start[i] !== byte))
    return err({ kind: 'NOT_OURS' });
  const reader = new ByteReader(start);
  reader.bytes(MAGIC.length);
  const version = reader.byte();
  if (reader.fault === null && version > VERSION) return err({ kind: 'NEWER_VERSION' });
  if (reader.fault === null && version < 1) return err({ kind: 'NOT_OURS' });
  const envelope = reader.bytes(reader.varint(MAX_REQUEST_BYTES));
  if (reader.fault !== null) return err({ kind: 'DAMAGED' });
  return ok({ head: start.subarray(0, reader.position), envelope });
}

/** Each chunk has its own nonce; the last byte says whether it is the last, so that no other end is taken for it. */
function nonceOf(index: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  new DataView(nonce.buffer).setUint32(7, index);
  nonce[NONCE_BYTES - 1] = last ? 1 : 0;
  return nonce;
}

/** Bytes that wait in pieces and are joined only when enough of them are there. */
class Pieces {
  #pieces: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }
  push(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#length += piece.length;
  }
  /** The first `count` bytes, which must be there. */
  take(count: number): Uint8Array {
    const taken = new Uint8Array(count);
    const rest: Uint8Array[] = [];
    let at = 0;
    for (const piece of this.#pieces) {
      const wanted = Math.min(piece.length, count - at);
      taken.set(piece.subarray(0, wanted), at);
      at += wanted;
      if (wanted < piece.length) rest.push(piece.subarray(wanted));
    }
    this.#pieces = rest;
    this.#length -= count;
    return taken;
  }
}

/** Encrypts messages one after the other; what it answers is to be written behind the head. */
export class StickWriter {
  readonly #cipher: ChunkCipher;
  readonly #key: Uint8Array;
  readonly #waiting = new Pieces();
  #index = 0;

  constructor(cipher: ChunkCipher, key: Uint8Array) {
    this.#cipher = cipher;
    this.#key = key;
  }

  /** Adds a message; answers the chunks that have become full. */
  add(message: Uint8Array): readonly Uint8Array[] {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, message.length);
    this.#waiting.push(length);
    this.#waiting.push(message);
    const chunks: Uint8Array[] = [];
    while (this.#waiting.length > STICK_CHUNK_BYTES)
      chunks.push(this.#seal(this.#waiting.take(STICK_CHUNK_BYTES), false));
    return chunks;
  }
  /** The last chunk. */
  finish(): Uint8Array {
    return this.#seal(this.#waiting.take(this.#waiting.length), true);
  }
  #seal(plain: Uint8Array, last: boolean): Uint8Array {
    return this.#cipher.seal(this.#key, nonceOf(this.#index++, last), plain);
  }
}

/** Decrypts what stands behind a head; gives out a message only when all of it has been proved. */
export class StickReader {
  readonly #cipher: ChunkCipher;
  readonly #key: Uint8Array;
  readonly #maxMessageBytes: number;
  readonly #sealed = new Pieces();
  readonly #plain = new Pieces();
  #messageLength: number | null = null;
  #index = 0;
  #fault: StickFault | null = null;

  /** No message may be longer than `maxMessageBytes`. */
  constructor(cipher: ChunkCipher, key: Uint8Array, maxMessageBytes: number) {
    this.#cipher = cipher;
    this.#key = key;
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Hands in the next bytes of the file; answers the messages that are whole. */
  push(bytes: Uint8Array): Result<readonly Uint8Array[], StickFault> {
    this.#sealed.push(bytes);
    // What might be the last chunk is known only at the end.
    while (this.#fault === null && this.#sealed.length > STICK_CHUNK_BYTES + TAG_BYTES)
      this.#open(STICK_CHUNK_BYTES + TAG_BYTES, false);
    return this.#messages();
  }
  /** Says that the file is at its end; answers the messages of the last chunk. */
  end(): Result<readonly Uint8Array[], StickFault> {
    if (this.#fault === null) this.#open(this.#sealed.length, true);
    const messages = this.#messages();
    const more = this.#plain.length > 0 || this.#messageLength !== null;
    return messages.ok && more ? err({ kind: 'DAMAGED' }) : messages;
  }

  #open(length: number, last: boolean): void {
    const plain = this.#cipher.open(this.#key, nonceOf(this.#index++, last), this.#sealed.take(length));
    if (plain === null) this.#fault = { kind: 'DAMAGED' };
    else this.#plain.push(plain);
  }
  #messages(): Result<readonly Uint8Array[], StickFault> {
    const messages: Uint8Array[] = [];
    while (this.#fault === null) {
      if (this.#messageLength === null) {
        if (this.#plain.length < 4) break;
        const length = this.#plain.take(4);
        this.#messageLength = new DataView(length.buffer).getUint32(0);
        if (this.#messageLength > this.#maxMessageBytes) this.#fault = { kind: 'TOO_LARGE' };
      }
      if (this.#plain.length < this.#messageLength) break;
      messages.push(this.#plain.take(this.#messageLength));
      this.#messageLength = null;
    }
    return this.#fault === null ? ok(messages) : err(this.#fault);
  }
}
