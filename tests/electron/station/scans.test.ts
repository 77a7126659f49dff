import { createHash } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { makeSampleVillage } from '../../../county/sample/village.ts';
import { formatCardNumber } from '../../../domain/cards/cardNumber.ts';
import { SCAN_TTL_MS, type ScanEvent } from '../../../electron/contract/views.ts';
import { realWorld } from '../../../electron/shell/world.ts';
import { REPEAT_WINDOW_MS } from '../../../domain/scanner/debounce.ts';
import { createScans, type CardBook, type Scans } from '../../../electron/station/scans.ts';
import { countingTokens, fakeTime, type FakeTime } from './fakes.ts';

const village = makeSampleVillage({ nowMs: Date.UTC(2026, 10, 23) });
const { reference } = village;
const revoked = new Set(reference.revocations.cardNumbers);
const latest = new Map(reference.cards.map((card) => [card.volunteerId, card.generation]));
const book: CardBook = {
  publicKeyOf: (id) => {
    const issuer = reference.issuers.find((entry) => entry.id === id);
    return issuer === undefined ? undefined : Buffer.from(issuer.publicKey, 'hex');
  },
  latestGeneration: (volunteerId) => latest.get(volunteerId) ?? 0,
  isRevoked: (cardNumber) => revoked.has(cardNumber),
  card: (cardNumber) => reference.cards.find((card) => card.cardNumber === cardNumber) ?? null,
  person: (volunteerId) => ({
    volunteerId,
    name: reference.volunteers.find(({ id }) => id === volunteerId)?.name ?? '',
    guest: false,
    teamName: '',
  }),
};
const card = (volunteerId: number) => village.cardTexts.get(volunteerId) ?? '';

let time: FakeTime;
let scans: Scans;
let pushed: ScanEvent[];
beforeEach(() => {
  time = fakeTime();
  pushed = [];
  scans = createScans({
    book,
    clock: time,
    sha256: (...parts) => {
      const hash = createHash('sha256');
      for (const part of parts) hash.update(part);
      return hash.digest();
    },
    verify: realWorld().verify,
    newToken: countingTokens(),
    push: (event) => pushed.push(event),
  });
});

test('a card is pushed once with its person, and can be used until its time is over', () => {
  const event = scans.submit(card(3), 'WEDGE');
  expect(event.outcome).toMatchObject({ kind: 'CARD', person: { volunteerId: 3 } });
  expect(pushed).toEqual([event]);
  time.advance(SCAN_TTL_MS);
  expect(scans.find(event.scanId)).toMatchObject({ ok: true, value: { volunteerId: 3, source: 'WEDGE' } });
  time.advance(1);
  expect(scans.find(event.scanId)).toEqual({ ok: false, error: { kind: 'SCAN_EXPIRED' } });
});

test('a scan that led to something leads to nothing else', () => {
  const { scanId } = scans.submit(card(3), 'HID');
  scans.useUp(scanId);
  expect(scans.find(scanId)).toEqual({ ok: false, error: { kind: 'SCAN_USED' } });
  expect(scans.find('made-up')).toEqual({ ok: false, error: { kind: 'SCAN_EXPIRED' } });
});

test('a card held under the scanner is a repeat for as long as it is seen, and can do nothing', () => {
  scans.submit(card(3), 'WEDGE');
  for (let i = 0; i < 5; i += 1) {
    time.advance(REPEAT_WINDOW_MS - 1);
    const again = scans.submit(card(3), 'WEDGE');
    expect(again.outcome).toMatchObject({ kind: 'REPEAT', person: { volunteerId: 3 } });
    expect(scans.find(again.scanId).ok).toBe(false);
  }
  time.advance(REPEAT_WINDOW_MS);
  expect(scans.submit(card(3), 'WEDGE').outcome.kind).toBe('CARD');
});

test('two people in turns are both taken, two scans a second', () => {
  const kinds = [1, 2, 1, 3].map((volunteerId) => {
    time.advance(500);
    return scans.submit(card(volunteerId), 'WEDGE').outcome.kind;
  });
  expect(kinds).toEqual(['CARD', 'CARD', 'REPEAT', 'CARD']);
});

test.each([
  ['FORGED', village.oddCards.forged],
  ['REVOKED', village.oddCards.revoked],
  ['OLDER_GENERATION', village.oddCards.outdated],
  ['DAMAGED', card(1).slice(0, -3)],
  ['NOT_OURS', 'https://example.org/'],
] as const)('%s is told and cannot be used', (kind, text) => {
  const event = scans.submit(text, 'CAMERA');
  expect(event.outcome).toEqual({ kind });
  expect(scans.find(event.scanId).ok).toBe(false);
  expect(pushed).toEqual([event]);
});

test('the short number does what the card does', () => {
  const number = reference.cards.find(({ volunteerId }) => volunteerId === 7)?.cardNumber ?? 0;
  const event = scans.submitNumber(formatCardNumber(number));
  expect(event).toMatchObject({ source: 'MANUAL', outcome: { kind: 'CARD', person: { volunteerId: 7 } } });
  expect(scans.submit(card(7), 'WEDGE').outcome.kind).toBe('REPEAT');
});

test.each(['', '123', 'abc', '0000000001', formatCardNumber(999_999_999)])(
  'the number %j is no card',
  (digits) => {
    expect(scans.submitNumber(digits).outcome).toEqual({ kind: 'UNKNOWN_NUMBER' });
  },
);
