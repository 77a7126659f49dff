/**
 * The village gets another machine, or its database is restored, while people are at work or lack credit by a date. None
 * of their hours is lost: what an earlier incarnation began is closed, and given its credit, by the running one.
 */
import { expect, it } from 'vitest';
import type { Store } from '../../db/types.ts';
import { verifyFolder } from '../../db/verify.ts';
import { decideClosing } from '../../domain/attendance/decide.ts';
import { err } from '../../domain/result.ts';
import { CAP, withVillage, type Village } from './datesVillage.ts';
import { HOUR_MS, open, recordDrafts, sha256 } from './support.ts';

/** Off, and on again as another machine's disk. */
function onAnotherMachine(village: Village): Store {
  village.store.close();
  Object.assign(village.clock, { mono: 5000, boot: 'other' });
  village.store = open(village.dir, village.clock, { hardwareId: 'pc-2' });
  return village.store;
}
const LEADER = { id: 9, role: 'KEEPER', volunteerId: 0 } as const;
/** Closes what the desk shows first, so long after its sign-in. */
function closeFirst(store: Store, hours: number) {
  const { views } = store;
  const [first] = views.unsettled(1);
  return store.record<{ readonly kind: string }>(null, LEADER.id, (now) => {
    if (first === undefined) return err({ kind: 'NOTHING' });
    const { signInSeq, earlier, signedInMs } = first;
    const of = earlier === undefined ? {} : { earlier };
    const closing = { signInSeq, ...of, outAtMs: signedInMs + hours * HOUR_MS, reason: '换机' };
    return decideClosing(views, closing, LEADER, views.rules(), now);
  });
}

it('an attendance that was open on the machine before is closed by a leader, once', () => {
  withVillage((village) => {
    village.store.confirmClock(village.realMs);
    village.scan();
    const store = onAnotherMachine(village);
    store.withoutCounty();
    store.confirmClock(village.realMs);
    expect(store.views.openAttendance(1)).toBeNull();
    expect(store.views.unsettled(5)).toMatchObject([{ volunteerId: 1, state: 'UNCLOSED' }]);
    const closed = closeFirst(store, 1.5);
    expect(closed).toMatchObject({
      value: { events: [{ type: 'EARLIER_SERVICE_CREDITED', cause: 'CLOSED' }] },
    });
    expect(store.views.unsettled(5)).toEqual([]);
    expect(store.views.balance(1, store.nowMs()).minutesTotal).toBe(90);
    const [event] = closed.ok ? closed.value.events : [];
    if (event?.type !== 'EARLIER_SERVICE_CREDITED') throw new Error('nothing was closed');
    expect(store.views.causeOf({ incarnation: store.incarnation, seq: event.seq })).toMatchObject({
      kind: 'SERVICE',
    });
    expect(() => recordDrafts(store, [event])).toThrow();
    // As the next attendance is one of this machine's own.
    village.serve(1);
    store.close();
    expect(verifyFolder(village.dir, sha256).finding).toBeNull();
    village.restart();
  });
});

it('credit that was cut by its date on the machine before is given by the keeper on this one', () => {
  withVillage((village) => {
    village.serve();
    village.reboot(22 * HOUR_MS, village.realMs + 22 * HOUR_MS);
    village.serve();
    expect(village.points()).toEqual([CAP.points, 0]);
    const store = onAnotherMachine(village);
    // What is still to come back may hold what was given.
    recordDrafts(store, [{ type: 'DATE_CONFIRMED' }]);
    expect(store.standing()).toBe('AWAITING_RETURN');
    store.withoutCounty();
    expect(store.dateToConfirm()).toBe(true);
    const types = recordDrafts(store, [{ type: 'DATE_CONFIRMED' }]).events.map(({ type }) => type);
    expect(types).toEqual(['DATE_CONFIRMED', 'EARLIER_SERVICE_CREDITED']);
    expect(store.views.sums({ holder: 'PERSON', holderId: 1 })).toMatchObject({ issued: 2 * CAP.points });
    expect(store.dateToConfirm()).toBe(false);
    store.close();
    expect(verifyFolder(village.dir, sha256).finding).toBeNull();
    village.store = open(village.dir, village.clock, { hardwareId: 'pc-2' });
  });
});
