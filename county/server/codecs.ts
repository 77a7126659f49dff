/** What domain/wire wants passed in, from Node: hashing, signatures, compression. */
import { createHash, createHmac, createPublicKey, scrypt, verify, type KeyObject } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import type { Unseal } from '../../domain/wire/envelope.ts';
import { pairingSecret, PROOF_BYTES } from '../../domain/wire/pairing.ts';

export const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function unhex(text: string): Uint8Array {
  return Buffer.from(text, 'hex');
}

/** What stands before the 32 bytes of an Ed25519 public key in SPKI (RFC 8410, section 4). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

function publicKeyOf(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, bytes]), format: 'der', type: 'spki' });
}

export const unseal: Unseal = {
  verify: (publicKey, message, signature) => {
    try {
      return verify(null, message, publicKeyOf(publicKey), signature);
    } catch {
      return false; // Bytes that are no key sign nothing.
    }
  },
  unpack: (packed, maxBytes) => {
    try {
      return zstdDecompressSync(packed, { maxOutputLength: Math.max(1, maxBytes) });
    } catch {
      return null; // Not a zstd frame, or one that would grow beyond the limit: the caller says so.
    }
  },
};

/** A zstd frame at a level that is worth the time for what is sent to every station. */
export function pack(body: Uint8Array): Uint8Array {
  return zstdCompressSync(body, { params: { [constants.ZSTD_c_compressionLevel]: 9 } });
}

export function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(message).digest();
}

/** The key that a pairing code stands for, 32 bytes; some 50 ms of work. */
export function pairingKey(stationId: number, code: string): Promise<Uint8Array> {
  const { password, salt } = pairingSecret(stationId, code);
  return new Promise((done, reject) => {
    scrypt(password, salt, PROOF_BYTES, { N: 16_384, r: 8, p: 1 }, (error, key) => {
      if (error === null) done(key);
      else reject(error);
    });
  });
}
