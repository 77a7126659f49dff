/** Facts of which exceptions are made. */
import type { EventDraft } from '../../../domain/journal/events.ts';
import { shanghaiDay } from '../../../domain/time.ts';
import { MORNING_MS, sampleReference } from '../../db/support.ts';

export const RICE = 1;
export const PRICE = 20;
export const goods = (unitPoints: number) =>
  sampleReference().goods.map((entry) => ({ ...entry, unitPoints }));

export function signOut(
  signInSeq: number,
  volunteerId: number,
  actualMinutes: number,
  points: number,
): EventDraft {
  const credits = [{ day: shanghaiDay(MORNING_MS), minutes: actualMinutes - (actualMinutes % 30), points }];
  return {
    type: 'SIGNED_OUT',
    signInSeq,
    volunteerId,
    cardNumber: 1000 + volunteerId,
    source: 'HID',
    actualMinutes,
    credits,
  };
}
export function sale(volunteerId: number, quantity = 1): EventDraft {
  const lines = [{ goodsId: RICE, quantity, unitPoints: PRICE }];
  const fields = { volunteerId, cardNumber: 1000 + volunteerId, source: 'HID', confirmedBy: 'CARD' } as const;
  return { type: 'REDEEMED', ...fields, lines, totalPoints: 20 * quantity };
}
