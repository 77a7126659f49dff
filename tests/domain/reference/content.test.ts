/** The hash of a whole county: more rows than a call may have arguments. */
import { expect, it } from 'vitest';
import { sha256 } from '../../../county/server/codecs.ts';
import { contentHash, contentOf } from '../../../domain/reference/content.ts';
import { DEFAULT_RULES } from '../../../domain/rules/ruleSet.ts';
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
