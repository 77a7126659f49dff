/** The hash of a whole county: more rows than a call may have arguments. */
import { expect, it } from 'vitest';
import { sha256 } from '../../../county/server/codecs.ts';
import { contentHash, contentOf } from '../../../domain/reference/content.ts';
import { DEFAULT_RULES, LATER_RULES, type RuleSet } from '../../../domain/rules/ruleSet.ts';
import { sampleReference } from '../../db/support.ts';

it('is told of two hundred thousand people and cards', () => {
  const base = sampleReference();
  const [one] = base.volunteers;
  if (one === undefined) throw new Error('no sample');
  const volunteers = Array.from({ length: 200_000 }, (_, i) => ({ ...one, id: i + 1 }));
  const small = { station: base.station, rules: DEFAULT_RULES, revocationNumber: 0 };
  const hash = contentHash(sha256, contentOf({ ...base, volunteers }), small);
  expect(hash).toHaveLength(32);
});

it('is the same where later numbers of the rules are not known, or are as they always were', () => {
  const base = sampleReference();
  const hashBy = (rules: RuleSet) =>
    Buffer.from(
      contentHash(sha256, contentOf(base), { station: base.station, rules, revocationNumber: 5 }),
    ).toString('hex');
  const shop = Object.entries(DEFAULT_RULES.shop).filter(([name]) => !(name in LATER_RULES.shop));
  const without = { ...DEFAULT_RULES, shop: Object.fromEntries(shop) } as unknown as RuleSet;
  const other = { ...DEFAULT_RULES, shop: { ...DEFAULT_RULES.shop, pricePostingDays: 4 } };
  expect(without).not.toEqual(DEFAULT_RULES);
  expect(hashBy(without)).toBe(hashBy(DEFAULT_RULES));
  expect(hashBy(other)).not.toBe(hashBy(DEFAULT_RULES));
});
