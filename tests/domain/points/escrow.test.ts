/** Allowances of an account at several stations, and what may be spent before the county knows (PEERS.md e12 to e14). */
import { describe, expect, it } from 'vitest';
import { LedgerError } from '../../../domain/points/account.ts';
import {
  decideAllowanceRequest,
  decideClosings,
  decideOpenings,
  MOVE_ALL,
} from '../../../domain/points/escrow.ts';
import { pursesOf, spendableNow } from '../../../domain/points/pay.ts';
import { DEFAULT_TERMS } from '../../../domain/points/terms.ts';
import {
  afterClosed,
  afterOpened,
  grantsOf,
  transfersAnswering,
  transfersFor,
  type Transfer,
} from '../../../domain/points/transfer.ts';
import type { Closing } from '../../../domain/reference/reference.ts';
import { DEFAULT_RULES } from '../../../domain/rules/ruleSet.ts';
import { PlainLedger } from './facts.ts';
import { dayOf, Ledger, person } from './support.ts';

const act = (id: number, points = MOVE_ALL): Closing => ({
  id,
  holder: 'PERSON',
  holderId: 1,
  points,
  toStationId: 2,
});

/** Lets a station do the closings that are new to it; answers what it recorded. */
function close(ledger: Ledger, ...closings: readonly Closing[]): readonly number[] {
  return decideClosings(ledger.book, closings, ledger.day).map((draft) => {
    ledger.fold(draft);
    return draft.type === 'ALLOWANCE_CLOSED' ? draft.points : -1;
  });
}

describe('closing an allowance', () => {
  it('takes no more than is there, and an act that found nothing is done', () => {
    const ledger = new Ledger();
    ledger.earn(1, 70);
    ledger.spend(1, 20);
    expect(close(ledger, act(1, 30), act(2), act(3))).toEqual([30, 20, 0]);
    ledger.earn(1, 40);
    expect(close(ledger, act(1, 30), act(2), act(3))).toEqual([]);
    expect(ledger.book.sums(person(1))).toMatchObject({ issued: 110, closed: 50, spent: 20, available: 40 });
  });

  it('sends the soonest to lapse first, but last what could lapse on the way', () => {
    const ledger = new Ledger();
    ledger.day = dayOf('2026-12-10');
    const late = ledger.earn(1, 30, dayOf('2025-03-01')); // Lapses in three weeks.
    const next = ledger.earn(1, 30, dayOf('2026-03-01'));
    ledger.earn(1, 30, dayOf('2026-04-01')); // Lapses on the same day as the one before.
    expect(close(ledger, act(1, 40))).toEqual([40]);
    expect([ledger.left(person(1), late), ledger.left(person(1), next)]).toEqual([[30], [0]]);
    const [draft] = decideClosings(ledger.book, [act(2)], ledger.day);
    expect(draft).toMatchObject({
      points: 50,
      lots: [
        { earnedDay: dayOf('2026-04-01'), expiryDay: dayOf('2027-12-31'), points: 20 },
        { earnedDay: dayOf('2025-03-01'), expiryDay: dayOf('2026-12-31'), points: 30 },
      ],
    });
  });

  it('leaves what has lapsed, and what no fact has room for', () => {
    const ledger = new Ledger();
    ledger.fold({
      type: 'LEDGER_TERMS_SET',
      fromVersion: 1,
      settlement: 'immediate',
      expiry: 'MONTHS',
      expiryMonths: 12,
    });
    ledger.rulesVersion = 1;
    for (let back = 0; back < 70; back++) ledger.earn(1, 1, ledger.day - back);
    ledger.earn(1, 5, dayOf('2025-01-01'));
    expect(close(ledger, act(1))).toEqual([64]);
    expect(close(ledger, act(2))).toEqual([6]);
    expect(ledger.available(person(1))).toBe(5);
  });

  it('is the very account that says what left: another word contradicts it', () => {
    const ledger = new Ledger();
    ledger.earn(1, 40);
    const lots = [{ earnedDay: ledger.day, expiryDay: dayOf('2027-12-31'), points: 41 }];
    const said = {
      type: 'ALLOWANCE_CLOSED',
      actId: 1,
      holder: 'PERSON',
      holderId: 1,
      toStationId: 2,
      points: 41,
    } as const;
    expect(() => ledger.fold({ ...said, lots })).toThrow(LedgerError);
    expect(() => ledger.fold({ ...said, points: 40, lots })).toThrow(LedgerError);
  });

  it('makes arrears of an entry that is taken back after it moved away, paid first by what comes back', () => {
    const ledger = new Ledger();
    const entry = ledger.earn(1, 60);
    close(ledger, act(1, 45));
    ledger.reverse(person(1), entry, 60);
    expect(ledger.book.sums(person(1))).toMatchObject({
      closed: 45,
      reversed: 60,
      arrears: 45,
      available: 0,
    });
    const back = { id: 2, holder: 'PERSON', holderId: 1, points: 50, fromStationId: 2 } as const;
    for (const draft of decideOpenings(ledger.book, [back, back], DEFAULT_TERMS, ledger.day))
      ledger.fold(draft);
    expect(ledger.book.sums(person(1))).toMatchObject({ opened: 50, arrears: 0, available: 5 });
    expect(decideOpenings(ledger.book, [back], DEFAULT_TERMS, ledger.day)).toEqual([]);
  });

  it('is done once, even if the same fact comes back out of an earlier journal', () => {
    const ledger = new Ledger();
    ledger.earn(1, 30);
    const [draft] = decideClosings(ledger.book, [act(1, 20)], ledger.day);
    if (draft === undefined) throw new Error('nothing closed');
    ledger.fold(draft);
    ledger.fold(draft);
    expect(ledger.book.sums(person(1))).toMatchObject({ available: 10, closed: 20 });
  });
});

describe('points that the county does not know yet', () => {
  const CAP = 80;
  function spendableOf(ledger: Ledger, acknowledgedSeq: number): number {
    const lots = ledger.book.lotsOf(person(1));
    const fresh = lots.filter(({ seq }) => seq > acknowledgedSeq);
    return spendableNow(ledger.book.openLots(person(1)), fresh, CAP, ledger.day);
  }

  it('can be spent up to the cap, counted over all exchanges until it acknowledges them', () => {
    const ledger = new Ledger();
    const known = ledger.earn(1, 100);
    ledger.earn(1, 200);
    expect(spendableOf(ledger, known)).toBe(180);
    ledger.spend(1, 150);
    expect(spendableOf(ledger, known)).toBe(30);
    ledger.spend(1, 30);
    expect(spendableOf(ledger, known)).toBe(0);
    expect(spendableOf(ledger, ledger.seq)).toBe(120);
  });

  it('count for what they are even where they lapse first and are spent first', () => {
    const ledger = new Ledger();
    const known = ledger.earn(1, 100);
    ledger.earn(1, 200, dayOf('2025-01-01')); // Lapses a year before the others.
    expect(spendableOf(ledger, known)).toBe(180);
    ledger.spend(1, 180);
    // All 180 came out of the unknown ones: then 100 of them stood for those that are known.
    expect(spendableOf(ledger, known)).toBe(0);
  });

  it('are no way around the cap by a reversal', () => {
    const ledger = new Ledger();
    const minted = ledger.earn(1, 300);
    ledger.spend(1, 80);
    ledger.reverse(person(1), minted, 300);
    ledger.earn(1, 300);
    expect(spendableOf(ledger, 0)).toBe(0);
  });

  it('are shown in the purse as what waits', () => {
    const facts = new PlainLedger();
    facts.ledger.earn(1, 100);
    facts.acknowledgedSeq = 0;
    const purse = pursesOf(facts, 1, DEFAULT_RULES.ledger, facts.ledger.day);
    expect(purse).toMatchObject({ available: 80, awaitingCounty: 20 });
    facts.acknowledgedSeq = 1;
    expect(pursesOf(facts, 1, DEFAULT_RULES.ledger, facts.ledger.day)).toMatchObject({
      available: 100,
      awaitingCounty: 0,
    });
  });
});

describe('a transfer', () => {
  const header = { seq: 1, atMs: 0, boot: 1, monoMs: 0, trust: 0, rulesVersion: 0, actorId: 0 } as const;
  const closed = (points: number) =>
    ({
      type: 'ALLOWANCE_CLOSED',
      ...header,
      actId: 5,
      holder: 'PERSON',
      holderId: 1,
      toStationId: 2,
      points,
      lots: [],
    }) as const;
  const opened = { ...closed(9), type: 'ALLOWANCE_OPENED', fromStationId: 7 } as const;
  const wish = { ...person(1), homeStationId: 7, toStationId: 2 };
  let id = 100;
  const newId = (): number => (id += 1);

  it('begins at every station that has something, home first, and not twice', () => {
    const sources = [
      { stationId: 3, available: 5 },
      { stationId: 4, available: 0 },
      { stationId: 7, available: 0 },
      { stationId: 2, available: 50 },
    ];
    const made = transfersFor(wish, sources, [], newId);
    expect(made.map(({ fromStationId }) => fromStationId)).toEqual([7, 3]);
    expect(transfersFor(wish, sources, made, newId)).toEqual([]);
    expect(
      transfersFor(wish, sources, made.slice(1), newId).map(({ fromStationId }) => fromStationId),
    ).toEqual([7]);
    // Nowhere to ask: nothing moves, and whoever asked is answered by that.
    expect(transfersFor(wish, [], [], newId)).toEqual([]);
    expect(transfersAnswering(wish, [], made, newId)).toEqual([]);
    expect(transfersAnswering(wish, [], [], newId)).toMatchObject([
      { fromStationId: 0, state: 'CLOSED', closedPoints: 0 },
    ]);
  });

  it('opens what was closed, once; a county that forgot it learns it from the journals in any order', () => {
    const [made] = transfersFor(wish, [{ stationId: 7, available: 9 }], [], newId);
    const done = afterClosed(made, 7, closed(9));
    expect(done).toMatchObject({ state: 'CLOSED', closedPoints: 9 });
    expect(afterClosed(done ?? undefined, 7, closed(9))).toBeNull();
    expect(grantsOf([done as Transfer], 2)).toMatchObject([{ points: 9, fromStationId: 7 }]);
    const end = afterOpened(done ?? undefined, 2, opened);
    expect(end).toMatchObject({ state: 'OPENED' });
    expect(grantsOf([end as Transfer], 2)).toEqual([]);
    const late = afterOpened(undefined, 2, opened);
    expect(late).toMatchObject({ id: 5, state: 'OPENED', fromStationId: 7 });
    expect(afterClosed(late ?? undefined, 7, closed(9))).toBeNull();
    expect(afterClosed(undefined, 7, closed(9))).toMatchObject({ id: 5, state: 'CLOSED', toStationId: 2 });
  });
});

it('a wish needs the card itself, and is not made twice', () => {
  const request = { volunteerId: 1, cardNumber: 9, homeStationId: 7, householdId: 0 };
  expect(decideAllowanceRequest({ ...request, scanned: false }, false)).toMatchObject({
    error: { kind: 'CARD_NEEDED' },
  });
  expect(decideAllowanceRequest({ ...request, scanned: true }, true)).toMatchObject({
    error: { kind: 'UNDER_WAY' },
  });
  expect(decideAllowanceRequest({ ...request, scanned: true }, false)).toEqual({
    ok: true,
    value: [{ type: 'ALLOWANCE_REQUESTED', ...request }],
  });
});
