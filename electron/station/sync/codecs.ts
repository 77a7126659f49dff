/** What domain/wire wants passed in, from Node: hashing, signatures, compression. */
import { createHash, createHmac, createPublicKey, scrypt, sign, verify, type KeyObject } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Sha256 } from '../../../domain/journal/canonical.ts';
import type { Seal, Unseal } from '../../../domain/wire/envelope.ts';
import { pairingSecret, PROOF_BYTES } from '../../../domain/wire/pairing.ts';

export const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** What stands before the 32 bytes of an Ed25519 public key in SPKI (RFC 8410, section 4). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** The keys that were asked for last: a station meets the county's and a few issuers', again at each scan. */
const known = new Map<string, KeyObject>();
const MOST_KNOWN = 64;

/** A public key of 32 bytes. Throws for bytes that are none. */
function publicKeyOf(bytes: Uint8Array): KeyObject {
  const name = Buffer.from(bytes).toString('latin1');
  let key = known.get(name);
  if (key === undefined) {
    const spki = Buffer.concat([SPKI_HEAD, bytes]);
    key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(name, key);
  }
  return key;
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

/** Signs with a key of ours; packs as small as zstd can, since lines are thin and batches small. */
export function sealWith(privateKey: KeyObject): Seal {
  return {
    sign: (message) => sign(null, message, privateKey),
    pack: (body) => zstdCompressSync(body, { params: { [constants.ZSTD_c_compressionLevel]: 19 } }),
  };
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
