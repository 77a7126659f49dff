/**
 * The life of an order (RULES.md B11): 点单 -> 受理 -> 制单 -> 派单 -> 接单 -> service -> 完成 -> 评单 -> 办结, with its side
 * ways. One table says which act leads where; the clocks are counted in working days by the county's calendar.
 */
import { isWorkingDay, workingDaysAfter } from '../points/calendar.ts';
import { err, ok, type Result } from '../result.ts';
import type { LedgerRules } from '../rules/ruleSet.ts';

export const ORDER_STATES = [
  'SUBMITTED',
  'ACCEPTED',
  'PLANNED',
  'DISPATCHED',
  'CLAIMED',
  'IN_SERVICE',
  'COMPLETED',
  'EVALUATED',
  'REOPENED',
  'CLOSED',
  'REJECTED',
  'RETURNED',
  'ESCALATED',
  'CANCELLED',
  'LAPSED',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export interface Order {
  readonly state: OrderState;
  /** The day (as of `shanghaiDay`) on which it came into this state. */
  readonly sinceDay: number;
  /** 1 to 5 stars of the last evaluation; 0: not evaluated. */
  readonly stars: number;
  readonly reopened: boolean;
  /** A second low score: a case for the supervisor 监督员. */
  readonly supervisorCase: boolean;
}

export type OrderAct =
  | { readonly act: 'ACCEPT' | 'PLAN' | 'DISPATCH' | 'CLAIM' | 'BEGIN' | 'COMPLETE' | 'CLOSE' }
  /** A refusal names its reason, and so does sending it back to whoever asked. */
  | { readonly act: 'REJECT' | 'RETURN'; readonly reason: string }
  /** 站 -> 所 -> 中心. */
  | { readonly act: 'ESCALATE' }
  /** Back to the claim, for somebody else. */
  | { readonly act: 'REASSIGN' }
  | { readonly act: 'CANCEL' }
  /** The day for which it was wanted has passed. */
  | { readonly act: 'LAPSE' }
  | { readonly act: 'EVALUATE'; readonly stars: 1 | 2 | 3 | 4 | 5 };

export type OrderRefusal =
  { readonly kind: 'NOT_NOW'; readonly state: OrderState } | { readonly kind: 'REASON_NEEDED' };

/** Which act is possible in which state, and where it leads. */
const WAYS: Readonly<
  Record<OrderAct['act'], { readonly from: readonly OrderState[]; readonly to: OrderState }>
> = {
  ACCEPT: { from: ['SUBMITTED', 'ESCALATED'], to: 'ACCEPTED' },
  REJECT: { from: ['SUBMITTED', 'ESCALATED', 'ACCEPTED'], to: 'REJECTED' },
  RETURN: { from: ['SUBMITTED', 'ESCALATED', 'ACCEPTED'], to: 'RETURNED' },
  ESCALATE: { from: ['SUBMITTED', 'ACCEPTED', 'DISPATCHED'], to: 'ESCALATED' },
  PLAN: { from: ['ACCEPTED'], to: 'PLANNED' },
  DISPATCH: { from: ['PLANNED', 'REOPENED'], to: 'DISPATCHED' },
  CLAIM: { from: ['DISPATCHED'], to: 'CLAIMED' },
  REASSIGN: { from: ['CLAIMED', 'IN_SERVICE'], to: 'DISPATCHED' },
  BEGIN: { from: ['CLAIMED', 'REOPENED'], to: 'IN_SERVICE' },
  COMPLETE: { from: ['IN_SERVICE'], to: 'COMPLETED' },
  CANCEL: {
    from: ['SUBMITTED', 'ESCALATED', 'ACCEPTED', 'PLANNED', 'DISPATCHED', 'CLAIMED'],
    to: 'CANCELLED',
  },
  LAPSE: { from: ['SUBMITTED', 'ESCALATED', 'ACCEPTED', 'PLANNED', 'DISPATCHED'], to: 'LAPSED' },
  EVALUATE: { from: ['COMPLETED'], to: 'EVALUATED' },
  CLOSE: { from: ['EVALUATED'], to: 'CLOSED' },
};

/** A score that sends the order back, once. */
const LOW_STARS = 2;
/** How long may be evaluated, in days of the calendar. */
const EVALUATION_DAYS = 7;

/** An order as it is handed in. */
export function submitted(day: number): Order {
  return { state: 'SUBMITTED', sinceDay: day, stars: 0, reopened: false, supervisorCase: false };
}

function evaluated(order: Order, stars: number, day: number): Order {
  const rated = { ...order, stars, sinceDay: day };
  if (stars > LOW_STARS) return { ...rated, state: WAYS.EVALUATE.to };
  if (!order.reopened) return { ...rated, state: 'REOPENED', reopened: true };
  return { ...rated, state: 'CLOSED', supervisorCase: true };
}

/** What an act makes of an order, or why it is not possible now. */
export function decideOrder(order: Order, act: OrderAct, day: number): Result<Order, OrderRefusal> {
  const way = WAYS[act.act];
  if (!way.from.includes(order.state)) return err({ kind: 'NOT_NOW', state: order.state });
  if ((act.act === 'REJECT' || act.act === 'RETURN') && act.reason.trim() === '')
    return err({ kind: 'REASON_NEEDED' });
  if (act.act === 'EVALUATE') return ok(evaluated(order, act.stars, day));
  return ok({ ...order, state: way.to, sinceDay: day });
}

type Calendar = Pick<LedgerRules, 'holidays' | 'extraWorkdays'>;
/** Working days in which the next step is due. */
const DUE_WORKING_DAYS: Readonly<Partial<Record<OrderState, number>>> = {
  SUBMITTED: 1,
  ACCEPTED: 2,
  DISPATCHED: 2,
};

/** The last day on which an order may stand where it is; null where no clock runs. */
export function dueDay({ state, sinceDay }: Order, calendar: Calendar): number | null {
  if (state === 'COMPLETED') return sinceDay + EVALUATION_DAYS;
  const working = DUE_WORKING_DAYS[state];
  return working === undefined ? null : workingDaysAfter(sinceDay, working, calendar);
}

/**
 * What becomes of an order on a day by itself: what nobody claimed is escalated, what nobody evaluated is closed
 * without stars, which is no praise. Being late before that is shown and changes nothing.
 */
export function orderOn(order: Order, day: number, calendar: Calendar): Order {
  const due = dueDay(order, calendar);
  if (due === null || day <= due) return order;
  if (order.state === 'COMPLETED') return { ...order, state: 'CLOSED', sinceDay: due + 1 };
  if (order.state === 'DISPATCHED' && isWorkingDay(day, calendar))
    return { ...order, state: 'ESCALATED', sinceDay: day };
  return order;
}

export interface OrderFigures {
  /** Orders that were served and closed. */
  readonly closed: number;
  /** Of these, how many were evaluated, 0 to 1; null without any: no data is not zero. */
  readonly responseRate: number | null;
  /** Mean of the stars of those that were evaluated; null without any. */
  readonly meanStars: number | null;
}

/** How a unit's orders were received. Whoever said nothing counts as silent, never as content. */
export function orderFigures(orders: readonly Order[]): OrderFigures {
  const closed = orders.filter(({ state }) => state === 'CLOSED');
  const rated = closed.filter(({ stars }) => stars > 0);
  const sum = rated.reduce((total, { stars }) => total + stars, 0);
  return {
    closed: closed.length,
    responseRate: closed.length === 0 ? null : rated.length / closed.length,
    meanStars: rated.length === 0 ? null : sum / rated.length,
  };
}
