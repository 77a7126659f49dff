/**
 * Keys of the sample village. They follow from a seed that everybody knows: FOR SAMPLES AND TESTS ONLY, a real
 * issuer's key is made at random and never leaves the county.
 */
import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';

export interface SampleKeyPair {
  /** Ed25519 secret, 32 bytes. */
  readonly secret: Uint8Array;
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly privateKey: KeyObject;
  /** The 64-byte signature of a message. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** What stands before the 32 secret bytes of an Ed25519 key in PKCS #8 (RFC 8410, section 7). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The Ed25519 key pair that follows from a seed and what the key is for, such as `issuer` or `county`. */
export function sampleKeyPair(seed: number, label: string): SampleKeyPair {
  const secret = createHash('sha256').update(`village-station SAMPLE KEY ${seed} ${label}`).digest();
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, secret]),
    format: 'der',
    type: 'pkcs8',
  });
  // The raw key is the last 32 bytes of its SubjectPublicKeyInfo (RFC 8410, section 4).
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    secret: new Uint8Array(secret),
    publicKey: new Uint8Array(publicKey),
    privateKey,
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}
