/** A price is changed by two people and on a day; somebody's data is erased because they wish it. */
import { afterEach, describe, expect, it } from 'vitest';
import { createCounty, type County } from '../../../county/server/county.ts';
import { referenceOf } from '../../../county/server/reference.ts';
import { erasePerson } from '../../../county/server/roster/erase.ts';
import {
  applyDuePrices,
  confirmPrice,
  listPrices,
  proposePrice,
} from '../../../county/server/roster/prices.ts';
import { listExceptions } from '../../../county/server/exceptions/inbox.ts';
import { keepTold } from '../../../county/server/exceptions/prices.ts';
import { putVillage } from '../../../county/server/roster/villages.ts';
import type { EventDraft } from '../../../domain/journal/events.ts';
import { shanghaiDay } from '../../../domain/time.ts';
import { decodeReference } from '../../../domain/wire/referenceBody.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';
import { Outpost } from '../../harness/courier.ts';
import { bytesOf, cardIn, idIn, villageFile } from '../../harness/villageFiles.ts';

const [A, B] = [17, 18];
const DAY_MS = 86_400_000;
const SALT = 1;

for (const backend of BACKENDS)
  describe.skipIf(!backend.available)(`prices and erasures on ${backend.name}`, () => {
    let county: County;
    let nowMs = Date.UTC(2026, 10, 25, 2);
    let stop: () => Promise<void>;
    async function begin(): Promise<void> {
      const started = await backend.start();
      stop = started.stop;
      county = await createCounty({
        database: started.database,
        keyDir: null,
        sample: false,
        nowMs: () => nowMs,
      });
      for (const file of [villageFile(A, '七里坪村'), villageFile(B, '李家畈村')])
        expect(await putVillage(county.context, bytesOf(file))).toMatchObject({ ok: true });
    }
    afterEach(async () => {
      await county.close();
      await stop();
    });
    async function given(stationId: number) {
      const served = await referenceOf(county.context, stationId);
      const reference = decodeReference(served?.body ?? new Uint8Array());
      if (!reference.ok) throw new Error(reference.error.detail);
      return reference.value;
    }
    const priceOf = async () => (await given(A)).goods.find(({ id }) => id === SALT)?.unitPoints;

    it('change when two people say so, after three days of posting, and not by a file', async () => {
      await begin();
      const { context } = county;
      const today = shanghaiDay(nowMs);
      const wish = { stationId: A, goodsId: SALT, unitPoints: 30, by: '王主任', reason: '进价涨了' };
      const file = villageFile(A, '七里坪村');
      file.goods[0] = { ...file.goods[0], id: SALT, unitPoints: 30 };
      expect(await putVillage(context, bytesOf(file))).toMatchObject({
        error: { problems: [{ path: ['goods', 0, 'unitPoints'] }] },
      });
      const refused = (change: object) => proposePrice(context, { ...wish, fromDay: today + 3, ...change });
      expect(await refused({ fromDay: today + 2 })).toMatchObject({ error: { kind: 'TOO_SOON' } });
      expect(await refused({ goodsId: 9 })).toMatchObject({ error: { kind: 'UNKNOWN_GOODS' } });
      expect(await refused({ stationId: 9 })).toMatchObject({ error: { kind: 'UNKNOWN_STATION' } });
      expect(await refused({ unitPoints: 25 })).toMatchObject({ error: { kind: 'SAME_PRICE' } });
      const fromDay = today + 6; // The first of December: the shop is open.
      const station = new Outpost(county, A);
      station.clock.wallMs = nowMs;
      await station.take();
      station.store.confirmClock(nowMs);
      const proposed = await proposePrice(context, { ...wish, fromDay });
      if (!proposed.ok) throw new Error(proposed.error.kind);
      const { changeId } = proposed.value;
      expect(await confirmPrice(context, changeId, '王主任')).toMatchObject({
        error: { kind: 'SAME_PERSON' },
      });
      expect(await confirmPrice(context, changeId, '李会计')).toMatchObject({ ok: true });
      expect(await confirmPrice(context, changeId, '陈站长')).toMatchObject({ ok: false });
      expect(await listPrices(context)).toMatchObject([{ goodsName: '食盐', nowPoints: 25, unitPoints: 30 }]);

      // It travels ahead with its day; from then on the line is down, and the station charges it all the same.
      await station.meet();
      const { version: told } = await given(A);
      const { views } = station.store;
      const coming = { name: '食盐', nowPoints: 25, unitPoints: 30, fromDay };
      expect(views.comingPrices()).toMatchObject([coming]);
      const { incarnation } = station.store;
      const { recorded } = station.store.syncState();
      await context.db
        .transaction()
        .execute((tx) => keepTold(tx, { stationId: A, incarnation }, told, recorded));
      const prices: (number | undefined)[] = [];
      for (let day = 0; day < 6; day++) {
        prices.push(views.goods(SALT)?.unitPoints);
        station.clock.advance(DAY_MS);
      }
      expect(prices).toEqual(Array(6).fill(25));
      expect(views.shelf()[0]?.unitPoints).toBe(30);
      expect(views.comingPrices()).toEqual([]);
      const sale = (unitPoints: number): EventDraft => ({
        ...{ type: 'REDEEMED', volunteerId: idIn(A, 1), cardNumber: cardIn(A, 1), source: 'HID' },
        ...{
          confirmedBy: 'CARD',
          lines: [{ goodsId: SALT, quantity: 1, unitPoints }],
          totalPoints: unitPoints,
        },
      });
      station.record({
        type: 'POINTS_AWARDED',
        ...{
          holder: 'PERSON',
          holderId: idIn(A, 1),
          householdId: idIn(A, 1),
          awardId: 3,
          points: 100,
          reason: '',
        },
      });
      station.record(sale(30), sale(25));

      nowMs += 5 * DAY_MS;
      expect(await applyDuePrices(context)).toBe(0);
      expect(await priceOf()).toBe(25);
      nowMs += DAY_MS;
      const { version } = await given(A);
      expect(await applyDuePrices(context)).toBe(1);
      expect(await priceOf()).toBe(30);
      await station.send();
      const { exceptions } = await listExceptions(context, { settled: false });
      expect(
        exceptions.flatMap(({ kind, instead }) => (kind === 'RULE_DIFFERENCE' ? [instead] : [])),
      ).toEqual([{ kind: 'PRICE', goodsId: SALT, unitPoints: [30] }]);
      await station.take();
      expect(views.goods(SALT)?.unitPoints).toBe(30);
      station.store.close();
      expect((await given(A)).version).toBe(version + 1);
      expect(await applyDuePrices(context)).toBe(0);
      // The file with the price that is in force now is taken again.
      expect(await putVillage(context, bytesOf(file))).toMatchObject({ value: { changed: false } });
      const changes = context.db.selectFrom('price_change').select('applied_ms');
      expect((await changes.executeTakeFirstOrThrow()).applied_ms).toBe(nowMs);
    });

    it('leave a confirmation that comes too late for its posting unsaid', async () => {
      await begin();
      const fromDay = shanghaiDay(nowMs) + 3;
      const wish = { stationId: A, goodsId: SALT, unitPoints: 30, fromDay, by: '王主任', reason: '进价涨了' };
      const proposed = await proposePrice(county.context, wish);
      nowMs += DAY_MS;
      expect(
        await confirmPrice(county.context, proposed.ok ? proposed.value.changeId : 0, '李会计'),
      ).toMatchObject({ error: { kind: 'TOO_SOON' } });
      nowMs += 5 * DAY_MS;
      expect(await applyDuePrices(county.context)).toBe(0);
    });

    it('take a person out of every register and every snapshot that was kept, for good', async () => {
      await begin();
      const { db } = county.context;
      await db.insertInto('reference_served').values({ station_id: B, version: 1, body: '' }).execute();
      const before = (await given(B)).version;
      const erased = { volunteerId: idIn(A, 1), by: '王主任', reason: '本人申请' };
      expect(await erasePerson(county.context, erased)).toMatchObject({ value: { stations: [A] } });
      const rows = db.selectFrom('reference_part').select('data').where('station_id', '=', A);
      expect(JSON.stringify(await rows.execute())).not.toContain('王秀英');
      for (const station of [A, B]) {
        const { volunteers, cards, revocations } = await given(station);
        expect(volunteers.map(({ id }) => id)).not.toContain(idIn(A, 1));
        expect(cards.map(({ cardNumber }) => cardNumber)).not.toContain(cardIn(A, 1));
        expect(revocations.cardNumbers).toEqual([cardIn(A, 1)]);
      }
      expect((await given(B)).version).toBeGreaterThan(before);
      expect(await db.selectFrom('reference_served').selectAll().execute()).toEqual([]);
      expect(await erasePerson(county.context, erased)).toMatchObject({ error: { kind: 'NOTHING_THERE' } });
      // Nobody brings them back by the file of before.
      expect(await putVillage(county.context, bytesOf(villageFile(A, '七里坪村')))).toMatchObject({
        error: { problems: [{ path: ['volunteers', 0], id: idIn(A, 1) }] },
      });
    });
  });
