import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  canonicalText,
  genesisHash,
  nextHash,
  parseCanonical,
  type Sha256,
} from '../../../domain/journal/canonical.ts';
import { EVENT_TYPES, EVENTS, isJournalEvent, type JournalEvent } from '../../../domain/journal/events.ts';
import { anyEvent } from '../../harness/events.ts';
import { fc } from '../../harness/property.ts';

const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const signedOut: JournalEvent = {
  type: 'SIGNED_OUT',
  seq: 7,
  atMs: 1_606_780_800_000,
  boot: 1,
  monoMs: 42,
  trust: 0,
  rulesVersion: 3,
  actorId: 0,
  signInSeq: 5,
  volunteerId: 12,
  cardNumber: 100_048,
  source: 'WEDGE',
  actualMinutes: 90,
  credits: [
    { day: 18_597, minutes: 30, points: 5 },
    { day: 18_598, minutes: 60, points: 10 },
  ],
};

describe('canonical text of an event', () => {
  it('is the array that the comment promises', () => {
    expect(canonicalText(signedOut)).toBe(
      '[4,7,1606780800000,1,42,0,3,0,5,12,100048,1,90,[[18597,30,5],[18598,60,10]]]',
    );
  });

  it('gives the same event back, for every type', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(parseCanonical(canonicalText(event))).toEqual(event);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the only text that is read back: any changed byte is another event or none', () => {
    const text = canonicalText(signedOut);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
        const changed = text.slice(0, at) + letter + text.slice(at + 1);
        const event = parseCanonical(changed);
        if (event !== undefined) expect(canonicalText(event)).toBe(changed);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '',
    '[',
    '{}',
    'null',
    '[99]',
    '[4]',
    '[4,7]',
    ' [11,1,1,1,1,0,0,0]',
    '[11,1,1,1,1,0,0,0,0]',
    '[11,1.5,1,1,1,0,0,0]',
  ])('does not read %s', (text) => {
    expect(parseCanonical(text)).toBeUndefined();
  });

  it('reads the shortest event there is', () => {
    expect(parseCanonical('[11,1,1,1,1,0,0,9]')).toMatchObject({ type: 'KEEPER_UNLOCKED', actorId: 9 });
  });
});

describe('the table of events', () => {
  it('gives each type a number of its own', () => {
    const codes = EVENT_TYPES.map((type) => EVENTS[type].code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('takes no missing, foreign or ill-typed field', () => {
    expect(isJournalEvent(signedOut)).toBe(true);
    expect(isJournalEvent({ ...signedOut, extra: 1 })).toBe(false);
    expect(isJournalEvent({ ...signedOut, actualMinutes: 1.5 })).toBe(false);
    expect(isJournalEvent({ ...signedOut, source: 'NOSE' })).toBe(false);
    expect(isJournalEvent({ ...signedOut, credits: [{ day: 1, minutes: 2 }] })).toBe(false);
    expect(isJournalEvent({ ...signedOut, type: 'toString' })).toBe(false);
    expect(isJournalEvent({ ...signedOut, volunteerId: undefined })).toBe(false);
    const { credits, ...missing } = signedOut;
    expect(credits).toHaveLength(2);
    expect(isJournalEvent(missing)).toBe(false);
  });
});

describe('the chain', () => {
  it('starts apart for each station and incarnation, and each link depends on all before', () => {
    const a = genesisHash(sha256, 1, '0000000000000001');
    expect(genesisHash(sha256, 1, '0000000000000002')).not.toEqual(a);
    expect(genesisHash(sha256, 2, '0000000000000001')).not.toEqual(a);
    const text = canonicalText(signedOut);
    expect(nextHash(sha256, a, text)).toEqual(createHash('sha256').update(a).update(text, 'utf8').digest());
  });
});
