/** What domain/wire/stickFile wants passed in, from Node; and the station's own X25519 key. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import type { ChunkCipher, DeriveKey } from '../../../domain/wire/stickFile.ts';

const TAG_BYTES = 16;
const INFO = 'village-station stick 1';
/** What stands before the 32 bytes of an X25519 key in SPKI and in PKCS #8 (RFC 8410, sections 4 and 7). */
const SPKI_X25519 = Buffer.from('302a300506032b656e032100', 'hex');
const PKCS8_X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** AES-256-GCM: Electron's own cryptography has no ChaCha20-Poly1305 under that name. */
export const chunkCipher: ChunkCipher = {
  seal: (key, nonce, plain) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  },
  open: (key, nonce, sealed) => {
    if (sealed.length < TAG_BYTES) return null;
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
    } catch {
      return null; // Not sealed with this key and nonce.
    }
  },
};

export const deriveKey: DeriveKey = (shared, head, readerKey) => {
  const salt = createHash('sha256').update(head).digest();
  const info = Buffer.concat([Buffer.from(INFO), readerKey]);
  return new Uint8Array(hkdfSync('sha256', shared, salt, info, 32));
};

export interface BoxKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The secret shared with the holder of an X25519 public key; null if the bytes are no such key. */
  readonly agree: (publicKey: Uint8Array) => Uint8Array | null;
}

function boxKeyOf(privateKey: KeyObject): BoxKey {
  return {
    publicKey: createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32),
    agree: (bytes) => {
      try {
        const key = Buffer.concat([SPKI_X25519, bytes]);
        const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
        return diffieHellman({ privateKey, publicKey });
      } catch {
        return null; // No key, or a point of small order: they share no secret.
      }
    },
  };
}

/** A key for one file. */
export function freshBoxKey(): BoxKey {
  return boxKeyOf(generateKeyPairSync('x25519').privateKey);
}

/**
 * The key to which the county encrypts what it answers by stick. It follows from the station's signing key, so that
 * there is nothing more to keep.
 */
export function replyKeyOf(signingKeyPem: string): BoxKey {
  const signing = createPrivateKey(signingKeyPem).export({ format: 'der', type: 'pkcs8' });
  const secret = hkdfSync(
    'sha256',
    signing.subarray(-32),
    new Uint8Array(0),
    'village-station reply key 1',
    32,
  );
  const der = Buffer.concat([PKCS8_X25519, new Uint8Array(secret)]);
  return boxKeyOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}
