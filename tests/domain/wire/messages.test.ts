import { describe, expect, it } from 'vitest';
import * as messages from '../../../domain/wire/messages.ts';
import type { Result } from '../../../domain/result.ts';
import { fc } from '../../harness/property.ts';

const id = fc.stringMatching(/^[0-9a-f]{16}$/);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const short = fc.string({ maxLength: 20 });

interface Case<T> {
  readonly name: string;
  readonly any: fc.Arbitrary<T>;
  readonly encode: (value: T) => Uint8Array;
  readonly decode: (body: Uint8Array) => Result<T, messages.MessageError>;
}

/** Absent is the same as all zeros, which no key and no proof is. */
const maybe = fc.option(bytes(32).filter((all) => all.some((byte) => byte !== 0)));

/** Any message comes back whole; cut short, or with a byte more, it is refused. */
function check<T>({ name, any, encode, decode }: Case<T>): void {
  it(name, () => {
    fc.assert(
      fc.property(any, (value) => {
        const body = encode(value);
        expect(decode(body)).toEqual({ ok: true, value });
        expect(decode(Uint8Array.from([...body, 0])).ok).toBe(false);
        for (let length = 0; length < body.length; length++)
          expect(decode(body.subarray(0, length)).ok).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        const result = decode(body);
        if (!result.ok) expect(['TRUNCATED', 'MALFORMED', 'TOO_LARGE']).toContain(result.error.kind);
      }),
      { numRuns: 2000 },
    );
  });
}

/** From one version of the wire to another. */
const wire = fc
  .tuple(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: 255 }))
  .map(([a, b]) => ({ oldest: Math.min(a, b), newest: Math.max(a, b) }));

describe('messages', () => {
  check({
    name: 'ask',
    any: fc.record({
      incarnation: id,
      running: id,
      recorded: fc.maxSafeNat(),
      referenceVersion: fc.nat(),
      wallMs: fc.maxSafeInteger(),
      appVersion: short,
      wire,
      revocationNumber: fc.maxSafeNat(),
    }),
    encode: messages.encodeAsk,
    decode: messages.decodeAsk,
  });
  check({
    name: 'acknowledgement',
    any: fc.record({
      stationId: fc.nat(),
      epoch: id,
      incarnation: id,
      durableSeq: fc.maxSafeNat(),
      headHash: bytes(32),
      referenceVersion: fc.nat(),
      countyMs: fc.maxSafeInteger(),
      ticket: bytes(16),
      superseded: fc.boolean(),
      others: fc.maxSafeNat(),
      wire,
      revocations: fc.record({
        since: fc.nat(),
        number: fc.maxSafeNat(),
        left: fc.nat(),
        cardNumbers: fc.array(fc.nat(), { maxLength: 5 }),
      }),
    }),
    encode: messages.encodeAcknowledgement,
    decode: messages.decodeAcknowledgement,
  });
  check({
    name: 'return ask',
    any: fc.record({
      ticket: bytes(16),
      running: id,
      held: fc.array(fc.record({ incarnation: id, seq: fc.maxSafeNat() }), { maxLength: 3 }),
    }),
    encode: messages.encodeReturnAsk,
    decode: messages.decodeReturnAsk,
  });
  check({
    name: 'reference ask',
    any: fc.record({ ticket: bytes(16), haveVersion: fc.nat() }),
    encode: messages.encodeReferenceAsk,
    decode: messages.decodeReferenceAsk,
  });
  check({
    name: 'enrolment',
    any: fc.record({ publicKey: bytes(32), proof: maybe, replyKey: bytes(32), appVersion: short }),
    encode: messages.encodeEnrol,
    decode: messages.decodeEnrol,
  });
  check({
    name: 'answer to an enrolment',
    any: fc.record({
      stationId: fc.nat(),
      publicKey: bytes(32),
      boxKey: bytes(32),
      epoch: id,
      enrolledMs: fc.maxSafeInteger(),
      certificate: bytes(64),
      tlsPin: maybe,
      proof: maybe,
    }),
    encode: (enrolled) => messages.encodeEnrolled(enrolled, enrolled.proof),
    decode: messages.decodeEnrolled,
  });
});
