/** Why an exchange is refused, in the villager's words, and what to do about it. */
import type { TFunction } from 'i18next';
import type { GoodsView, RedemptionRefusal } from '../../../electron/contract/views.ts';
import { clockTime, shortDate, weekday } from '../../texts/format.ts';

function nameOf(goods: readonly GoodsView[], goodsId: number): string {
  return goods.find((one) => one.id === goodsId)?.name ?? '';
}

/** One sentence that names the reason that binds, with its figures and units. */
export function refusalWhat(t: TFunction, reason: RedemptionRefusal, goods: readonly GoodsView[]): string {
  switch (reason.kind) {
    case 'SHOP_CLOSED':
    case 'EMPTY_BASKET':
    case 'OWN_HOUSEHOLD':
    case 'NO_ALLOWANCE_HERE':
    case 'AWAITING_RETURN':
    case 'SUPERSEDED':
    case 'FORKED':
    case 'REVOKED':
      return t(`shop.refusal.${reason.kind}`);
    case 'MINOR':
      return t('shop.refusal.MINOR', { years: reason.adultYears });
    case 'NOT_ON_SALE':
      return t('shop.refusal.NOT_ON_SALE', { goods: nameOf(goods, reason.goodsId) });
    case 'PRICE_CHANGED':
      return t('shop.refusal.PRICE_CHANGED', {
        goods: nameOf(goods, reason.goodsId),
        points: reason.unitPoints,
      });
    case 'OUT_OF_STOCK':
      return reason.stock === 0
        ? t('shop.refusal.SOLD_OUT', { goods: nameOf(goods, reason.goodsId) })
        : t('shop.refusal.OUT_OF_STOCK', { goods: nameOf(goods, reason.goodsId), stock: reason.stock });
    case 'MONTH_CAP':
    case 'STAPLE_CAP':
    case 'SCARCE_CAP':
      return t(`shop.refusal.${reason.kind}_${reason.scope}`, { left: reason.left, limit: reason.limit });
    case 'AWAITING_COUNTY':
      return t('shop.refusal.AWAITING_COUNTY', {
        awaiting: reason.awaiting,
        available: reason.available,
      });
    case 'NOT_ENOUGH_POINTS':
      return t('shop.refusal.NOT_ENOUGH_POINTS', { short: reason.needed - reason.available });
  }
}

/** What to do now. */
export function refusalNext(t: TFunction, reason: RedemptionRefusal): string {
  if (reason.kind !== 'SHOP_CLOSED') return t(`shop.refusalNext.${reason.kind}`);
  return reason.nextOpenMs === 0
    ? t('shop.refusalNext.SHOP_CLOSED_UNKNOWN')
    : t('shop.refusalNext.SHOP_CLOSED', opening(t, reason.nextOpenMs));
}

/** Day, weekday and time of an opening. */
export function opening(t: TFunction, atMs: number): { date: string; weekday: string; time: string } {
  return { date: shortDate(t, atMs), weekday: weekday(t, atMs), time: clockTime(atMs) };
}
