import { describe, expect, it } from 'vitest';
import {
  decideOrder,
  dueDay,
  orderFigures,
  orderOn,
  submitted,
  type Order,
} from '../../../domain/orders/order.ts';

const FRIDAY = 20_735; // 2026-10-09
const CALENDAR = { holidays: [], extraWorkdays: [] };
const inState = (state: Order['state']): Order => ({ ...submitted(FRIDAY), state });

describe('an order', () => {
  it('is refused or sent back with a reason only', () => {
    expect(decideOrder(submitted(FRIDAY), { act: 'REJECT', reason: ' ' }, FRIDAY)).toEqual({
      ok: false,
      error: { kind: 'REASON_NEEDED' },
    });
    expect(decideOrder(submitted(FRIDAY), { act: 'RETURN', reason: '地址不清' }, FRIDAY)).toMatchObject({
      ok: true,
      value: { state: 'RETURNED' },
    });
  });

  it('takes no step out of its order, and says where it stands', () => {
    expect(decideOrder(submitted(FRIDAY), { act: 'CLAIM' }, FRIDAY)).toEqual({
      ok: false,
      error: { kind: 'NOT_NOW', state: 'SUBMITTED' },
    });
    expect(decideOrder(inState('CLOSED'), { act: 'EVALUATE', stars: 5 }, FRIDAY).ok).toBe(false);
    expect(decideOrder(inState('IN_SERVICE'), { act: 'CANCEL' }, FRIDAY).ok).toBe(false);
  });

  it('counts its clocks in working days', () => {
    // Accepted within one working day: handed in on Friday, that is Monday.
    expect(dueDay(inState('SUBMITTED'), CALENDAR)).toBe(FRIDAY + 3);
    expect(dueDay(inState('ACCEPTED'), CALENDAR)).toBe(FRIDAY + 4);
    expect(dueDay(inState('CLOSED'), CALENDAR)).toBeNull();
  });

  it('is escalated when nobody claims it in two working days, and not at the weekend', () => {
    const open = inState('DISPATCHED');
    expect(orderOn(open, FRIDAY + 4, CALENDAR)).toEqual(open);
    expect(orderOn(open, FRIDAY + 5, CALENDAR)).toMatchObject({ state: 'ESCALATED', sinceDay: FRIDAY + 5 });
    expect(orderOn(open, FRIDAY + 8, CALENDAR)).toEqual(open); // A Saturday.
    expect(orderOn(inState('SUBMITTED'), FRIDAY + 30, CALENDAR).state).toBe('SUBMITTED');
  });

  it('has no figures without orders: no data is not zero', () => {
    expect(orderFigures([inState('CANCELLED')])).toEqual({ closed: 0, responseRate: null, meanStars: null });
  });
});
