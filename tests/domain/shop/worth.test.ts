/** What points are worth is told where it can be, and warned of where it is a wage (RULES.md B7). */
import { expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../../domain/rules/ruleSet.ts';
import { worthOf, worthWords } from '../../../domain/shop/worth.ts';

const rice = { name: '大米', unitPoints: 280, referenceFen: 2800 };

it('says nothing of ten points for a yuan, warns of one, and says where it cannot know', () => {
  const token = worthOf([rice, { name: '食盐', unitPoints: 25 }], DEFAULT_RULES);
  expect(token).toEqual({ kind: 'TOKEN', goodsName: '大米', fenPerPoint: 10, fenPerHour: 100 });
  expect(worthWords(token)).toBeNull();
  const high = worthOf([rice, { name: '食盐', unitPoints: 2, referenceFen: 200 }], DEFAULT_RULES);
  expect(high).toEqual({ kind: 'HIGH', goodsName: '食盐', fenPerPoint: 100, fenPerHour: 1000 });
  expect(worthWords(high)?.zh).toContain('1 积分值 1.00 元，服务一小时值 10.00 元，像发工资');
  expect(worthOf([{ name: '食盐', unitPoints: 10, referenceFen: 799 }], DEFAULT_RULES).kind).toBe('TOKEN');
  expect(worthOf([{ name: '食盐', unitPoints: 10, referenceFen: 800 }], DEFAULT_RULES).kind).toBe('HIGH');
  expect(worthWords(worthOf([{ name: '食盐', unitPoints: 25 }], DEFAULT_RULES))?.zh).toContain('没法核对');
});
