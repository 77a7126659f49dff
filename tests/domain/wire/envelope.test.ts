import { describe, expect, it } from 'vitest';
import {
  KIND,
  openMessage,
  readEnvelope,
  sealMessage,
  type MessageKind,
} from '../../../domain/wire/envelope.ts';
import { WIRE } from '../../../domain/wire/version.ts';
import { fc } from '../../harness/property.ts';
import { makeKeys, unseal } from '../../harness/wire.ts';

const MAX = 100_000;
const keys = makeKeys();
const nonce = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const ask = (body: Uint8Array) => sealMessage({ kind: 'ASK', nonce, signer: 7, body }, keys.seal);

/** Opens an envelope all the way and answers the kind of the first error, or 'ok'. */
function open(bytes: Uint8Array, maxBody = MAX): string {
  const sealed = readEnvelope(bytes, MAX);
  if (!sealed.ok) return sealed.error.kind;
  const opened = openMessage(sealed.value, keys.publicKey, maxBody, unseal);
  return opened.ok ? 'ok' : opened.error.kind;
}

describe('envelope', () => {
  it('gives back any message', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(KIND) as MessageKind[])),
        fc.nat(),
        fc.uint8Array({ maxLength: 300 }),
        fc.boolean(),
        (kind, signer, part, repeat) => {
          const body = repeat ? new Uint8Array([...part, ...part, ...part]) : part;
          const sealed = readEnvelope(sealMessage({ kind, nonce, signer, body }, keys.seal), MAX);
          if (!sealed.ok) throw new Error(sealed.error.kind);
          const opened = openMessage(sealed.value, keys.publicKey, MAX, unseal);
          if (!opened.ok) throw new Error(opened.error.kind);
          expect({ ...opened.value, body: [...opened.value.body], nonce: [...opened.value.nonce] }).toEqual({
            version: WIRE.newest,
            kind,
            signer,
            body: [...body],
            nonce: [...nonce],
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('answers any bytes with a known error', () => {
    const kinds = ['NOT_OURS', 'TRUNCATED', 'MALFORMED', 'TOO_LARGE', 'NEWER_VERSION', 'BAD_SIGNATURE'];
    const head = fc.constantFrom([], [0x56, 0x53, 0x57], [0x56, 0x53, 0x57, 1, 2, 1]);
    fc.assert(
      fc.property(head, fc.uint8Array({ maxLength: 300 }), (start, rest) => {
        expect(kinds).toContain(open(Uint8Array.from([...start, ...rest])));
      }),
      { numRuns: 10_000 },
    );
  });

  it('refuses each truncation and each flipped bit', () => {
    const bytes = ask(new Uint8Array(200).fill(65));
    expect(open(bytes)).toBe('ok');
    for (let length = 0; length < bytes.length; length++)
      expect(open(bytes.subarray(0, length))).toBe('TRUNCATED');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(open(flipped)).not.toBe('ok');
    }
    expect(open(Uint8Array.from([...bytes, 0]))).toBe('MALFORMED');
  });

  it('never unpacks more than the head says or the limit allows', () => {
    const bomb = sealMessage({ kind: 'ASK', nonce, signer: 7, body: new Uint8Array(50_000_000) }, keys.seal);
    expect(bomb.length).toBeLessThan(10_000);
    expect(open(bomb)).toBe('TOO_LARGE');
    const lying = sealMessage({ kind: 'ASK', nonce, signer: 7, body: new Uint8Array(900) }, keys.seal, {
      packed: true,
      stored: keys.seal.pack(new Uint8Array(50_000_000)),
    });
    expect(open(lying)).toBe('MALFORMED');
  });

  it('tells a newer version and another key from damage', () => {
    const newer = ask(new Uint8Array(3));
    newer[3] = WIRE.newest + 1;
    expect(readEnvelope(newer, MAX)).toEqual({
      ok: false,
      error: { kind: 'NEWER_VERSION', version: WIRE.newest + 1 },
    });
    const other = sealMessage({ kind: 'ASK', nonce, signer: 7, body: new Uint8Array(3) }, makeKeys().seal);
    expect(open(other)).toBe('BAD_SIGNATURE');
  });
});
