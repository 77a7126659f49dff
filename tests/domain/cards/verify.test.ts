import { base32nopad } from '@scure/base';
import { describe, expect, it } from 'vitest';
import { encodeCard, type CardPayload } from '../../../domain/cards/payload.ts';
import { verifyCard, type CardRegistry } from '../../../domain/cards/verify.ts';
import { fc } from '../../harness/property.ts';
import { anyPayload, encode, registry, sha256, signer, verifyEd25519 } from './support.ts';

const sample: CardPayload = { cardNumber: 124_821, volunteerId: 223, generation: 2, issuerId: 1 };
const kindOf = (text: string, known: CardRegistry = registry()) => {
  const result = verifyCard(text, known, { sha256, verify: verifyEd25519 });
  return result.ok ? 'OK' : result.error.kind;
};

describe('a genuine card', () => {
  it('is accepted, and says who it is', () => {
    expect(verifyCard(encode(sample), registry(), { sha256, verify: verifyEd25519 })).toEqual({
      ok: true,
      value: sample,
    });
  });
  it('is accepted while it is the newest of its volunteer', () => {
    expect(kindOf(encode(sample), registry({ latestGeneration: () => sample.generation }))).toBe('OK');
  });
  it('is accepted when it is newer than the station knows', () => {
    expect(kindOf(encode(sample), registry({ latestGeneration: () => 1 }))).toBe('OK');
  });
  it('is refused when its number is revoked', () => {
    const known = registry({ isRevoked: (n) => n === sample.cardNumber });
    expect(kindOf(encode(sample), known)).toBe('REVOKED');
  });
  it('is refused when the volunteer has a newer one', () => {
    const known = registry({ latestGeneration: (id) => (id === sample.volunteerId ? 3 : 0) });
    expect(kindOf(encode(sample), known)).toBe('OLDER_GENERATION');
  });
  it('is refused when the county does not list its issuer', () => {
    expect(kindOf(encode({ ...sample, issuerId: 9 }))).toBe('UNKNOWN_ISSUER');
  });
});

describe('a forged card', () => {
  const other = signer(8);
  it('is called forged before anything else is looked up', () => {
    const text = encodeCard(sample, { sha256, sign: other.sign });
    const known = registry({ isRevoked: () => true, latestGeneration: () => 9 });
    expect(kindOf(text, known)).toBe('FORGED');
  });
  it('cannot be made by changing a genuine one, even with the check bytes made again', () => {
    fc.assert(
      fc.property(anyPayload, anyPayload, (genuine, wanted) => {
        const from = { ...genuine, issuerId: 1 };
        const to = { ...wanted, issuerId: 1 };
        fc.pre(JSON.stringify(from) !== JSON.stringify(to));
        const signature = base32nopad.decode(encode(from).slice(3)).subarray(13, 77);
        expect(kindOf(encodeCard(to, { sha256, sign: () => signature }))).toBe('FORGED');
      }),
      { numRuns: 10_000 },
    );
  });
});

it('never throws and always names a known kind, for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(['NOT_OURS', 'DAMAGED']).toContain(kindOf(text));
    }),
    { numRuns: 10_000 },
  );
});
