/**
 * The station's store, its sync and a real county over real HTTP. A proxy between them does what lines do: it is
 * down, it loses answers, it changes bytes.
 */
import { mkdtempSync, readFileSync, rmSync, statSync, readdirSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeSampleVillage } from '../../../../county/sample/village.ts';
import { hex } from '../../../../county/server/codecs.ts';
import type { County } from '../../../../county/server/county.ts';
import { putReference, referenceVersionOf } from '../../../../county/server/reference.ts';
import { openStore } from '../../../../db/open.ts';
import type { Store } from '../../../../db/types.ts';
import { ok } from '../../../../domain/result.ts';
import { openSync } from '../../../../electron/station/sync/open.ts';
import type { SyncPort } from '../../../../electron/station/ports.ts';
import { realWorld } from '../../../../electron/shell/world.ts';
import { emptyCounty, forgetEvents, listeningCounty } from '../../../harness/countyDatabase.ts';

type Fault = 'DOWN' | 'LOSE_ANSWER' | 'TAMPER' | 'GARBAGE' | null;
const world = realWorld();
/** The clock of the tests' timers runs ten times as fast, so that nobody waits two seconds for a second attempt. */
const timers = {
  ...world.timers,
  set: (action: () => void, ms: number) => world.timers.set(action, ms / 10),
};
const WORKER = new URL('../../../../electron/station/sync/worker.ts', import.meta.url);

/** A line with faults between station and county. */
class Line {
  fault: Fault = null;
  /** Which requests the fault meets. */
  path = '/v1/';
  /** How many requests it meets before the line is well again. */
  times = Infinity;
  requests: string[] = [];
  /** Keeps the next batch after one that arrived until the batch behind it has been answered, once. */
  overtaking: 'NOT' | 'WAITS' | 'NEXT' | 'HOLDS' | 'DONE' = 'NOT';
  #release: () => void = () => undefined;
  readonly #server: Server;

  constructor(countyUrl: string) {
    this.#server = createServer((incoming, outgoing) => this.#pass(countyUrl, incoming, outgoing));
  }
  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
  #pass(countyUrl: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const path = incoming.url ?? '';
    this.requests.push(path);
    let fault: Fault = null;
    if (this.fault !== null && path.startsWith(this.path) && this.times > 0) {
      fault = this.fault;
      this.times -= 1;
    }
    if (fault === 'DOWN') return void incoming.socket.destroy();
    if (fault === 'GARBAGE') return void outgoing.end('<html>please log in</html>');
    const headers = { ...incoming.headers };
    delete headers.host;
    const isBatch = path === '/v1/batch';
    const held = isBatch && this.overtaking === 'NEXT';
    if (held) this.overtaking = 'HOLDS';
    const onward = request(new URL(path, countyUrl), { method: 'POST', headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        const body = Buffer.concat(parts);
        if (fault === 'LOSE_ANSWER') return void incoming.socket.destroy();
        if (fault === 'TAMPER') body[40] = (body[40] ?? 0) ^ 1;
        outgoing.writeHead(answer.statusCode ?? 500).end(body);
        if (isBatch && this.overtaking === 'WAITS') this.overtaking = 'NEXT';
        else if (isBatch && this.overtaking === 'HOLDS') this.#release();
      });
    });
    if (!held) return void incoming.pipe(onward);
    this.#release = () => {
      this.overtaking = 'DONE';
      incoming.pipe(onward);
    };
  }
}

describe('sync of a real station with a real county', () => {
  let county: County;
  let countyUrl = '';
  let line: Line;
  let url = '';
  let dir = '';
  let store: Store;
  let sync: SyncPort;
  const log = { warn: vi.fn(), error: vi.fn() };
  const onReference = vi.fn();

  beforeAll(async () => {
    ({ county, url: countyUrl } = await listeningCounty());
    line = new Line(countyUrl);
    url = await line.listen();
  });
  afterAll(async () => {
    line.close();
    await county.close();
  });
  beforeEach(async () => {
    await emptyCounty(county);
    await putReference(county.context, makeSampleVillage({ nowMs: Date.now() }).reference);
    Object.assign(line, { fault: null, path: '/v1/', times: Infinity, requests: [], overtaking: 'NOT' });
    vi.clearAllMocks();
    dir = mkdtempSync(join(tmpdir(), 'sync-'));
    open();
  });
  afterEach(async () => {
    await close();
    rmSync(dir, { recursive: true, force: true });
  });

  function open(): void {
    const opened = openStore({ ...world, dir, stationId: 1, appVersion: 'test' });
    if (!opened.ok) throw new Error(opened.error.kind);
    store = opened.value;
    startSync();
  }
  function startSync(countyAt = url, clock = world.clock): void {
    sync = openSync({
      ...world,
      clock,
      timers,
      dir,
      countyUrl: countyAt,
      workerFile: WORKER,
      store,
      log,
      appVersion: 'test',
      enrolCode: '',
      onChange: () => undefined,
      onReference,
    });
  }
  async function close(): Promise<void> {
    await sync.close();
    store.close();
  }
  /** Records facts, as a keeper at work does. */
  function work(count: number): void {
    for (let i = 0; i < count; i++) store.record(null, 1, () => ok([{ type: 'KEEPER_UNLOCKED' }]));
    sync.recorded();
  }
  const until = (condition: () => boolean) =>
    vi.waitFor(() => expect(condition()).toBe(true), { timeout: 20_000, interval: 20 });
  const settled = () =>
    until(() => sync.view().state === 'IDLE' && sync.view().reachedCounty === store.syncState().recorded);
  async function countyHas(): Promise<{ count: number; last: number }> {
    const { rows } = await sql<{ count: number; last: number }>`
      SELECT count(*)::bigint AS count, coalesce(max(seq), 0)::bigint AS last FROM event`.execute(
      county.context.db,
    );
    return rows[0] ?? { count: -1, last: -1 };
  }
  async function expectExactlyOnce(): Promise<void> {
    const { recorded } = store.syncState();
    expect(await countyHas()).toEqual({ count: recorded, last: recorded });
  }

  /** Nothing is to come any more: the county knows that its grants were opened, and the station its newest version. */
  const allKnown = () =>
    vi.waitFor(
      async () => {
        const grants = await county.context.db.selectFrom('transfer').select('state').execute();
        expect(grants.length).toBeGreaterThan(0);
        expect(grants.filter(({ state }) => state !== 'OPENED')).toEqual([]);
        const newest = await referenceVersionOf(county.context, 1);
        expect(sync.view()).toMatchObject({ state: 'IDLE', referenceVersion: newest });
      },
      { timeout: 20_000, interval: 50 },
    );

  it('enrols, brings the reference data down and every fact up', async () => {
    await until(() => store.views.referenceInfo() !== null);
    expect(onReference).toHaveBeenCalled();
    work(2100);
    sync.syncNow();
    await settled();
    await expectExactlyOnce();
    expect(sync.view()).toMatchObject({ state: 'IDLE', sendingTotal: 0 });
    // The county has seen that the grants were opened and tells them no more: that is another version.
    await until(() => sync.view().referenceVersion === 2);
    expect(sync.view().lastSuccessMs).toBeGreaterThan(Date.now() - 60_000);
    expect(line.requests.filter((path) => path === '/v1/batch').length).toBeGreaterThanOrEqual(2);
    // What cannot be made again goes first over a thin line.
    expect(line.requests.indexOf('/v1/batch')).toBeLessThan(line.requests.indexOf('/v1/reference'));
    for (const file of ['station-key.pem', 'county.json'])
      expect(statSync(join(dir, file)).mode & 0o077).toBe(0);
    const { publicKey, box } = county.context.keys;
    const pinned = { publicKey: hex(publicKey), boxKey: hex(box.publicKey) };
    expect(JSON.parse(readFileSync(join(dir, 'county.json'), 'utf8'))).toMatchObject(pinned);
    expect(readdirSync(dir).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('sends by itself soon after new facts, without being told', async () => {
    await settled();
    work(1);
    expect(sync.view().nextAttemptMs - Date.now()).toBeLessThanOrEqual(2000);
    await settled();
    await expectExactlyOnce();
  });

  it('sends two batches at once on a quick line, and one that overtakes another is sent again', async () => {
    await until(() => store.views.referenceInfo() !== null);
    await sync.close();
    work(1700);
    // Two breaks make the batches short enough that there are several.
    Object.assign(line, { fault: 'DOWN', path: '/v1/batch', times: 2, overtaking: 'WAITS' });
    // On this clock every answer comes at once, however busy the machine is.
    startSync(url, { ...world.clock, monoMs: () => 0 });
    await until(() => line.overtaking === 'DONE');
    await settled();
    await expectExactlyOnce();
    expect(log.error).not.toHaveBeenCalled();
  });

  it('sends whole batches again soon after a quick line has cut some', async () => {
    await until(() => store.views.referenceInfo() !== null);
    await sync.close();
    work(6000);
    Object.assign(line, { fault: 'DOWN', path: '/v1/batch', times: 2, requests: [] });
    startSync(url, { ...world.clock, monoMs: () => 0 });
    await settled();
    await expectExactlyOnce();
    // Two that were cut, and seven that grow from 500: with batches that grow after every third it would be ten.
    expect(line.requests.filter((path) => path === '/v1/batch').length).toBeLessThan(2 + 9);
  });

  it('goes on when the county was down, as if nothing had happened', async () => {
    await settled();
    line.fault = 'DOWN';
    work(30);
    sync.syncNow();
    await until(() => sync.view().state === 'OFFLINE');
    expect(sync.view().nextAttemptMs).toBeGreaterThan(0);
    work(5);
    line.fault = null;
    await settled();
    await expectExactlyOnce();
  });

  it('stores each fact once where the acknowledgement was lost', async () => {
    await settled();
    Object.assign(line, { fault: 'LOSE_ANSWER', path: '/v1/batch', times: 2 });
    work(700);
    sync.syncNow();
    await settled();
    expect(line.times).toBe(0);
    await expectExactlyOnce();
  });

  it('believes no answer that the county did not sign, and none of a portal', async () => {
    await settled();
    const before = store.syncState().durableSeq;
    Object.assign(line, { fault: 'TAMPER', path: '/v1/batch' });
    work(3);
    sync.syncNow();
    await until(() => sync.view().state === 'REFUSED');
    expect(log.warn).toHaveBeenCalledWith('the county refuses', { reason: 'NOT_FROM_OUR_COUNTY' });
    expect(store.syncState().durableSeq).toBe(before);
    Object.assign(line, { fault: 'GARBAGE', path: '/v1/' });
    sync.syncNow();
    await until(() => sync.view().state === 'OFFLINE');
    expect(store.syncState().durableSeq).toBe(before);
    line.fault = null;
    sync.syncNow();
    await settled();
    await expectExactlyOnce();
  });

  it('sends again what a restored county has lost', async () => {
    work(50);
    sync.syncNow();
    await settled();
    await forgetEvents(county);
    work(2);
    sync.syncNow();
    await until(() => sync.view().reachedCounty === store.syncState().recorded);
    await vi.waitFor(expectExactlyOnce, { timeout: 10_000 });
  });

  it('enrols again with a county that lost its list of keys', async () => {
    await settled();
    await sql`DELETE FROM station_key`.execute(county.context.db);
    work(1);
    sync.syncNow();
    await settled();
    await expectExactlyOnce();
  });

  it('refuses another county than the one whose key it pinned', async () => {
    await settled();
    await sync.close();
    const other = await listeningCounty();
    startSync(other.url);
    work(1);
    await until(() => sync.view().state === 'REFUSED');
    const { rows } = await sql<{ count: number }>`SELECT count(*)::bigint AS count FROM event`.execute(
      other.county.context.db,
    );
    expect(rows).toEqual([{ count: 0 }]);
    await sync.close();
    await other.county.close();
    startSync();
  });

  it('that its facts contradict those of the county it believes by its signed word alone', async () => {
    work(10);
    sync.syncNow();
    await settled();
    const { incarnation } = store;
    await sql`UPDATE event SET hash = repeat('0', 64)`.execute(county.context.db);
    await sql`UPDATE incarnation SET durable_seq = 5, head_hash = (SELECT hash FROM event WHERE seq = 5)`.execute(
      county.context.db,
    );
    sync.syncNow();
    await until(() => sync.view().state === 'REFUSED');
    expect(store.standing()).toBe('FORKED');
    await close();
    open();
    expect(store.incarnation).not.toBe(incarnation);
    expect(store.incarnationReason).toBe('RESTORED');
  });

  it('after a restart sends only what is new, with the same key', async () => {
    work(20);
    sync.syncNow();
    await settled();
    await allKnown();
    await close();
    line.requests = [];
    open();
    await settled();
    await expectExactlyOnce();
    expect(line.requests).not.toContain('/v1/enrol');
    expect(line.requests).not.toContain('/v1/reference');
  });
});
