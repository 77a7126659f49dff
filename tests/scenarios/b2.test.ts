/** The worked examples of RULES.md B2 that take a real station or a real county; the others stand in tests/domain/b2.test.ts. */
import { cpSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCounty, type County } from '../../county/server/county.ts';
import { listExceptions, type ExceptionOverview } from '../../county/server/exceptions/inbox.ts';
import { settleException } from '../../county/server/exceptions/settle.ts';
import { putReference } from '../../county/server/reference.ts';
import { creditService } from '../../domain/attendance/credit.ts';
import { ok } from '../../domain/result.ts';
import { DEFAULT_RULES } from '../../domain/rules/ruleSet.ts';
import { MINUTE_MS, sampleReference, signIn, STATION } from '../db/support.ts';
import { tempDir } from '../db/tempDir.ts';
import { PlainFacts } from '../domain/attendance/facts.ts';
import { emptyCounty } from '../harness/countyDatabase.ts';
import { Outpost } from '../harness/courier.ts';
import { goods, PRICE, RICE, sale, signOut } from '../county/server/exceptionFacts.ts';

const WANG = 1;
const LI = 2;
const REQUEST = '6f2c1c1e-6c55-4f0e-8c52-5d9a2f5c7a11';

let county: County;
let open: Outpost[] = [];
beforeAll(async () => {
  county = await createCounty({ database: { kind: 'pglite', dir: null }, keyDir: null, sample: false });
});
afterAll(() => county.close());
beforeEach(async () => {
  await emptyCounty(county);
  const rules = {
    ...DEFAULT_RULES,
    version: 3,
    shop: {
      ...DEFAULT_RULES.shop,
      openDaysOfMonth: [],
      openHours: [{ fromMinute: 0, toMinute: 1440 }],
      keeperConfirmsAbovePoints: 1000,
    },
  };
  const grants = [WANG, LI].map((holderId) => ({
    id: holderId,
    holder: 'PERSON' as const,
    holderId,
    points: 40,
  }));
  await putReference(county.context, sampleReference({ rules, grants, goods: goods(PRICE) }));
  return () => {
    for (const { store } of open) store.close();
    open = [];
  };
});
function machine(at: { readonly dir?: string; readonly hardwareId?: string } = {}): Outpost {
  const made = new Outpost(county, STATION, at);
  open.push(made);
  return made;
}

describe('Two kiosks offline sell the last bag', () => {
  /** Both have the village\u2019s past, one bag and no line. */
  async function lastBag(): Promise<{ readonly first: Outpost; readonly second: Outpost }> {
    const before = machine();
    await before.meet();
    before.record({ type: 'STOCK_MOVED', goodsId: RICE, quantity: 1, reason: 'DONATION', note: '' });
    await before.send();
    before.store.close();
    open = [];
    const copy = tempDir();
    cpSync(before.dir, copy, { recursive: true });
    const second = machine({ dir: before.dir });
    const first = machine({ dir: copy, hardwareId: 'pc-2' });
    first.record(sale(LI));
    second.record(sale(WANG));
    return { first, second };
  }
  async function inbox(settled = false): Promise<readonly ExceptionOverview[]> {
    const { exceptions } = await listExceptions(county.context, { settled });
    return exceptions.filter(({ kind }) => kind !== 'NEW_INCARNATION');
  }
  async function oversold(): Promise<ExceptionOverview> {
    const found = await inbox();
    expect(found.map(({ kind }) => kind)).toEqual(['OVERSOLD']);
    return found[0] as ExceptionOverview;
  }
  const settle = async (how: string) => {
    const { stationId, alertId } = await oversold();
    return settleException(county.context, {
      stationId,
      alertId,
      how,
      which: 0,
      by: '王主任',
      note: '问过了',
    });
  };

  it('first to sync wins, the second becomes OVERSOLD; sent again it is the same', async () => {
    const { first, second } = await lastBag();
    await first.send();
    expect(await inbox()).toEqual([]);
    await second.send();
    const [batch] = second.sent.slice(-1);
    if (batch === undefined) throw new Error('nothing was sent');
    await second.ingest(batch);
    expect(await oversold()).toMatchObject({
      choices: ['RESTOCK', 'OTHER_GOODS', 'REFUND'],
      about: { incarnation: second.store.incarnation, event: { type: 'REDEEMED', volunteerId: WANG } },
      lines: [{ goodsId: RICE, quantity: 1 }],
    });
  });

  for (const how of ['RESTOCK', 'OTHER_GOODS'] as const)
    it(`clerk chooses ${how}: the exchange stands`, async () => {
      const { first, second } = await lastBag();
      await first.send();
      await second.send();
      expect(await settle(how)).toEqual({ ok: true, value: { state: 'SETTLED' } });
      await second.take();
      expect(second.has(WANG)).toBe(40 - PRICE);
      expect(await inbox()).toEqual([]);
      expect((await inbox(true))[0]).toMatchObject({ settledHow: how, settledBy: '王主任', note: '问过了' });
    });

  it('clerk chooses lot refund: the points are back in the very lots they came from', async () => {
    const { first, second } = await lastBag();
    const account = { holder: 'PERSON', holderId: WANG } as const;
    const [spent] = second.store.views.openLots(account);
    await first.send();
    await second.send();
    expect(await settle('REFUND')).toEqual({ ok: true, value: { state: 'WAITING' } });
    await second.meet();
    expect(second.store.views.openLots(account)).toEqual([{ ...spent, remaining: 40 }]);
    expect(second.store.views.sums(account)).toMatchObject({ available: 40, spent: 0 });
    expect(await inbox()).toEqual([]);
    // Its list no longer holds it, and an older one changes nothing.
    await second.meet();
    expect(second.has(WANG)).toBe(40);
  });
});

it('a replay of one request id changes nothing', async () => {
  const kiosk = machine();
  await kiosk.meet();
  kiosk.record({ type: 'STOCK_MOVED', goodsId: RICE, quantity: 2, reason: 'DONATION', note: '' });
  const once = kiosk.store.record<never>(REQUEST, 0, () => ok([sale(WANG)]));
  const { recorded } = kiosk.store.syncState();
  const again = kiosk.store.record<never>(REQUEST, 0, () => ok([sale(WANG)]));
  expect(again.ok && again.value.events).toEqual(once.ok && once.value.events);
  expect(kiosk.store.syncState().recorded).toBe(recorded);
  expect(kiosk.has(WANG)).toBe(40 - PRICE);
  await kiosk.send();
  const [batch] = kiosk.sent.slice(-1);
  if (batch === undefined) throw new Error('nothing was sent');
  await kiosk.ingest(batch);
  const { spent } = await county.context.db
    .selectFrom('station_total')
    .select('points_spent as spent')
    .executeTakeFirstOrThrow();
  expect(spent).toBe(PRICE);
});

it('In 23:30, out 01:00: the year\u2019s hours by date', () => {
  const kiosk = machine();
  const inMs = Date.parse('2026-12-31T23:30:00+08:00');
  kiosk.clock.advance(inMs - kiosk.clock.wallMs);
  kiosk.record(signIn(WANG));
  const signInSeq = kiosk.store.syncState().recorded;
  kiosk.clock.advance(90 * MINUTE_MS);
  const credit = creditService(
    {
      ...{ volunteerId: WANG, signedInMs: inMs, actualMinutes: 90, factorPercent: 100, earnsPoints: true },
      signedIn: { atMs: inMs, boot: 1, monoMs: 0 },
    },
    new PlainFacts(),
    DEFAULT_RULES,
  );
  kiosk.record({ ...signOut(signInSeq, WANG, 90, 15), credits: credit.credits } as ReturnType<
    typeof signOut
  >);
  const year = (date: string) =>
    kiosk.store.views.balance(WANG, Date.parse(`${date}T12:00:00+08:00`)).minutesThisYear;
  expect([year('2026-12-31'), year('2027-01-01')]).toEqual([30, 60]);
});
