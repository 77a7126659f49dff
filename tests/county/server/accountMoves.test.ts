/** Gifts and household points move, too: with their owner, with a household that moves, from a lost station. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { County } from '../../../county/server/county.ts';
import { declareLost } from '../../../county/server/lost.ts';
import { listTransfers, makeTransfer } from '../../../county/server/transfers.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';
import { AWAY, HOME, movesOn, WANG, type Moves } from '../../harness/countyTests.ts';
import { Outpost } from '../../harness/courier.ts';

const FAMILY = 71;
const OTHER_FAMILY = 72;
const THIRD = 23;

describe.each(BACKENDS)('moves of gifts and household points on $name', (backend) => {
  const { available } = backend;
  const present = movesOn(backend);
  let county: County;
  let home: Outpost;
  let away: Outpost;
  let alerts: Moves['alerts'];

  beforeEach(() => {
    if (available) ({ county, home, away, alerts } = present());
  });

  it.runIf(available)(
    'brings gifts with their owner’s points, and leaves a guest’s household alone',
    async () => {
      await home.found('七里坪村', { [WANG]: HOME }, { [FAMILY]: WANG });
      await home.take();
      home.earn(WANG, 40);
      home.earn(WANG, 30, 'GIFT');
      home.earn(FAMILY, 20, 'HOUSEHOLD');
      await home.send();
      // The away station says that she is the head of a household there; by its register somebody else is.
      await away.found('李家畈村', { [WANG]: HOME }, { [FAMILY]: 2 });
      away.ask(WANG, HOME, FAMILY);
      await away.send();
      await home.meet();
      await away.meet();
      expect([away.has(WANG), away.has(WANG, 'GIFT'), away.has(FAMILY, 'HOUSEHOLD')]).toEqual([40, 30, 0]);
      expect(home.has(FAMILY, 'HOUSEHOLD')).toBe(20);
      expect(home.store.views.wentTo({ holder: 'GIFT', holderId: WANG })).toBe(AWAY);
      // What the county brought is known to it, and no keeper here takes it back.
      const [lot] = away.store.views.openLots({ holder: 'GIFT', holderId: WANG });
      if (lot === undefined) throw new Error('no gift');
      expect(away.store.views.isAllowance({ holder: 'GIFT', holderId: WANG }, lot)).toBe(true);
      expect(away.store.views.unacknowledged({ holder: 'GIFT', holderId: WANG })).toEqual([]);
      expect(home.store.views.wentTo({ holder: 'HOUSEHOLD', holderId: FAMILY })).toBeNull();
      // At home again she asks for what went away; the home station's word that she is the head is true.
      await makeTransfer(county.context, {
        ...{ holder: 'HOUSEHOLD', holderId: FAMILY, fromStationId: HOME, toStationId: AWAY },
        ...{ points: null, by: '县管理员', reason: '借用' },
      });
      await home.meet();
      await away.meet();
      expect(away.has(FAMILY, 'HOUSEHOLD')).toBe(20);
      home.ask(WANG, HOME, FAMILY);
      await home.send();
      await away.meet();
      await home.meet();
      expect([home.has(WANG), home.has(WANG, 'GIFT'), home.has(FAMILY, 'HOUSEHOLD')]).toEqual([40, 30, 20]);
      expect(home.store.views.wentTo({ holder: 'GIFT', holderId: WANG })).toBeNull();
      expect(
        home.store.views
          .ledgerLines({ holder: 'HOUSEHOLD', holderId: FAMILY }, 9)
          .map(({ type, points }) => [type, points]),
      ).toEqual([
        ['ALLOWANCE_OPENED', 20],
        ['ALLOWANCE_CLOSED', -20],
        ['POINTS_AWARDED', 20],
      ]);
      expect(await alerts()).toEqual([]);
    },
  );

  it.runIf(available)(
    'what was still posted when its owner moved follows once its posting has ended',
    async () => {
      const terms = { settlement: 'posted', expiry: 'NONE', expiryMonths: 1 } as const;
      home.record({ type: 'LEDGER_TERMS_SET', fromVersion: 0, ...terms });
      home.earn(WANG, 40);
      const entry = { holder: 'PERSON', holderId: WANG, ofIncarnation: '' } as const;
      const named = { ...entry, ofSeq: home.store.syncState().recorded };
      await home.send();
      await away.found('李家畈村', {}, {});
      await away.found('李家畈村', { [WANG]: AWAY }, {});
      await home.meet();
      await away.meet();
      expect([home.has(WANG), away.has(WANG)]).toEqual([0, 0]);
      home.record({ type: 'ENTRY_CONFIRMED', ...named });
      home.record({ type: 'ENTRY_APPROVED', ...named, postedUntilDay: 1 });
      home.record({ type: 'ENTRY_POSTED', ...named });
      expect(home.has(WANG)).toBe(40);
      await home.meet();
      await home.meet();
      await away.meet();
      expect([home.has(WANG), away.has(WANG)]).toEqual([0, 40]);
      expect(await alerts()).toEqual([]);
    },
  );

  it.runIf(available)('tells a person of points opened that both sides forgot to close', async () => {
    home.earn(WANG, 40, 'GIFT');
    await home.send();
    const transfer = await makeTransfer(county.context, {
      ...{ holder: 'GIFT', holderId: WANG, fromStationId: HOME, toStationId: AWAY },
      ...{ points: null, by: '县管理员', reason: '搬家' },
    });
    const actId = transfer.ok ? transfer.value.id : 0;
    // The away station's journal has the opening; home, back from its backup, spends thirty of them meanwhile.
    away.record({
      ...{ type: 'ALLOWANCE_OPENED', actId, holder: 'GIFT', holderId: WANG, fromStationId: HOME },
      ...{ points: 40, lots: [{ earnedDay: 20_780, expiryDay: 21_183, points: 40 }] },
    });
    await away.send();
    expect(await alerts()).toEqual(['UNGRANTED']);
    home.record({
      ...{ type: 'REDEEMED_SHARED', volunteerId: WANG, cardNumber: 1, source: 'HID', confirmedBy: 'CARD' },
      ...{ lines: [], totalPoints: 30, shares: [{ holder: 2, holderId: WANG, points: 30 }] },
    });
    await home.meet();
    expect(home.has(WANG, 'GIFT')).toBe(0);
    expect(await alerts()).toEqual(['UNGRANTED', 'UNGRANTED']);
  });

  it.runIf(available)(
    'brings a household that has moved what it has, once its new village has it',
    async () => {
      home.earn(WANG, 40);
      home.earn(WANG, 30, 'GIFT');
      home.earn(FAMILY, 20, 'HOUSEHOLD');
      await home.send();
      await away.found('李家畈村', { [WANG]: AWAY }, { [FAMILY]: WANG });
      await away.found('李家畈村', { [WANG]: AWAY }, { [FAMILY]: WANG });
      const made = await listTransfers(county.context);
      expect(made.map(({ cause, state, holder }) => `${cause} ${state} ${holder}`).sort()).toEqual([
        ...['HOME CLOSING GIFT', 'HOME CLOSING HOUSEHOLD', 'HOME CLOSING PERSON'],
      ]);
      // What the county does not know of yet comes as well: the act takes whatever is there when it comes.
      home.earn(WANG, 5);
      await home.meet();
      await away.meet();
      expect([away.has(WANG), away.has(WANG, 'GIFT'), away.has(FAMILY, 'HOUSEHOLD')]).toEqual([45, 30, 20]);
      // Who marries into it brings their own points only, and a new register of the same people moves nothing.
      home.earn(2, 7);
      home.earn(FAMILY, 9, 'HOUSEHOLD');
      await home.send();
      await away.found('李家畈村', { [WANG]: AWAY, 2: AWAY }, { [FAMILY]: 2 });
      await home.meet();
      await away.meet();
      expect([away.has(2), home.has(2), home.has(FAMILY, 'HOUSEHOLD')]).toEqual([7, 0, 9]);
      expect(await alerts()).toEqual([]);
    },
  );

  it.runIf(available)('gives a household’s points to another one once nobody is left of it', async () => {
    await home.found('七里坪村', { [WANG]: HOME, 2: HOME }, { [FAMILY]: WANG, [OTHER_FAMILY]: 2 });
    await home.take();
    home.earn(FAMILY, 20, 'HOUSEHOLD');
    await home.send();
    const act = {
      holder: 'HOUSEHOLD',
      holderId: FAMILY,
      toHolderId: OTHER_FAMILY,
      fromStationId: HOME,
    } as const;
    const give = (other: object = {}) =>
      makeTransfer(county.context, {
        ...{ ...act, toStationId: HOME, points: null, by: '县管理员', reason: '户主去世，无人' },
        ...other,
      });
    expect(await give()).toEqual({ ok: false, error: { kind: 'HAS_MEMBERS' } });
    expect(await give({ holder: 'GIFT' })).toEqual({ ok: false, error: { kind: 'ONLY_HOUSEHOLDS' } });
    await home.found('七里坪村', { 2: HOME }, { [OTHER_FAMILY]: 2 });
    expect(await give({ toStationId: AWAY })).toEqual({ ok: false, error: { kind: 'UNKNOWN_HOUSEHOLD' } });
    expect(await give({ toHolderId: FAMILY })).toEqual({ ok: false, error: { kind: 'SAME_STATION' } });
    const made = await give();
    expect(made).toMatchObject({ ok: true, value: { toHolderId: OTHER_FAMILY, state: 'CLOSING' } });
    expect(await give()).toEqual(made);
    for (let time = 0; time < 2; time++) await home.meet();
    expect([home.has(FAMILY, 'HOUSEHOLD'), home.has(OTHER_FAMILY, 'HOUSEHOLD')]).toEqual([0, 20]);
    expect(await listTransfers(county.context)).toMatchObject([{ state: 'OPENED', cause: 'COUNTY' }]);
    // Somebody who has moved on took the household along: it is not empty, wherever they are.
    await away.found('李家畈村', { [WANG]: AWAY }, { [FAMILY]: WANG });
    expect(await give()).toEqual({ ok: false, error: { kind: 'HAS_MEMBERS' } });
    expect(await alerts()).toEqual([]);
  });

  it.runIf(available)(
    'opens a lost station’s gifts and household points, and nothing that waits',
    async () => {
      const third = new Outpost(county, THIRD);
      await third.found('檀树岗村', { [WANG]: THIRD, 2: AWAY }, { [FAMILY]: WANG, [OTHER_FAMILY]: 2 });
      await third.take();
      third.earn(WANG, 40);
      third.earn(WANG, 30, 'GIFT');
      third.earn(2, 12, 'GIFT');
      third.earn(FAMILY, 20, 'HOUSEHOLD');
      third.earn(OTHER_FAMILY, 11, 'HOUSEHOLD');
      third.record({
        ...{ type: 'LEDGER_TERMS_SET', fromVersion: 1, settlement: 'posted' },
        ...{ expiry: 'END_OF_NEXT_YEAR', expiryMonths: 24 },
      });
      third.earn(WANG, 8);
      await third.send();
      // The other family lives in the away village by that village's own register.
      await away.found('李家畈村', { 2: AWAY }, { [OTHER_FAMILY]: 2 });
      const act = { stationId: THIRD, elseTo: HOME, by: '县管理员', reason: '火灾' };
      const done = await declareLost(county.context, act);
      expect(done).toMatchObject({ ok: true, value: { points: 113, frozenPoints: 8, owedPoints: 0 } });
      expect(
        done.ok && done.value.shares.map((one) => [one.holder, one.holderId, one.points, one.toStationId]),
      ).toEqual([
        ['PERSON', WANG, 40, HOME],
        ['HOUSEHOLD', FAMILY, 20, HOME],
        ['HOUSEHOLD', OTHER_FAMILY, 11, AWAY],
        ['GIFT', WANG, 30, HOME],
        ['GIFT', 2, 12, AWAY],
      ]);
      await home.meet();
      await away.meet();
      expect([home.has(WANG), home.has(WANG, 'GIFT'), home.has(FAMILY, 'HOUSEHOLD')]).toEqual([40, 30, 20]);
      expect([away.has(2, 'GIFT'), away.has(OTHER_FAMILY, 'HOUSEHOLD')]).toEqual([12, 11]);
      expect(await alerts()).toEqual([]);
      // A county that came back from a backup knows of the openings by the journals, and not of its declaration.
      await county.context.db.deleteFrom('lost_station').execute();
      expect(await declareLost(county.context, act)).toMatchObject({ ok: true, value: { points: 0 } });
      await home.meet();
      expect(home.has(WANG)).toBe(40);
      third.store.close();
    },
  );
});
