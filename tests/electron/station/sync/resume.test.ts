/**
 * The story of a line that breaks every few KB while a whole county's names come down: what has come is not asked for
 * again. If the line is gone for a while, or the names change meanwhile, it still ends well.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { County } from '../../../../county/server/county.ts';
import { putReference, referenceOf } from '../../../../county/server/reference.ts';
import type { Reference } from '../../../../domain/reference/reference.ts';
import { decodeReference } from '../../../../domain/wire/referenceBody.ts';
import { listeningCounty } from '../../../harness/countyDatabase.ts';
import { startCuttingProxy, type CuttingProxy, type Passing } from '../../../harness/cuttingProxy.ts';
import { isSettled, openSyncStation, type SyncStation } from '../../../harness/syncPair.ts';

let county: County;
let line: CuttingProxy;
let station: SyncStation;
let cutAt: (passing: Passing) => number | null;
/** Bytes of each answer to a reference ask, as its head says. */
let answers: number[];
/** How far the county's clock is ahead. */
let aheadMs = 0;
beforeAll(async () => {
  const listening = await listeningCounty({ nowMs: () => Date.now() + aheadMs });
  ({ county } = listening);
  answers = [];
  cutAt = () => null;
  line = await startCuttingProxy(Number(new URL(listening.url).port), (passing) => {
    const { where, path, length } = passing;
    if (where !== 'ANSWER' || path !== '/v1/reference') return null;
    answers.push(length);
    return cutAt(passing);
  });
  station = openSyncStation(`http://127.0.0.1:${line.port}`);
  await station.syncUntil((view) => isSettled(view) && view.referenceVersion === 2);
});
afterAll(async () => {
  await station.close();
  await line.close();
  await county.close();
});

async function made(): Promise<Reference> {
  const reference = decodeReference((await referenceOf(county.context, 1))?.body ?? new Uint8Array(0));
  if (!reference.ok) throw new Error(reference.error.detail);
  return reference.value;
}
/** Names that no packing makes shorter; changed in all, so that no delta is worth it. */
async function renameAll(): Promise<void> {
  const reference = await made();
  const volunteers = reference.volunteers.map((one) => ({
    ...one,
    name: randomBytes(250).toString('base64'),
  }));
  await putReference(county.context, { ...reference, volunteers });
  answers = [];
}
const has = (version: number) => (view: { readonly referenceVersion: number }) =>
  view.referenceVersion === version;

test('over a line that breaks every 4 KB it arrives with less than 1.3 times its bytes', async () => {
  await renameAll();
  cutAt = ({ length }) => (length > 4096 ? 4096 : null);
  const before = line.carried();
  await station.syncUntil(has(3));
  const [whole = 0] = answers;
  expect(whole).toBeGreaterThan(40_000);
  expect(answers.length).toBeGreaterThan(10);
  expect((line.carried() - before) / whole).toBeLessThan(1.3);
  expect(station.store.views.person(7)?.name).toHaveLength(336);
});

test('what broke off goes on after an hour without a line, when the ticket of then holds no more', async () => {
  await renameAll();
  cutAt = ({ length }) => (answers.length > 1 ? 0 : Math.floor(length / 2));
  const { referenceVersion } = station.sync.view();
  await station.syncUntil(() => answers.length === 2);
  aheadMs += 59 * 60_000;
  cutAt = () => null;
  await station.syncUntil(has(referenceVersion + 1));
  const [whole = 0] = answers;
  expect(Math.max(...answers.slice(1))).toBeLessThan(whole * 0.6);
});

test('what broke off goes on in a later session, and begins anew when there is something newer', async () => {
  await renameAll();
  // Not worth asking again at once: the session ends, and the next has the half.
  let cuts = 0;
  cutAt = ({ length }) => ((cuts += 1) === 1 ? Math.floor(length / 2) : cuts === 2 ? 0 : null);
  await station.syncUntil(has(5));
  expect(answers).toHaveLength(3);
  expect(answers[2]).toBeLessThan((answers[0] ?? 0) * 0.6);

  await renameAll();
  cuts = 0;
  let changed: Promise<void> | undefined;
  cutAt = ({ length }) => {
    cuts += 1;
    if (cuts > 1) return null;
    changed = renameAll();
    return Math.floor(length / 2);
  };
  await station.syncUntil((view) => isSettled(view) && view.referenceVersion >= 6);
  await changed;
  await vi.waitFor(
    async () => {
      station.sync.syncNow();
      const names = (await made()).volunteers.map(({ name }) => name);
      expect(names).toContain(station.store.views.person(7)?.name);
    },
    { timeout: 20_000, interval: 100 },
  );
  expect(station.log.warn).not.toHaveBeenCalled();
});
