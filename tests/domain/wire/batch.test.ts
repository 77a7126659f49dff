import { describe, expect, it } from 'vitest';
import { decodeBatch, encodeBatch } from '../../../domain/wire/batch.ts';
import { sameBytes } from '../../../domain/wire/bytes.ts';
import { readEnvelope, sealMessage } from '../../../domain/wire/envelope.ts';
import { MAX_BATCH_ENVELOPE_BYTES, MAX_BATCH_EVENTS } from '../../../domain/wire/limits.ts';
import { fc } from '../../harness/property.ts';
import { anyRun, makeKeys, runOf, sha256, villageEvents } from '../../harness/wire.ts';

const KINDS = ['TRUNCATED', 'MALFORMED', 'TOO_LARGE', 'UNKNOWN_EVENT', 'BROKEN_CHAIN'];
const AT = { stationId: 7, incarnation: '00112233445566ff' };

/** Decodes and answers the kind of error, or 'ok'. */
function kindOf(body: Uint8Array): string {
  const result = decodeBatch(body, sha256);
  return result.ok ? 'ok' : result.error.kind;
}

describe('batch', () => {
  it('gives back any run whole, with the texts and hashes it was checked by', () => {
    fc.assert(
      fc.property(anyRun(12), (run) => {
        const decoded = decodeBatch(encodeBatch(run), sha256);
        if (!decoded.ok) throw new Error(decoded.error.kind);
        const { texts, hashes, ...rest } = decoded.value;
        expect(rest).toEqual({
          ...run,
          previousHash: new Uint8Array(run.previousHash),
          headHash: new Uint8Array(run.headHash),
        });
        expect(Object.keys(rest.events[0] ?? {}).slice(0, 2)).toEqual(['type', 'seq']);
        expect(texts).toHaveLength(run.events.length);
        expect(sameBytes(hashes.at(-1) ?? new Uint8Array(), run.headHash)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('answers any bytes with a known error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(KINDS).toContain(kindOf(bytes));
      }),
      { numRuns: 5000 },
    );
  });

  it('answers any columns behind a well-formed head with a known error', () => {
    const head = encodeBatch(runOf(villageEvents(40, 1), AT)).subarray(0, 1 + 8 + 1 + 1 + 64);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 127 }),
        fc.array(fc.oneof(fc.nat(9), fc.nat(255)), { maxLength: 300 }),
        (count, tail) => {
          const body = Uint8Array.from([...head, ...tail]);
          body[10] = count;
          expect(KINDS).toContain(kindOf(body));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('refuses each truncation', () => {
    const body = encodeBatch(runOf(villageEvents(60, 2), AT));
    for (let length = 0; length < body.length; length++)
      expect(KINDS).toContain(kindOf(body.subarray(0, length)));
  });

  it('refuses each flipped bit, unless it says the same in other words', () => {
    const body = encodeBatch(runOf(villageEvents(60, 3), AT));
    const original = decodeBatch(body, sha256);
    let refused = 0;
    for (let bit = 0; bit < body.length * 8; bit++) {
      const flipped = Uint8Array.from(body);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const result = decodeBatch(flipped, sha256);
      if (result.ok) expect(result).toEqual(original);
      else {
        expect(KINDS).toContain(result.error.kind);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(body.length * 7.9);
  });

  it('names a type of event it does not know, so that the older side can say it must be updated', () => {
    const body = encodeBatch(runOf(villageEvents(1, 4), AT));
    const at = 1 + 8 + 1 + 1 + 64;
    body[at + 1] = 63;
    expect(decodeBatch(body, sha256)).toEqual({
      ok: false,
      error: { kind: 'UNKNOWN_EVENT', code: 63, place: 0 },
    });
  });

  it('refuses more events than a batch may hold, before reading them', () => {
    const body = encodeBatch(runOf(villageEvents(40, 5), AT));
    const claimed = Uint8Array.from([...body.subarray(0, 10), 0xd1, 0x0f, ...body.subarray(11)]);
    expect(kindOf(claimed)).toBe('TOO_LARGE');
    expect(() => encodeBatch(runOf(villageEvents(MAX_BATCH_EVENTS + 1, 5), AT))).toThrow(RangeError);
  });

  it('takes few bytes for what a village really records', () => {
    const { seal } = makeKeys();
    const perEvent = (share: number, people: number) => {
      const events = villageEvents(10_000, 11, share, people);
      let bytes = 0;
      let previousHash: Uint8Array | undefined;
      for (let firstSeq = 1; firstSeq <= events.length; firstSeq += MAX_BATCH_EVENTS) {
        const part = events.slice(firstSeq - 1, firstSeq - 1 + MAX_BATCH_EVENTS);
        const run = runOf(part, { ...AT, firstSeq, ...(previousHash === undefined ? {} : { previousHash }) });
        previousHash = run.headHash;
        const body = encodeBatch(run);
        expect(kindOf(body)).toBe('ok');
        const sealed = sealMessage({ kind: 'BATCH', nonce: new Uint8Array(8), signer: 7, body }, seal);
        expect(readEnvelope(sealed, MAX_BATCH_ENVELOPE_BYTES).ok).toBe(true);
        bytes += sealed.length;
      }
      return bytes / events.length;
    };
    expect(perEvent(0, 223)).toBeLessThan(9);
    expect(perEvent(1, 223)).toBeLessThan(9);
    expect(perEvent(0, 90_000)).toBeLessThan(11);
  });
});
