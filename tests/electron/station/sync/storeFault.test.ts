/** The store fails in the middle of a session: that is no county out of reach, and the screens are told which. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { StoreFaultError } from '../../../../db/faults.ts';
import type { Store, StoreFault } from '../../../../db/types.ts';
import { realWorld } from '../../../../electron/shell/world.ts';
import type { SyncDesk } from '../../../../electron/station/sync/desk.ts';
import { openKeyFolder } from '../../../../electron/station/sync/keyFolder.ts';
import { createSync } from '../../../../electron/station/sync/sync.ts';
import type { Transport } from '../../../../electron/station/sync/transport.ts';
import { fakeTime } from '../fakes.ts';

it('is told as a fault of the store', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sync-'));
  const time = fakeTime();
  const told: StoreFault[] = [];
  const store = {
    syncState: () => {
      throw new StoreFaultError('CORRUPT', new Error('malformed'));
    },
    nowMs: () => time.nowMs(),
    lineUse: () => ({ day: 0, bytes: 0, ms: 0 }),
  } as unknown as Store;
  const sync = createSync({
    store,
    desk: { close: () => Promise.resolve() } as unknown as SyncDesk,
    keys: openKeyFolder(dir),
    transport: {
      close: () => undefined,
      carried: () => ({ sent: 0, received: 0 }),
    } as unknown as Transport,
    clock: time,
    timers: time,
    randomBytes: realWorld().randomBytes,
    log: { warn: () => undefined, error: () => undefined },
    appVersion: 'test',
    enrolCode: '',
    onChange: () => undefined,
    onReference: () => undefined,
    onStoreFault: (fault) => told.push(fault),
  });
  time.advance(1);
  await expect.poll(() => told).toEqual([{ kind: 'STORE_UNAVAILABLE', reason: 'CORRUPT' }]);
  await sync.close();
  rmSync(dir, { recursive: true });
});
