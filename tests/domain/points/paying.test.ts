import { describe, expect, it } from 'vitest';
import { decidePooling } from '../../../domain/points/correct.ts';
import { pursesOf, shareOut } from '../../../domain/points/pay.ts';
import { DEFAULT_RULES, type RuleSet } from '../../../domain/rules/ruleSet.ts';
import { member, PlainLedger } from './facts.ts';
import { dayOf, gifts, household, person } from './support.ts';

const rules = DEFAULT_RULES;
const TODAY = dayOf('2026-11-23');
const withGifts: RuleSet = {
  ...rules,
  ledger: { ...rules.ledger, gifts: { enabled: true, perHundredEarned: 100 } },
};

describe('who pays', () => {
  function filled(): PlainLedger {
    const facts = new PlainLedger();
    facts.ledger.earn(1, 30);
    facts.ledger.earn(2, 40);
    const award = { type: 'POINTS_AWARDED', householdId: 1, awardId: 5, reason: '' } as const;
    facts.ledger.fold({ ...award, ...household(1), points: 20 });
    facts.ledger.fold({ ...award, ...gifts(2), points: 100 });
    return facts;
  }
  it('the head spends what was awarded to the household; another member only their own', () => {
    const facts = filled();
    expect(pursesOf(facts, 1, rules.ledger, TODAY).available).toBe(50);
    expect(pursesOf(facts, 2, rules.ledger, TODAY).available).toBe(40);
  });
  it('a household pools once every adult consents, and who leaves takes their own along', () => {
    const facts = filled();
    facts.members = [...facts.members, member(5, { birthYear: 2012 })];
    facts.given.add('1 1');
    expect(pursesOf(facts, 2, rules.ledger, TODAY).available).toBe(40);
    facts.given.add('1 2');
    const purses = pursesOf(facts, 2, rules.ledger, TODAY);
    expect(purses.available).toBe(90);
    // By other rules whoever is fourteen consents, too.
    expect(pursesOf(facts, 2, { ...rules.ledger, adultYears: 13 }, TODAY).available).toBe(40);
    expect(shareOut(purses, 2, 70, rules.ledger)).toEqual([
      { ...person(2), points: 40 },
      { ...household(1), points: 20 },
      { ...person(1), points: 10 },
    ]);
    expect(shareOut(purses, 2, 91, rules.ledger)).toBeNull();
    const noPooling = { ...rules.ledger, pooling: false };
    expect(pursesOf(facts, 2, noPooling, TODAY).available).toBe(40);
    facts.members = [member(1), member(2, { householdId: 0 })];
    expect(pursesOf(facts, 2, rules.ledger, TODAY).available).toBe(40);
    expect(pursesOf(facts, 1, rules.ledger, TODAY).available).toBe(50);
  });
  it('gifts go along with as many earned points, and never alone', () => {
    const facts = filled();
    const purses = pursesOf(facts, 2, withGifts.ledger, TODAY);
    expect(purses).toMatchObject({ gifts: 100, available: 80 });
    expect(shareOut(purses, 2, 61, withGifts.ledger)).toEqual([
      { ...gifts(2), points: 30 },
      { ...person(2), points: 31 },
    ]);
    facts.ledger.spend(2, 40);
    expect(pursesOf(facts, 2, withGifts.ledger, TODAY).available).toBe(0);
  });
  it('consent is a fact once, given or withdrawn', () => {
    const facts = new PlainLedger();
    expect(decidePooling(facts, 1, 'GIVEN')).toMatchObject({ value: [{ householdId: 1, consent: 'GIVEN' }] });
    expect(decidePooling(facts, 1, 'WITHDRAWN')).toEqual({ ok: true, value: [] });
    expect(decidePooling(facts, 9, 'GIVEN')).toMatchObject({ error: { kind: 'NOT_FOUND' } });
  });
});
