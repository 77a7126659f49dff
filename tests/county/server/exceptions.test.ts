import { cpSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../county/server/codecs.ts';
import type { County } from '../../../county/server/county.ts';
import { listExceptions, type ExceptionOverview } from '../../../county/server/exceptions/inbox.ts';
import { settleException, type Settlement } from '../../../county/server/exceptions/settle.ts';
import { ingestRun } from '../../../county/server/ingest.ts';
import { putReference, referenceOf } from '../../../county/server/reference.ts';
import { openJournalReader } from '../../../db/reader.ts';
import type { Store } from '../../../db/types.ts';
import type { EventDraft } from '../../../domain/journal/events.ts';
import { decodeBatch, encodeBatch } from '../../../domain/wire/batch.ts';
import { decodeReference } from '../../../domain/wire/referenceBody.ts';
import {
  HOUR_MS,
  MORNING_MS,
  open,
  recordDrafts,
  sampleReference,
  signIn,
  STATION,
  TestClock,
} from '../../db/support.ts';
import { tempDir } from '../../db/tempDir.ts';
import { goods, PRICE, RICE, sale, signOut } from './exceptionFacts.ts';
import { runOf } from '../../harness/wire.ts';
import { readStation } from '../../harness/station.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';
import { countyOf } from '../../harness/countyTests.ts';

const OPEN_MS = Date.parse('2026-12-01T09:00:00+08:00');

interface Kiosk {
  readonly dir: string;
  readonly store: Store;
}
describe.each(BACKENDS)('exceptions on $name', (backend) => {
  const { available } = backend;
  const countyNow = countyOf(backend);
  let county: County;
  const clock = new TestClock();
  let open_: Kiosk[] = [];

  beforeEach(async () => {
    if (!available) return;
    for (const { store } of open_) store.close();
    open_ = [];
    clock.wallMs = MORNING_MS;
    county = countyNow();
    for (const id of [STATION, 18])
      await putReference(
        county.context,
        sampleReference({
          grants: [],
          goods: goods(PRICE),
          // On which day somebody is at service is not the matter here.
          activities: sampleReference().activities.map((one) => ({
            ...one,
            startMs: 0,
            endMs: 2 * MORNING_MS,
          })),
          station: { id, name: `站${id}`, townshipName: '', countyName: '' },
        }),
      );
  });

  function kiosk(stationId = STATION, dir = tempDir(), hardwareId = 'pc-1'): Kiosk {
    const made = { dir, store: open(dir, clock, { stationId, hardwareId }) };
    open_.push(made);
    return made;
  }
  /** Sends whatever the county lacks of a kiosk's journals, in batches of a few. */
  async function sync({ dir }: Kiosk): Promise<void> {
    const reader = openJournalReader(dir, sha256);
    const names = readStation<{ name: string }>(dir, 'SELECT name FROM incarnation ORDER BY ordinal');
    for (const { name } of names) {
      for (let after = 0; ;) {
        const run = reader.readRun(after, 3, name);
        if (run === null) break;
        const decoded = decodeBatch(encodeBatch(run), sha256);
        if (!decoded.ok) throw new Error(decoded.error.kind);
        expect(await ingestRun(county.context, decoded.value, new Uint8Array())).toMatchObject({ ok: true });
        after += run.events.length;
      }
    }
    reader.close();
  }
  async function fetchReference({ store }: Kiosk): Promise<void> {
    const decoded = decodeReference(
      (await referenceOf(county.context, store.stationId))?.body ?? new Uint8Array(),
    );
    if (!decoded.ok) throw new Error(decoded.error.detail);
    expect(store.applyReference(decoded.value).ok).toBe(true);
  }
  const inbox = async (settled = false) =>
    (await listExceptions(county.context, { settled })).exceptions.filter(
      ({ kind }) => kind !== 'NEW_INCARNATION',
    );
  const only = async (): Promise<ExceptionOverview> => {
    const [one, ...more] = await inbox();
    expect(more).toEqual([]);
    if (one === undefined) throw new Error('nothing found');
    return one;
  };
  const settle = ({ stationId, alertId }: ExceptionOverview, how: string, more: Partial<Settlement> = {}) =>
    settleException(county.context, {
      stationId,
      alertId,
      how,
      which: 0,
      by: '王主任',
      note: '已问过两位志愿者',
      ...more,
    });

  /** Two machines of one village with the same past: both know of one bag, and of points of two volunteers. */
  function twoKiosks(): { readonly a: Kiosk; readonly b: Kiosk } {
    // The shop is open on the first of the month.
    clock.advance(OPEN_MS - clock.wallMs);
    const first = kiosk();
    recordDrafts(first.store, [
      { type: 'STOCK_MOVED', goodsId: RICE, quantity: 1, reason: 'DONATION', note: '' },
      signIn(1),
      signIn(2),
    ]);
    recordDrafts(first.store, [signOut(3, 1, 240, 40), signOut(4, 2, 240, 40)]);
    first.store.close();
    open_ = [];
    const copy = tempDir();
    cpSync(first.dir, copy, { recursive: true });
    return { a: kiosk(STATION, first.dir), b: kiosk(STATION, copy, 'pc-2') };
  }

  it.runIf(available)(
    'the last bag, sold at two kiosks that were both offline: the second to sync is OVERSOLD',
    async () => {
      const { a, b } = twoKiosks();
      const [sold] = recordDrafts(a.store, [sale(1)]).events;
      recordDrafts(b.store, [sale(2)]);
      await sync(b);
      expect(await inbox()).toEqual([]);
      for (let time = 0; time < 2; time++) await sync(a);
      const found = await only();
      expect(found).toMatchObject({
        kind: 'OVERSOLD',
        state: 'OPEN',
        choices: ['RESTOCK', 'OTHER_GOODS', 'REFUND'],
        about: { stationName: '站17', seq: sold?.seq, event: { type: 'REDEEMED', volunteerId: 1 } },
        lines: [{ goodsId: RICE, quantity: 1 }],
      });

      // Without a name or a reason nothing is settled, nor by a choice of another kind, nor a second time.
      for (const wrong of [
        settle(found, 'REFUND', { by: ' ' }),
        settle(found, 'REFUND', { note: '' }),
        settle(found, 'LET_STAND'),
      ])
        expect(await wrong).toEqual({ ok: false, error: { kind: 'MALFORMED' } });
      expect(await settle(found, 'REFUND')).toEqual({ ok: true, value: { state: 'WAITING' } });
      expect(await settle(found, 'RESTOCK')).toEqual({ ok: false, error: { kind: 'ALREADY_SETTLED' } });

      await fetchReference(a);
      for (let time = 0; time < 2; time++) await sync(a);
      await sync(b);
      expect(await inbox()).toEqual([]);
      expect((await inbox(true))[0]).toMatchObject({
        state: 'SETTLED',
        settledHow: 'REFUND',
        settledBy: '王主任',
      });
      const person = { holder: 'PERSON', holderId: 1 } as const;
      expect(a.store.views.sums(person)).toMatchObject({ available: 40, spent: 0 });
      const stock = await county.context.db
        .selectFrom('event')
        .select('code')
        .where('code', '=', 30)
        .execute();
      expect(stock).toHaveLength(1);
      // Done once: the list no longer holds it, and an older list changes nothing.
      await fetchReference(a);
      expect(a.store.views.sums(person)).toMatchObject({ available: 40, spent: 0 });
    },
  );

  it.runIf(available)('an act that comes too late is put before the person again', async () => {
    const { a, b } = twoKiosks();
    const { events } = recordDrafts(a.store, [sale(1)]);
    recordDrafts(b.store, [sale(2)]);
    await sync(b);
    await sync(a);
    const [sold] = events;
    if (sold?.type !== 'REDEEMED') throw new Error('not sold');
    // The keeper has undone it meanwhile.
    const shares = [{ holder: 0, holderId: 1, points: 20 }];
    const of = {
      ofIncarnation: a.store.incarnation,
      ofSeq: sold.seq,
      kind: 'CANCELLED',
      reason: '',
    } as const;
    recordDrafts(a.store, [
      { type: 'REDEMPTION_UNDONE', volunteerId: 1, lines: sold.lines, totalPoints: 20, shares, ...of },
    ]);
    await settle(await only(), 'REFUND');
    await fetchReference(a);
    await sync(a);
    expect(await only()).toMatchObject({ state: 'OPEN', settledHow: 'REFUND' });
    expect(a.store.views.sums({ holder: 'PERSON', holderId: 1 })).toMatchObject({ available: 40 });
    expect(await settle(await only(), 'RESTOCK')).toEqual({ ok: true, value: { state: 'SETTLED' } });
    expect(await inbox()).toEqual([]);
  });

  it.runIf(available)(
    'a volunteer at two stations at once is found, and one of the two is taken back there',
    async () => {
      const here = kiosk();
      const there = kiosk(18);
      recordDrafts(here.store, [signIn(1)]);
      clock.advance(HOUR_MS);
      recordDrafts(there.store, [signIn(1), signIn(2)]);
      clock.advance(HOUR_MS);
      // Five minutes on the way and clocks that differ are no exception; two hours are.
      recordDrafts(here.store, [signOut(2, 1, 120, 20)]);
      recordDrafts(here.store, [signIn(2)]);
      recordDrafts(here.store, [signOut(4, 2, 60, 10)]);
      recordDrafts(there.store, [signOut(2, 1, 60, 10), signOut(3, 2, 65, 10)]);
      await sync(there);
      expect(await inbox()).toEqual([]);
      for (let time = 0; time < 2; time++) await sync(here);
      const found = await only();
      expect(found).toMatchObject({
        kind: 'DOUBLED_ATTENDANCE',
        about: {
          stationId: STATION,
          fromMs: MORNING_MS,
          toMs: MORNING_MS + 2 * HOUR_MS,
          event: { volunteerId: 1 },
        },
        others: [{ stationId: 18, stationName: '站18', fromMs: MORNING_MS + HOUR_MS }],
      });
      expect(await settle(found, 'REVERSE', { which: 2 })).toEqual({
        ok: false,
        error: { kind: 'MALFORMED' },
      });
      expect(await settle(found, 'REVERSE', { which: 1 })).toEqual({ ok: true, value: { state: 'WAITING' } });
      await fetchReference(here);
      await fetchReference(there);
      await sync(there);
      expect(await inbox()).toEqual([]);
      const person = { holder: 'PERSON', holderId: 1 } as const;
      expect(there.store.views.sums(person)).toMatchObject({ available: 0, reversed: 10 });
      expect(here.store.views.sums(person)).toMatchObject({ available: 20, reversed: 0 });
    },
  );

  it.runIf(available)(
    'what no rule of its version allows is flagged with what the county comes to, and nothing else',
    async () => {
      const { store, ...one } = kiosk();
      await fetchReference({ store, ...one });
      clock.advance(HOUR_MS);
      const record = (...drafts: readonly EventDraft[]) =>
        recordDrafts(store, drafts).events.map(({ seq }) => seq);
      const [first = 0] = record(signIn(1));
      record(signOut(first, 1, 120, 20)); // exactly what two hours give
      const [second = 0] = record(signIn(2));
      const [tooMany] = record(signOut(second, 2, 120, 30));
      const [third = 0] = record(signIn(3));
      const [tooLong] = record(signOut(third, 3, 300, 40));
      // Each for itself is right; together they are more than a day holds.
      const [fourth = 0] = record(signIn(4));
      record(signOut(fourth, 4, 240, 40));
      const [fifth = 0] = record(signIn(4));
      record(signOut(fifth, 4, 240, 40));
      const [sixth = 0] = record(signIn(4));
      const [dayFull] = record(signOut(sixth, 4, 30, 5));
      const award = { holder: 'PERSON', holderId: 1, householdId: 1, reason: '' } as const;
      record({ type: 'POINTS_AWARDED', ...award, awardId: 1, points: 10 });
      const [noAward] = record({ type: 'POINTS_AWARDED', ...award, awardId: 1, points: 90 });
      const sold = {
        type: 'REDEEMED',
        volunteerId: 2,
        cardNumber: 1,
        source: 'HID',
        confirmedBy: 'CARD',
      } as const;
      clock.advance(OPEN_MS - clock.wallMs);
      record({ type: 'STOCK_MOVED', goodsId: RICE, quantity: 9, reason: 'DONATION', note: '' });
      const cheap = (unitPoints: number): EventDraft => ({
        ...sold,
        lines: [{ goodsId: RICE, quantity: 1, unitPoints }],
        totalPoints: unitPoints,
      });
      const [wrongPrice] = record(cheap(1));
      // A price that was the county's once is good for whoever had not heard of the next one.
      await putReference(county.context, sampleReference({ grants: [], goods: goods(PRICE + 1) }));
      record(cheap(PRICE));
      for (let time = 0; time < 2; time++) await sync({ store, ...one });
      const found = (await inbox()).filter(({ kind }) => kind === 'RULE_DIFFERENCE');
      expect(
        found.map(({ about, instead }) => [about.seq, instead]).sort((a, b) => Number(a[0]) - Number(b[0])),
      ).toEqual([
        [tooMany, { kind: 'CREDIT', minutes: 120, points: 20 }],
        [tooLong, { kind: 'CREDIT', minutes: 240, points: 40 }],
        [dayFull, { kind: 'DAY', minutes: 480, points: 80 }],
        [noAward, { kind: 'AWARD', points: 10 }],
        [wrongPrice, { kind: 'PRICE', goodsId: RICE, unitPoints: [PRICE, PRICE + 1] }],
      ]);
    },
  );

  it.runIf(available)('shows both facts of a fork, and keeps what a person said of it', async () => {
    const { a, b } = twoKiosks();
    await sync(a);
    // A copy that was made to go on under the same name.
    recordDrafts(a.store, [sale(1)]);
    await sync(a);
    const reader = openJournalReader(b.dir, sha256);
    const run = reader.readRun(0, 50, a.store.incarnation);
    reader.close();
    if (run === null) throw new Error('no run');
    const at = { stationId: STATION, incarnation: a.store.incarnation };
    const [last] = run.events.slice(-1);
    if (last === undefined) throw new Error('no events');
    const forked = runOf([...run.events, { ...last, ...sale(2), actorId: 3 }], at);
    const decoded = decodeBatch(encodeBatch(forked), sha256);
    if (!decoded.ok) throw new Error(decoded.error.kind);
    expect((await ingestRun(county.context, decoded.value, Uint8Array.of(1))).ok).toBe(false);
    const found = await only();
    expect(found).toMatchObject({
      kind: 'FORK',
      about: { event: { type: 'STATION_STARTED' } },
      instead: { type: 'REDEEMED', volunteerId: 2, actorId: 3 },
    });
    expect(await settle(found, 'KEEP_STORED')).toEqual({ ok: true, value: { state: 'SETTLED' } });
    expect((await inbox(true))[0]).toMatchObject({ note: '已问过两位志愿者', settledHow: 'KEEP_STORED' });
  });
});
