/**
 * The time bank 时间银行 (RULES.md B10): minutes of service that are saved instead of turned into points, 60 of them
 * a coin. Every change moves whole minutes from one account to another, so none can appear or vanish. Nothing here
 * knows points or money: a minute never becomes either.
 */
import { err, ok, type Result } from '../result.ts';
import { civilDate } from '../time.ts';

/** SERVICE is where saved minutes come from; USED where those go that were spent on a service. */
export const TIME_ACCOUNTS = ['PERSON', 'POOL', 'HELD', 'SERVICE', 'USED'] as const;
export interface TimeAccount {
  readonly account: (typeof TIME_ACCOUNTS)[number];
  /** The volunteer of PERSON, the order of HELD; 0 for the village's own. */
  readonly id: number;
}
/** The village's pool, out of which the key elderly are helped. */
export const POOL: TimeAccount = { account: 'POOL', id: 0 };
export const personTime = (volunteerId: number): TimeAccount => ({ account: 'PERSON', id: volunteerId });
const heldFor = (orderId: number): TimeAccount => ({ account: 'HELD', id: orderId });

export interface TimeMove {
  readonly kind: 'SAVED' | 'GIFT' | 'DONATION' | 'GRANT' | 'HELD' | 'SETTLED' | 'RETURNED';
  readonly from: TimeAccount;
  readonly to: TimeAccount;
  readonly minutes: number;
  /** As of `shanghaiDay`. */
  readonly day: number;
  /** For a gift: the day on which the station saw the proof of kinship; else 0. */
  readonly kinshipProvenDay: number;
}

export interface TimeBankRules {
  /** What one person may have saved; more goes to the pool. */
  readonly maxSavedMinutes: number;
  /** What one person may give to relatives in a calendar year. */
  readonly maxGiftMinutesPerYear: number;
}
/** RULES.md B10. */
export const DEFAULT_TIME_BANK: TimeBankRules = {
  maxSavedMinutes: 1500 * 60,
  maxGiftMinutesPerYear: 100 * 60,
};

export interface TimeFacts {
  /** Minutes of an account that can be used. */
  readonly balance: (account: TimeAccount) => number;
  /** Minutes that a volunteer gave to relatives in a calendar year. */
  readonly givenInYear: (volunteerId: number, year: number) => number;
  /** The day on which the station saw that two people are direct relatives; null: it never did. */
  readonly kinshipProvenDay: (one: number, other: number) => number | null;
}

export type TimeRefusal =
  | { readonly kind: 'NOT_ENOUGH'; readonly balance: number }
  /** Minutes go to direct relatives only; to anybody else through the village's pool. */
  | { readonly kind: 'NOT_RELATED'; readonly instead: 'POOL' }
  | { readonly kind: 'YEAR_LIMIT'; readonly limit: number; readonly left: number }
  /** The receiver may not have more saved than this. */
  | { readonly kind: 'RECEIVER_FULL'; readonly limit: number; readonly left: number };

type Decided = Result<readonly TimeMove[], TimeRefusal>;
const isWhole = (minutes: number): boolean => Number.isSafeInteger(minutes) && minutes > 0;

function move(
  kind: TimeMove['kind'],
  from: TimeAccount,
  to: TimeAccount,
  minutes: number,
  day: number,
  kinshipProvenDay = 0,
): TimeMove {
  if (!isWhole(minutes)) throw new RangeError(`${minutes} minutes cannot be moved`);
  return { kind, from, to, minutes, day, kinshipProvenDay };
}

/** Saves the minutes of a confirmed service; what the owner may not save any more goes to the pool. */
export function decideSaving(
  facts: TimeFacts,
  { volunteerId, minutes }: { readonly volunteerId: number; readonly minutes: number },
  rules: TimeBankRules,
  day: number,
): readonly TimeMove[] {
  const source: TimeAccount = { account: 'SERVICE', id: 0 };
  const own = personTime(volunteerId);
  const kept = Math.min(minutes, Math.max(0, rules.maxSavedMinutes - facts.balance(own)));
  const moves: TimeMove[] = [];
  if (kept > 0) moves.push(move('SAVED', source, own, kept, day));
  if (minutes > kept) moves.push(move('DONATION', source, POOL, minutes - kept, day));
  return moves;
}

export interface TimeGift {
  readonly fromId: number;
  readonly toId: number;
  readonly minutes: number;
}

/** A gift 转赠 to a direct relative. It is refused whole rather than cut: the giver meant so much and no less. */
export function decideGift(facts: TimeFacts, gift: TimeGift, rules: TimeBankRules, day: number): Decided {
  const { fromId, toId, minutes } = gift;
  const proven = fromId === toId ? null : facts.kinshipProvenDay(fromId, toId);
  if (proven === null) return err({ kind: 'NOT_RELATED', instead: 'POOL' });
  const balance = facts.balance(personTime(fromId));
  if (minutes > balance) return err({ kind: 'NOT_ENOUGH', balance });
  const limit = rules.maxGiftMinutesPerYear;
  const left = Math.max(0, limit - facts.givenInYear(fromId, civilDate(day).year));
  if (minutes > left) return err({ kind: 'YEAR_LIMIT', limit, left });
  const room = Math.max(0, rules.maxSavedMinutes - facts.balance(personTime(toId)));
  if (minutes > room) return err({ kind: 'RECEIVER_FULL', limit: rules.maxSavedMinutes, left: room });
  return ok([move('GIFT', personTime(fromId), personTime(toId), minutes, day, proven)]);
}

/** A donation to the village's pool: free to anybody who has the minutes. */
export function decideDonation(facts: TimeFacts, volunteerId: number, minutes: number, day: number): Decided {
  const balance = facts.balance(personTime(volunteerId));
  if (minutes > balance) return err({ kind: 'NOT_ENOUGH', balance });
  return ok([move('DONATION', personTime(volunteerId), POOL, minutes, day)]);
}

/** The pool helps one of the key elderly. */
export function decideGrant(
  facts: TimeFacts,
  volunteerId: number,
  minutes: number,
  rules: TimeBankRules,
  day: number,
): Decided {
  const balance = facts.balance(POOL);
  if (minutes > balance) return err({ kind: 'NOT_ENOUGH', balance });
  const limit = rules.maxSavedMinutes;
  const left = Math.max(0, limit - facts.balance(personTime(volunteerId)));
  if (minutes > left) return err({ kind: 'RECEIVER_FULL', limit, left });
  return ok([move('GRANT', POOL, personTime(volunteerId), minutes, day)]);
}

export interface TimeService {
  readonly orderId: number;
  /** Whoever asked for the service and pays for it. */
  readonly payerId: number;
}

/** Holds the minutes of a service until it has been evaluated 评单. */
export function decideHold(
  facts: TimeFacts,
  { orderId, payerId }: TimeService,
  minutes: number,
  day: number,
): Decided {
  const balance = facts.balance(personTime(payerId));
  if (minutes > balance) return err({ kind: 'NOT_ENOUGH', balance });
  return ok([move('HELD', personTime(payerId), heldFor(orderId), minutes, day)]);
}

/** Ends a hold: what was served is used up, the rest returns; after no show all of it returns. */
export function decideSettlement(
  facts: TimeFacts,
  { orderId, payerId }: TimeService,
  servedMinutes: number,
  day: number,
): readonly TimeMove[] {
  const held = facts.balance(heldFor(orderId));
  const used = Math.min(held, servedMinutes);
  const moves: TimeMove[] = [];
  if (used > 0) moves.push(move('SETTLED', heldFor(orderId), { account: 'USED', id: 0 }, used, day));
  if (held > used) moves.push(move('RETURNED', heldFor(orderId), personTime(payerId), held - used, day));
  return moves;
}
