/** A village whose points live through everything, on a real store and by the real decisions. No vitest here. */
import { decideScan } from '../../domain/attendance/decide.ts';
import type { EventDraft } from '../../domain/journal/events.ts';
import { decideAward, decideGift } from '../../domain/points/award.ts';
import { decidePooling, decideReversal, decideUndo } from '../../domain/points/correct.ts';
import type { Holder, KeeperFact } from '../../domain/points/facts.ts';
import {
  decideApprove,
  decideConfirm,
  decideObjection,
  decideObjectionOutcome,
  decideTurnOfDay,
} from '../../domain/points/settle.ts';
import { termsOf } from '../../domain/points/terms.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import { ok, type Result } from '../../domain/result.ts';
import type { RuleSet } from '../../domain/rules/ruleSet.ts';
import { decideRedemption } from '../../domain/shop/decide.ts';
import { DAY_MS, shanghaiDay } from '../../domain/time.ts';
import type { Store } from '../../db/types.ts';
import { fc } from '../harness/property.ts';
import { HOUR_MS, MINUTE_MS, MORNING_MS, open, sampleReference, TestClock, recordDrafts } from './support.ts';
import { tempDir } from './tempDir.ts';

const who = fc.integer({ min: 1, max: 4 });
const n = fc.nat({ max: 1000 });
export const ledgerStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('WORK' as const),
      who,
      minutes: fc.integer({ min: 20, max: 300 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('AWARD' as const), who, n }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('GIFT' as const), who, n }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('REDEEM' as const),
      who,
      goodsId: fc.integer({ min: 1, max: 3 }),
      n,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('UNDO' as const), n, faulty: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('REVERSE' as const), n }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('STEP' as const), n, object: fc.integer({ min: 0, max: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('POOL' as const), who, given: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('WAIT' as const), days: fc.integer({ min: 1, max: 200 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('RULES' as const), n, posted: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('MOVE' as const) }) },
);
export type LedgerStep = typeof ledgerStep extends fc.Arbitrary<infer T> ? T : never;

const EXPIRY = ['NONE', 'YEAR_END', 'END_OF_NEXT_YEAR', 'MONTHS'] as const;
const KEEPERS = [
  { id: 1, role: 'SHOPKEEPER' },
  { id: 2, role: 'STATION_HEAD' },
  { id: 3, role: 'SUPERVISOR' },
] as const;

function rulesOf(version: number, k: number, posted: boolean): RuleSet {
  const base = sampleReference().rules;
  return {
    ...base,
    version,
    points: { ...base.points, settlement: posted ? 'posted' : 'immediate' },
    shop: {
      ...base.shop,
      openDaysOfMonth: [],
      openHours: [{ fromMinute: 0, toMinute: 1440 }],
      maxPointsPerMonth: 500,
    },
    ledger: {
      ...base.ledger,
      expiry: EXPIRY[k % EXPIRY.length] ?? 'NONE',
      expiryMonths: 1 + (k % 14),
      gifts: { enabled: true, perHundredEarned: 100 },
    },
  };
}

function referenceOf(rules: RuleSet, fromMs: number): Reference {
  const base = sampleReference();
  const [one] = base.activities;
  const [goods] = base.goods;
  const [keeper] = base.keepers;
  if (one === undefined || goods === undefined || keeper === undefined) throw new Error('no sample');
  return sampleReference({
    version: rules.version,
    rules,
    activities: [{ ...one, startMs: fromMs - HOUR_MS, endMs: fromMs + 2000 * DAY_MS }],
    goods: base.goods.map((entry) => ({ ...entry, unitPoints: Math.ceil(entry.unitPoints / 7) })),
    households: base.households.map((household) => ({ ...household, headId: household.id === 1 ? 1 : 3 })),
    keepers: KEEPERS.map((entry) => ({ ...keeper, ...entry, volunteerId: entry.id === 1 ? 1 : 0 })),
    grants: [{ id: 11, holder: 'PERSON', holderId: 1, points: 100 }],
  });
}

export class LedgerVillage {
  readonly dir = tempDir();
  readonly clock = new TestClock();
  store: Store = open(this.dir, this.clock);
  rules = rulesOf(1, 2, false);
  hardware = 1;
  /** What was recorded, to be stepped, taken back or undone later. */
  readonly entries: (Holder & { readonly incarnation: string; readonly seq: number })[] = [];
  readonly redemptions: { readonly incarnation: string; readonly seq: number }[] = [];

  constructor() {
    this.store.applyReference(referenceOf(this.rules, MORNING_MS));
    recordDrafts(
      this.store,
      [1, 2, 3].map((goodsId) => ({
        type: 'STOCK_MOVED',
        goodsId,
        quantity: 400,
        reason: 'DONATION',
        note: '',
      })),
    );
  }

  keeper(id: number): KeeperFact {
    const found = this.store.views.keeper(id);
    if (found === null) throw new Error(`no keeper ${id}`);
    return found;
  }

  record(
    keeperId: number,
    decide: (atMs: number) => Result<readonly EventDraft[], { kind: string }>,
  ): boolean {
    const result = this.store.record<{ kind: string }>(null, keeperId, ({ atMs }) => decide(atMs));
    if (!result.ok) return false;
    const { incarnation } = this.store;
    for (const event of result.value.events) {
      const { seq } = event;
      if (event.type === 'SIGNED_OUT' && event.credits.some(({ points }) => points > 0))
        this.entries.push({ holder: 'PERSON', holderId: event.volunteerId, incarnation, seq });
      if (event.type === 'POINTS_AWARDED')
        this.entries.push({ holder: event.holder, holderId: event.holderId, incarnation, seq });
      if (event.type === 'REDEEMED' || event.type === 'REDEEMED_SHARED')
        this.redemptions.push({ incarnation, seq });
    }
    return true;
  }

  private scan(volunteerId: number): void {
    const { views } = this.store;
    const request = {
      volunteerId,
      cardNumber: 1000 + volunteerId,
      source: 'HID',
      mode: 'NORMAL',
      activityId: null,
    } as const;
    this.store.record(null, 0, (now) => {
      const decided = decideScan(views, request, this.rules, now);
      return decided.ok ? ok(decided.value.drafts) : decided;
    });
  }

  run(todo: LedgerStep): void {
    const { views } = this.store;
    switch (todo.do) {
      case 'WORK': {
        if (views.openAttendance(todo.who) === null) this.scan(todo.who);
        this.clock.advance(todo.minutes * MINUTE_MS);
        const request = {
          volunteerId: todo.who,
          cardNumber: 1,
          source: 'HID',
          mode: 'NORMAL',
          activityId: null,
        } as const;
        const { monoMs } = { monoMs: this.clock.monoMs() };
        this.record(0, (atMs) => {
          const decided = decideScan(views, request, this.rules, { atMs, monoMs, boot: 1 });
          return decided.ok ? ok(decided.value.drafts) : decided;
        });
        return;
      }
      case 'AWARD': {
        const { catalogue } = this.rules.ledger.awards;
        const award = catalogue[todo.n % catalogue.length];
        const holderId = award?.to === 'HOUSEHOLD' ? (todo.who % 2) + 1 : todo.who;
        const request = { holderId, awardId: award?.id ?? 0, reason: '好' };
        const keeperId = 1 + (todo.n % 3);
        this.record(keeperId, (atMs) => decideAward(views, request, this.keeper(keeperId), this.rules, atMs));
        return;
      }
      case 'GIFT': {
        const gift = { volunteerId: todo.who, points: 1 + (todo.n % 60), reason: '捐赠' };
        this.record(2, (atMs) => decideGift(views, gift, this.keeper(2), this.rules, atMs));
        return;
      }
      case 'REDEEM': {
        const unitPoints = views.goods(todo.goodsId)?.unitPoints ?? 1;
        const request = {
          volunteerId: todo.who,
          cardNumber: 1,
          source: 'HID',
          lines: [{ goodsId: todo.goodsId, quantity: 1 + (todo.n % 2), unitPoints }],
        } as const;
        this.record(1, (atMs) => {
          const decided = decideRedemption(views, request, true, this.rules, atMs);
          return decided.ok ? ok(decided.value.drafts) : decided;
        });
        return;
      }
      case 'UNDO': {
        const key = this.redemptions[todo.n % Math.max(1, this.redemptions.length)];
        const goodsId = key === undefined ? 0 : (views.redemption(key)?.lines[0]?.goodsId ?? 0);
        const lines = todo.n % 3 === 0 ? [{ goodsId, quantity: 1 }] : [];
        if (key === undefined) return;
        const undo = { key, kind: todo.faulty ? 'FAULTY' : 'CANCELLED', lines, reason: '坏了' } as const;
        this.record(2, (atMs) => decideUndo(views, undo, this.keeper(2), this.rules, atMs));
        return;
      }
      case 'REVERSE': {
        const entry = this.entries[todo.n % Math.max(1, this.entries.length)];
        if (entry === undefined) return;
        const [maker, checker] = [this.keeper(1 + (todo.n % 3)), this.keeper(2 + (todo.n % 2))];
        this.record(maker.id, () => decideReversal(views, entry, '记错', maker, checker));
        return;
      }
      case 'STEP':
        this.step(todo.n, todo.object);
        return;
      case 'POOL':
        this.record(0, () => decidePooling(views, todo.who, todo.given ? 'GIVEN' : 'WITHDRAWN'));
        return;
      case 'WAIT':
        this.clock.advance(todo.days * DAY_MS);
        this.turnOfDay();
        return;
      case 'RULES':
        this.rules = rulesOf(this.rules.version + 1, todo.n, todo.posted);
        this.store.applyReference(referenceOf(this.rules, MORNING_MS));
        return;
      case 'MOVE':
        this.store.close();
        this.hardware += 1;
        this.store = open(this.dir, this.clock, { hardwareId: `pc-${this.hardware}` });
        this.store.withoutCounty();
    }
  }

  turnOfDay(): void {
    const { views } = this.store;
    const day = shanghaiDay(this.clock.nowMs());
    const recordDue = () =>
      this.record(0, () =>
        ok(
          decideTurnOfDay(
            views.postingsOver(day, 100),
            views.lapsedBefore(day, 100),
            termsOf(this.rules),
            day,
          ),
        ),
      );
    // Postings first; what they open may be due to lapse.
    recordDue();
    recordDue();
  }

  private step(k: number, object: number): void {
    const { views } = this.store;
    const waiting = views.waiting(100);
    const entry = waiting[k % Math.max(1, waiting.length)];
    if (entry === undefined) return;
    const by = this.keeper(entry.state === 'RECORDED' ? 3 : 2);
    this.record(by.id, (atMs) => {
      if (entry.state === 'HELD')
        return decideObjectionOutcome(views, entry, object > 2 ? 'UPHELD' : 'DISMISSED', '查实', by);
      if (object === 0) return decideObjection(views, entry, '没去');
      if (entry.state === 'RECORDED') return decideConfirm(views, entry, by);
      return decideApprove(views, entry, by, this.rules, atMs);
    });
  }
}
