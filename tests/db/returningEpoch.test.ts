/** Another machine is given a journal back, and then the county itself comes back as it was before. */
import { describe, expect, it } from 'vitest';
import { acknowledgeAll, giveBack, scene } from './returnScene.ts';
import { MORNING_MS, open } from './support.ts';

describe('what a county gave back that was restored since', () => {
  it('is not unsent for ever where the county was restored and another machine went on with that journal', () => {
    const { dir, clock, copy, old } = scene();
    const store = open(copy, clock, { hardwareId: 'another' });
    giveBack(store, dir, old);
    void store.finishReturn(MORNING_MS);
    const epoch = '00000000000000ef';
    acknowledgeAll(copy, store, epoch);
    expect(store.unsentOlder()).toEqual([{ incarnation: old, durableSeq: 0, recorded: 6 }]);
    // The machine from which it came has sent more of it by now.
    store.acknowledge({ epoch, incarnation: old, durableSeq: 9, headHash: new Uint8Array(32) }, MORNING_MS);
    expect(store.unsentOlder()).toEqual([]);
    store.close();
  });

  it('is sent again where the county was restored before it had said that this was all', () => {
    const { dir, clock, copy, old } = scene();
    const store = open(copy, clock, { hardwareId: 'another' });
    acknowledgeAll(copy, store);
    giveBack(store, dir, old);
    const epoch = '00000000000000ef';
    acknowledgeAll(copy, store, epoch);
    // The county has two of the six by now, and so nothing to add.
    void store.finishReturn(MORNING_MS);
    expect(store.unsentOlder()).toEqual([{ incarnation: old, durableSeq: 0, recorded: 6 }]);
    store.close();
  });
});
