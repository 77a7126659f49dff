import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { encodeCard, type CardPayload } from '../../../domain/cards/payload.ts';
import type { CardRegistry, Verify } from '../../../domain/cards/verify.ts';
import type { Sha256 } from '../../../domain/journal/canonical.ts';
import { fc } from '../../harness/property.ts';

export const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Node's own Ed25519 over a secret that is the same byte 32 times. */
export function signer(byte: number) {
  const secret = Buffer.alloc(32, byte);
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  return {
    publicKey: new Uint8Array(Buffer.from(jwk.x ?? '', 'base64url')),
    sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey)),
  };
}

export const verifyEd25519: Verify = (publicKey, message, signature) =>
  verify(
    null,
    message,
    createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
      format: 'jwk',
    }),
    signature,
  );

export const issuer = signer(7);
export const encode = (payload: CardPayload) => encodeCard(payload, { sha256, sign: issuer.sign });

/** Knows one issuer, number 1; nothing is revoked and every generation is the newest unless told otherwise. */
export const registry = (over: Partial<CardRegistry> = {}): CardRegistry => ({
  publicKeyOf: (id) => (id === 1 ? issuer.publicKey : undefined),
  latestGeneration: () => 0,
  isRevoked: () => false,
  ...over,
});

export const anyPayload: fc.Arbitrary<CardPayload> = fc.record({
  cardNumber: fc.integer({ min: 1, max: 999_999_999 }),
  volunteerId: fc.maxSafeInteger().map((n) => 1 + (Math.abs(n) % (2 ** 40 - 1))),
  generation: fc.integer({ min: 1, max: 65_535 }),
  issuerId: fc.integer({ min: 0, max: 65_535 }),
});
