/** Moves of points between real stores and a real county that meet one at a time, late, and more than once. */
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import type { County } from '../../../county/server/county.ts';
import { declareLost, previewLost } from '../../../county/server/lost.ts';
import { makeCode } from '../../../county/server/pairing.ts';
import { referenceVersionOf } from '../../../county/server/reference.ts';
import { listTransfers, makeTransfer } from '../../../county/server/transfers.ts';
import { LedgerError } from '../../../domain/points/account.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';
import { AWAY, HOME, movesOn, WANG, type Moves } from '../../harness/countyTests.ts';
import { Outpost } from '../../harness/courier.ts';

const wang = { holder: 'PERSON', holderId: WANG } as const;
const THIRD = 23;

describe.each(BACKENDS)('moves of points on $name', (backend) => {
  const { available } = backend;
  const present = movesOn(backend);
  let county: County;
  let home: Outpost;
  let away: Outpost;
  let alerts: Moves['alerts'];

  beforeEach(() => {
    if (available) ({ county, home, away, alerts } = present());
  });

  const states = async (): Promise<readonly unknown[]> =>
    (await listTransfers(county.context)).map(({ state, fromStationId, toStationId, closedPoints }) => [
      state,
      fromStationId,
      toStationId,
      closedPoints,
    ]);
  /** The accounts as the county folds them, by station. */
  const atCounty = async (): Promise<readonly unknown[]> =>
    (
      await sql<object>`SELECT station_id AS station, available, opened, closed, spent FROM ledger_account
        ORDER BY station_id`.execute(county.context.db)
    ).rows;

  it.runIf(available)('closes at home what it opens away, once, whatever is said twice', async () => {
    home.earn(WANG, 100);
    home.spend(WANG, 30);
    await home.send();
    expect(away.store.views.stationName(HOME)).toBe('七里坪村');
    away.ask(WANG, HOME);
    expect(away.store.views.requestUnderWay(WANG)).not.toBeNull();
    await away.send();
    expect(await states()).toEqual([['CLOSING', HOME, AWAY, 0]]);
    // The line home is down: she may spend there what has not been closed.
    home.spend(WANG, 20);
    // The away station asks again, and its batch comes again.
    away.ask(WANG, HOME);
    await away.send();
    for (const batch of away.sent) await away.ingest(batch);
    expect(await states()).toEqual([['CLOSING', HOME, AWAY, 0]]);

    await home.take();
    expect(home.has(WANG)).toBe(0);
    await away.take();
    expect(away.has(WANG)).toBe(0);
    await home.send();
    for (const batch of home.sent) await home.ingest(batch);
    expect(await states()).toEqual([['CLOSED', HOME, AWAY, 50]]);
    await away.take();
    await away.take();
    expect(away.has(WANG)).toBe(50);
    expect(away.store.views.requestUnderWay(WANG)).toBeNull();
    const version = await referenceVersionOf(county.context, AWAY);
    await away.send();
    for (const batch of [...away.sent, ...home.sent]) await away.ingest(batch);
    expect(await states()).toEqual([['OPENED', HOME, AWAY, 50]]);
    // Opened is told no more, and what changed has another version, once.
    expect(await referenceVersionOf(county.context, AWAY)).toBe(version + 1);
    await away.take();
    await home.take();
    expect([home.has(WANG), away.has(WANG)]).toEqual([0, 50]);
    expect(() => home.spend(WANG, 1)).toThrow(LedgerError);
    away.spend(WANG, 50);
    await away.send();
    expect(await atCounty()).toEqual([
      { station: HOME, available: 0, opened: 0, closed: 50, spent: 50 },
      { station: AWAY, available: 0, opened: 50, closed: 0, spent: 50 },
    ]);
    expect(
      away.store.views.record(WANG, 9).map(({ kind, points, stationName }) => [kind, points, stationName]),
    ).toEqual([
      ['REDEMPTION', -50, undefined],
      ['ALLOWANCE', 50, '七里坪村'],
    ]);
    expect(home.store.views.record(WANG, 9)[0]).toMatchObject({ kind: 'MOVED_AWAY', points: -50 });
    expect(await alerts()).toEqual([]);
  });

  it.runIf(available)('keeps the last day of what moves, and takes back what is owed first', async () => {
    home.earn(WANG, 60);
    const entry = { incarnation: home.store.incarnation, seq: home.store.syncState().recorded };
    const [lot] = home.store.views.openLots({ holder: 'PERSON', holderId: WANG });
    await home.send();
    away.ask(WANG, HOME);
    await away.send();
    await home.meet();
    away.clock.advance(40 * 86_400_000);
    await away.meet();
    expect(away.store.views.openLots({ holder: 'PERSON', holderId: WANG })).toMatchObject([
      { earnedDay: lot?.earnedDay, expiryDay: lot?.expiryDay, remaining: 60 },
    ]);
    // The award is taken back at home, where its points no longer are: she owes them there.
    home.record({
      type: 'ENTRY_REVERSED',
      holder: 'PERSON',
      holderId: WANG,
      ofIncarnation: entry.incarnation,
      ofSeq: entry.seq,
      points: 60,
      reason: '记错',
      approvedBy: 1,
    });
    expect(home.store.views.sums({ holder: 'PERSON', holderId: WANG })).toMatchObject({
      arrears: 60,
      closed: 60,
      reversed: 60,
    });
    // She has spent some of it away: what is left there pays, and what she earns there later the rest.
    away.spend(WANG, 20);
    await away.send();
    expect(await previewLost(county.context, HOME, AWAY)).toMatchObject({ value: { owedPoints: 0 } });
    await home.send();
    expect(await previewLost(county.context, HOME, AWAY)).toMatchObject({ value: { owedPoints: 60 } });
    for (const batch of home.sent) await home.ingest(batch);
    expect((await states()).filter((state) => (state as string[])[0] === 'CLOSING')).toEqual([
      ['CLOSING', AWAY, HOME, 0],
    ]);
    await away.meet();
    await home.meet();
    const owing = { available: 0, opened: 40, arrears: 20 };
    expect(home.store.views.sums({ holder: 'PERSON', holderId: WANG })).toMatchObject(owing);
    expect(away.has(WANG)).toBe(0);
    away.earn(WANG, 50);
    await away.meet();
    await away.meet();
    await home.meet();
    expect(home.store.views.sums({ holder: 'PERSON', holderId: WANG })).toMatchObject({ arrears: 0 });
    expect(away.has(WANG)).toBe(30);
    expect(await alerts()).toEqual([]);
  });

  it.runIf(available)(
    'answers a wish where there is nothing, and moves for a person only what can move',
    async () => {
      away.ask(WANG, 0);
      await away.meet();
      expect(away.store.views.requestUnderWay(WANG)).toBeNull();
      expect(away.has(WANG)).toBe(0);
      const move = { ...wang, points: null, by: '县管理员', reason: '搬家' };
      expect(await makeTransfer(county.context, { ...move, fromStationId: HOME, toStationId: 99 })).toEqual({
        ok: false,
        error: { kind: 'UNKNOWN_STATION', stationId: 99 },
      });
      expect(await makeTransfer(county.context, { ...move, fromStationId: HOME, toStationId: HOME })).toEqual(
        {
          ok: false,
          error: { kind: 'SAME_STATION' },
        },
      );
      const once = await makeTransfer(county.context, { ...move, fromStationId: HOME, toStationId: AWAY });
      const again = await makeTransfer(county.context, { ...move, fromStationId: HOME, toStationId: AWAY });
      expect(again).toEqual(once);
      // There was nothing at that moment: the act is done, and takes nothing of what comes later.
      await home.meet();
      home.earn(WANG, 10);
      await home.meet();
      await away.meet();
      expect([home.has(WANG), away.has(WANG)]).toEqual([10, 0]);
      expect((await states()).map((row) => (row as unknown[])[0])).toEqual(['OPENED', 'OPENED']);
    },
  );

  it.runIf(available)('tells a person of points that a station opened by no act', async () => {
    const lots = [{ earnedDay: 20_780, expiryDay: 21_183, points: 70 }];
    away.record({
      type: 'ALLOWANCE_OPENED',
      actId: 4711,
      ...wang,
      fromStationId: HOME,
      points: 70,
      lots,
    });
    await away.send();
    expect(await alerts()).toEqual(['UNGRANTED']);
  });

  it.runIf(available)(
    'opens the slice of a lost station elsewhere once, and says before what it costs',
    async () => {
      const third = new Outpost(county, THIRD);
      await third.found('檀树岗村', { [WANG]: HOME, 2: THIRD });
      await third.take();
      third.earn(WANG, 80);
      third.earn(2, 30);
      await third.send();
      // She asked for her points at the away station; the third one burnt down before it heard of it.
      home.earn(2, 15);
      await home.send();
      third.ask(2, HOME);
      await third.send();
      await home.meet();
      away.ask(WANG, HOME);
      await away.send();
      // What is on its way to the lost station is 2's fifteen points.
      const seen = await previewLost(county.context, THIRD, AWAY);
      const shares = [
        { ...wang, points: 80, onTheWayPoints: 0, toStationId: AWAY },
        { ...wang, holderId: 2, points: 30, onTheWayPoints: 15, toStationId: AWAY },
      ];
      expect(seen).toMatchObject({
        ok: true,
        value: { shares, points: 110, onTheWayPoints: 15, declaredMs: 0 },
      });
      const act = { stationId: THIRD, elseTo: AWAY, by: '县管理员', reason: '火灾' };
      const done = await declareLost(county.context, act);
      expect(done).toMatchObject({ ok: true, value: { points: 110 } });
      expect(await declareLost(county.context, act)).toMatchObject({ ok: true, value: { shares: [] } });
      await home.meet();
      await away.meet();
      await home.meet();
      await away.meet();
      expect([away.has(WANG), away.has(2), home.has(2)]).toEqual([80, 45, 0]);
      expect(
        await makeTransfer(county.context, {
          ...{ ...act, holder: 'PERSON', holderId: 2 },
          points: null,
          fromStationId: THIRD,
          toStationId: AWAY,
        }),
      ).toEqual({ ok: false, error: { kind: 'LOST_STATION', stationId: THIRD } });
      expect(await previewLost(county.context, AWAY, THIRD)).toEqual({
        ok: false,
        error: { kind: 'LOST_STATION', stationId: THIRD },
      });
      expect(await alerts()).toEqual([]);
      expect(await makeCode(county.context, THIRD, { replaces: false })).toMatchObject({
        error: { kind: 'LOST_STATION' },
      });
      third.store.close();
    },
  );

  it.runIf(available)('lets nobody act without the administrator’s token', async () => {
    const url = `/admin/lost/${AWAY}?elseTo=${HOME}`;
    const headers = { authorization: `Bearer ${county.adminToken}` };
    expect((await county.app.inject({ method: 'GET', url })).statusCode).toBe(404);
    expect((await county.app.inject({ method: 'GET', url, headers })).json()).toMatchObject({ points: 0 });
    const payload = {
      ...wang,
      fromStationId: HOME,
      toStationId: AWAY,
      points: null,
      by: '甲',
      reason: '搬家',
    };
    const post = (given: object) =>
      county.app.inject({ method: 'POST', url: '/admin/transfers', payload, ...given });
    expect((await post({})).statusCode).toBe(404);
    expect((await post({ headers })).json()).toMatchObject({ state: 'CLOSING', fromStationId: HOME });
    expect((await post({ headers, payload: { ...payload, points: -1 } })).statusCode).toBe(400);
    const other = await post({ headers, payload: { ...payload, toHolderId: 9 } });
    expect([other.statusCode, other.json()]).toEqual([400, { error: { kind: 'ONLY_HOUSEHOLDS' } }]);
    const lost = {
      method: 'POST',
      url: `/admin/lost/${AWAY}`,
      payload: { elseTo: HOME, by: '甲', reason: '被盗' },
    } as const;
    expect((await county.app.inject(lost)).statusCode).toBe(404);
    expect((await county.app.inject({ ...lost, headers })).statusCode).toBe(200);
    expect(
      (await county.app.inject({ method: 'GET', url: '/admin/transfers', headers })).json(),
    ).toMatchObject({
      transfers: [{ fromStationId: HOME, toStationId: HOME }],
    });
  });
});
