/**
 * What a point is worth in yuan (RULES.md B7): some 10 points for a yuan are a token. Where one point buys goods for
 * about a yuan, an hour of service would be paid a wage, and the county is warned.
 */
import type { Goods } from '../reference/reference.ts';
import type { RuleSet } from '../rules/ruleSet.ts';

export interface PointWorth {
  /** UNKNOWN: no goods say what they cost, so nothing can be said. HIGH: like a wage. */
  readonly kind: 'UNKNOWN' | 'TOKEN' | 'HIGH';
  /** Of the goods for which a point buys most; empty if unknown. */
  readonly goodsName: string;
  /** Fen for one point there, rounded. */
  readonly fenPerPoint: number;
  /** Fen for an hour of service there, rounded. */
  readonly fenPerHour: number;
}

/** "About a yuan": from 80 fen on. */
const HIGH_FEN = 80;

/** By the goods for which a point buys most. */
export function worthOf(
  goods: readonly Pick<Goods, 'name' | 'unitPoints' | 'referenceFen'>[],
  { points }: Pick<RuleSet, 'points'>,
): PointWorth {
  let [most, goodsName] = [0, ''];
  for (const { name, unitPoints, referenceFen = 0 } of goods)
    if (referenceFen / unitPoints > most) [most, goodsName] = [referenceFen / unitPoints, name];
  if (most === 0) return { kind: 'UNKNOWN', goodsName, fenPerPoint: 0, fenPerHour: 0 };
  return {
    kind: most >= HIGH_FEN ? 'HIGH' : 'TOKEN',
    goodsName,
    fenPerPoint: Math.round(most),
    fenPerHour: Math.round(most * points.perCreditHour),
  };
}

const yuan = (fen: number): string => (fen / 100).toFixed(2);

/** What is said of it, in both languages; null where points are a token, as they should be. */
export function worthWords({
  kind,
  goodsName,
  fenPerPoint,
  fenPerHour,
}: PointWorth): { readonly zh: string; readonly en: string } | null {
  if (kind === 'TOKEN') return null;
  if (kind === 'UNKNOWN')
    return {
      zh: '物品没有填参考价（referenceFen，单位分），没法核对 1 积分值多少钱',
      en: 'no goods say what they cost (referenceFen, in fen), so what a point is worth cannot be told',
    };
  return {
    zh: `注意：按“${goodsName}”算，1 积分值 ${yuan(fenPerPoint)} 元，服务一小时值 ${yuan(fenPerHour)} 元，像发工资；一般 10 积分约 1 元，请提高价格或降低每小时积分`,
    en: `warning: by "${goodsName}" a point is worth ${yuan(fenPerPoint)} yuan and an hour of service ${yuan(fenPerHour)}, like a wage; 10 points are some 1 yuan elsewhere: raise the price or give fewer points an hour`,
  };
}
