/**
 * The story of the worst line in the county. Between a real station and a real county the line breaks: at the
 * first byte of a batch, then at the second, then at the third, and so on to its last; then the same with the
 * county's answer, where the county has the facts and the station does not know it. The reference data comes over
 * the same line. After each break the station goes on by itself; in the end both tell the same, each fact once.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyFolder } from '../../db/verify.ts';
import { genesisHash, nextHash } from '../../domain/journal/canonical.ts';
import type { SyncView } from '../../electron/contract/syncViews.ts';
import { readCounty, startCounty, type CountyProcess } from '../harness/county.ts';
import { startCuttingProxy, type CuttingProxy, type Passing } from '../harness/cuttingProxy.ts';
import { sceneOf, type Scene } from '../harness/scene.ts';
import { readStation } from '../harness/station.ts';
import { testVillage } from '../harness/village.ts';
import { sha256 } from '../harness/wire.ts';

/** Breaks the line after 0, 1, 2, … bytes of what it is told of, until one has gone through whole. */
class Breaks {
  cuts = 0;
  /** One has gone through whole. */
  over = false;
  #next = 0;
  readonly #of: Pick<Passing, 'where' | 'path'>;
  readonly #step: number;

  constructor(of: Pick<Passing, 'where' | 'path'>, step = 1) {
    this.#of = of;
    this.#step = step;
  }
  cutAt({ where, path, length }: Passing): number | null {
    if (where !== this.#of.where || path !== this.#of.path) return null;
    this.over = this.#next >= length;
    if (this.over) return null;
    const at = this.#next;
    this.#next += this.#step;
    this.cuts += 1;
    return at;
  }
}

let dir: string;
let county: CountyProcess;
let proxy: CuttingProxy;
let scene: Scene;
let breaks: Breaks;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'county-'));
  county = await startCounty({ dir, patient: true });
  proxy = await startCuttingProxy(county.port, (passing) => breaks.cutAt(passing));
});
afterEach(async () => {
  await scene.end();
  await proxy.close();
  await county.close();
  await rm(dir, { recursive: true });
});

const sync = async (): Promise<SyncView> => (await scene.client.ask('getStatus', {})).sync;
/** Waits until the county holds everything, over however many breaks. */
async function settled(): Promise<void> {
  const caughtUp = async () => {
    const { recorded, reachedCounty, state } = await sync();
    return state === 'IDLE' && recorded === reachedCounty;
  };
  await expect.poll(caughtUp, { timeout: 60_000, interval: 5 }).toBe(true);
}

interface Row {
  readonly seq: number;
  readonly body: string;
}

test('the line breaks at each byte of a batch, of its answer and of the reference data', async () => {
  const village = testVillage();
  // What has come of an answer is not sent again, so a few bytes more each time make many breaks.
  breaks = new Breaks({ where: 'ANSWER', path: '/v1/reference' }, 7);
  scene = await sceneOf(village, {
    dir: await mkdtemp(join(tmpdir(), 'station-')),
    countyUrl: `http://127.0.0.1:${proxy.port}`,
    pauseMs: 1,
  });
  await expect.poll(async () => (await sync()).referenceVersion, { timeout: 60_000 }).toBe(1);
  expect(breaks.cuts).toBeGreaterThan(50);

  await settled();
  breaks = new Breaks({ where: 'REQUEST', path: '/v1/batch' });
  expect(await scene.sign(3)).toMatchObject({ kind: 'SIGNED_IN' });
  await settled();
  // A batch without its head would be shorter than that.
  expect(breaks.cuts).toBeGreaterThan(300);

  // The county has what came before the break and says so when it is asked again, so each try needs a new fact.
  const keeperToken = await scene.unlock();
  breaks = new Breaks({ where: 'ANSWER', path: '/v1/batch' });
  while (!breaks.over) {
    const delivery = { goodsId: 1, quantity: 1, reason: 'DONATION', note: '' } as const;
    await scene.client.ask('moveStock', { keeperToken, requestId: randomUUID(), ...delivery });
    await settled();
  }
  expect(breaks.cuts).toBeGreaterThan(300);

  await scene.station.close();
  await county.close();
  expect(verifyFolder(scene.dir, sha256).finding).toBeNull();
  const journal = readStation<Row>(scene.dir, 'SELECT seq, text AS body FROM journal ORDER BY seq');
  const { events, heads, alerts, quarantine } = await readCounty(dir, async (db) => ({
    events: await db.selectFrom('event').select(['seq', 'body', 'hash']).orderBy('seq').execute(),
    heads: await db.selectFrom('incarnation').select(['incarnation', 'durable_seq', 'head_hash']).execute(),
    alerts: await db.selectFrom('alert').selectAll().execute(),
    quarantine: await db.selectFrom('quarantine').selectAll().execute(),
  }));
  expect(events.map(({ seq, body }) => ({ seq, body }))).toEqual(journal);
  expect([alerts, quarantine]).toEqual([[], []]);
  const [head] = heads;
  if (head === undefined) throw new Error('the county knows no incarnation');
  let hash = genesisHash(sha256, 1, head.incarnation);
  for (const event of events) {
    hash = nextHash(sha256, hash, event.body);
    expect(event.hash).toBe(Buffer.from(hash).toString('hex'));
  }
  expect(head).toMatchObject({
    durable_seq: journal.length,
    head_hash: Buffer.from(hash).toString('hex'),
  });
});
