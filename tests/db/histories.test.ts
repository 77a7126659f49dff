/**
 * Random histories of a village, decided by the real rules on a real file: whatever happens, the views are what
 * the journal says, and nobody spends points that are not there.
 */
import { expect, it } from 'vitest';
import {
  decideChangeActivity,
  decideClosing,
  decideLapses,
  decideScan,
} from '../../domain/attendance/decide.ts';
import type { EventDraft } from '../../domain/journal/events.ts';
import { HOLDERS, type Holder } from '../../domain/points/account.ts';
import type { Closing, Grant } from '../../domain/reference/reference.ts';
import { ok, type Result } from '../../domain/result.ts';
import { decideRedemption } from '../../domain/shop/decide.ts';
import { openJournalReader } from '../../db/reader.ts';
import type { Store } from '../../db/types.ts';
import { verifyFolder } from '../../db/verify.ts';
import { fc } from '../harness/property.ts';
import {
  HOUR_MS,
  MINUTE_MS,
  MORNING_MS,
  open,
  recordDrafts,
  sampleReference,
  sha256,
  TestClock,
} from './support.ts';
import { tempDir } from './tempDir.ts';

const volunteer = fc.integer({ min: 1, max: 4 });
/** Of volunteers, of a household that spends by its head, and gifts, which nobody here may spend. */
const ACCOUNTS: readonly Holder[] = [
  ...[1, 2, 3, 4].map((holderId) => ({ holder: 'PERSON', holderId }) as const),
  { holder: 'HOUSEHOLD', holderId: 1 },
  { holder: 'GIFT', holderId: 2 },
];
const activityId = fc.constantFrom(null, 1, 2, 3);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('SCAN' as const), volunteer, activityId, rapid: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('WAIT' as const), minutes: fc.integer({ min: 1, max: 400 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('REDEEM' as const),
      volunteer,
      goodsId: fc.integer({ min: 1, max: 3 }),
      quantity: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('CHANGE' as const),
      volunteer,
      activityId: fc.constantFrom(1, 2, 3),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('CLOSE' as const), minutes: fc.integer({ min: -10, max: 300 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('GRANT' as const),
      account: fc.constantFrom(...ACCOUNTS),
      points: fc.integer({ min: 1, max: 200 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('MOVE_AWAY' as const),
      account: fc.constantFrom(...ACCOUNTS),
      points: fc.integer({ min: 1, max: 200 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('JUMP' as const),
      minutes: fc.integer({ min: -5000, max: 5000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('RESTART' as const), reboot: fc.boolean(), moved: fc.boolean() }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const rules = {
  ...sampleReference().rules,
  shop: {
    ...sampleReference().rules.shop,
    openDaysOfMonth: [],
    openHours: [{ fromMinute: 0, toMinute: 1440 }],
  },
};

function villageReference(version: number, grants: Grant[], closings: Closing[]) {
  const [one] = sampleReference().activities;
  if (one === undefined) throw new Error('no activity');
  const activities = [0, 1, 2].map((n) => ({
    ...one,
    id: n + 1,
    factorPercent: 100 + 25 * n,
    startMs: MORNING_MS + n * 20 * HOUR_MS,
    endMs: MORNING_MS + (n * 20 + 30) * HOUR_MS,
  }));
  return sampleReference({ version, rules, activities, grants, closings });
}

class Village {
  readonly dir = tempDir();
  readonly clock = new TestClock();
  store: Store = open(this.dir, this.clock);
  readonly grants: Grant[] = [];
  readonly closings: Closing[] = [];
  hardware = 1;

  constructor() {
    this.hear();
    const stock = [1, 2, 3].map(
      (goodsId) => ({ type: 'STOCK_MOVED', goodsId, quantity: 4, reason: 'DONATION', note: '' }) as const,
    );
    recordDrafts(this.store, stock);
  }

  /** The county's newest word. */
  private hear(): void {
    const { grants, closings } = this;
    const version = 1 + grants.length + closings.length;
    this.store.applyReference(villageReference(version, grants, closings));
  }
  private record<E extends { kind: string }>(
    decide: (now: Parameters<Parameters<Store['record']>[2]>[0]) => Result<readonly EventDraft[], E>,
  ): void {
    this.store.record(null, 0, decide);
  }

  run(todo: Step): void {
    const { views } = this.store;
    switch (todo.do) {
      case 'SCAN': {
        const { volunteer: volunteerId, rapid } = todo;
        const chosen = rapid ? (todo.activityId ?? 1) : todo.activityId;
        const request = {
          volunteerId,
          cardNumber: 1000 + volunteerId,
          source: 'HID',
          activityId: chosen,
        } as const;
        this.record((now) => {
          const decision = decideScan(views, { ...request, mode: rapid ? 'RAPID' : 'NORMAL' }, rules, now);
          return decision.ok ? ok(decision.value.drafts) : decision;
        });
        return;
      }
      case 'WAIT':
        this.clock.advance(todo.minutes * MINUTE_MS);
        return;
      case 'REDEEM': {
        const { volunteer: volunteerId, goodsId, quantity } = todo;
        const unitPoints = views.goods(goodsId)?.unitPoints ?? 1;
        const request = {
          volunteerId,
          cardNumber: 1,
          source: 'HID',
          lines: [{ goodsId, quantity, unitPoints }],
        } as const;
        this.record((now) => {
          const decision = decideRedemption(views, request, true, rules, now.atMs);
          return decision.ok ? ok(decision.value.drafts) : decision;
        });
        return;
      }
      case 'CHANGE': {
        const signInSeq = views.openAttendance(todo.volunteer)?.signInSeq ?? 0;
        this.record((now) =>
          decideChangeActivity(views, { signInSeq, activityId: todo.activityId }, rules, now),
        );
        return;
      }
      case 'CLOSE': {
        this.record((now) => ok(decideLapses(views, views.unsettled(100), rules, now)));
        const [first] = views.unsettled(1);
        if (first === undefined) return;
        const closing = {
          signInSeq: first.signInSeq,
          ...(first.earlier === undefined ? {} : { earlier: first.earlier }),
          outAtMs: first.signedInMs + todo.minutes * MINUTE_MS,
          reason: '',
        };
        const keeper = { id: 1, role: 'KEEPER', volunteerId: 0 } as const;
        this.record((now) => decideClosing(views, closing, keeper, rules, now));
        return;
      }
      case 'GRANT':
        this.grants.push({ id: this.grants.length + 1, ...todo.account, points: todo.points });
        this.hear();
        return;
      case 'MOVE_AWAY': {
        const id = 1000 + this.closings.length;
        this.closings.push({ id, ...todo.account, points: todo.points, toStationId: 99 });
        this.hear();
        return;
      }
      case 'JUMP':
        this.clock.wallMs += todo.minutes * MINUTE_MS;
        return;
      case 'RESTART':
        this.store.close();
        if (todo.reboot) {
          this.clock.boot += 'x';
          this.clock.mono = 0;
        }
        if (todo.moved) this.hardware++;
        this.store = open(this.dir, this.clock, { hardwareId: `pc-${this.hardware}` });
        this.store.withoutCounty();
    }
  }
}

/** The balance and the stock by the plainest of sums over the events of every incarnation. */
function plainSums(dir: string, incarnations: ReadonlySet<string>) {
  const points = new Map<string, number>();
  const stock = new Map<number, number>();
  function add<K>(to: Map<K, number>, key: K, by: number): void {
    to.set(key, (to.get(key) ?? 0) + by);
    expect(to.get(key)).toBeGreaterThanOrEqual(0);
  }
  const give = ({ holder, holderId }: Holder, by: number): void => add(points, `${holder} ${holderId}`, by);
  const person = (holderId: number): Holder => ({ holder: 'PERSON', holderId });
  const reader = openJournalReader(dir, sha256);
  for (const incarnation of incarnations) {
    for (const event of reader.readRun(0, 10_000, incarnation)?.events ?? []) {
      if (event.type === 'ALLOWANCE_OPENED') give(event, event.points);
      if (event.type === 'ALLOWANCE_CLOSED') give(event, -event.points);
      if (event.type === 'SIGNED_OUT' || event.type === 'ATTENDANCE_CLOSED')
        for (const row of event.credits) give(person(event.volunteerId), row.points);
      if (event.type === 'REDEEMED') give(person(event.volunteerId), -event.totalPoints);
      if (event.type === 'REDEEMED_SHARED')
        for (const { holder, holderId, points: paid } of event.shares)
          give({ holder: HOLDERS[holder] ?? 'GIFT', holderId }, -paid);
      if (event.type === 'REDEEMED' || event.type === 'REDEEMED_SHARED')
        for (const line of event.lines) add(stock, line.goodsId, -line.quantity);
      if (event.type === 'STOCK_MOVED') add(stock, event.goodsId, event.quantity);
    }
  }
  reader.close();
  return { points, stock };
}

it('whatever happens, views and journal agree, and balances and stock never fall below zero', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
      const village = new Village();
      const incarnations = new Set([village.store.incarnation]);
      for (const todo of steps) {
        village.run(todo);
        incarnations.add(village.store.incarnation);
      }
      const { views } = village.store;
      const { points, stock } = plainSums(village.dir, incarnations);
      for (const who of ACCOUNTS)
        expect(views.sums(who).available).toBe(points.get(`${who.holder} ${who.holderId}`) ?? 0);
      for (const id of [1, 2, 3]) expect(views.goods(id)?.stock).toBe(stock.get(id));
      village.store.close();
      expect(verifyFolder(village.dir, sha256).finding).toBeNull();
    }),
    { numRuns: 120 },
  );
});
