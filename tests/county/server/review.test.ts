/**
 * The stories of what a person has to decide: a machine is stolen and goes on sending, and what it recorded before is
 * taken in; a station sends what nobody can read, and is told that it was kept; the same trouble comes a second time.
 */
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeSampleVillage } from '../../../county/sample/village.ts';
import { raiseAlert, type Alert } from '../../../county/server/alerts.ts';
import { hex } from '../../../county/server/codecs.ts';
import type { County } from '../../../county/server/county.ts';
import { DEFAULT_GATE } from '../../../county/server/gate.ts';
import { openMonth } from '../../../county/server/db/months.ts';
import { putReference } from '../../../county/server/reference.ts';
import { decideAside, listAside } from '../../../county/server/review.ts';
import { overview } from '../../../county/server/stations.ts';
import type { JournalRun } from '../../../domain/journal/run.ts';
import { encodeBatch } from '../../../domain/wire/batch.ts';
import { sealMessage, type MessageKind } from '../../../domain/wire/envelope.ts';
import { encodeAsk } from '../../../domain/wire/messages.ts';
import { WIRE } from '../../../domain/wire/version.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';
import { countyOf } from '../../harness/countyTests.ts';
import { makeKeys, runOf, villageEvents } from '../../harness/wire.ts';

const AT = { stationId: 1, incarnation: '00112233445566ff' };
const OTHER = 'ffeeddccbbaa0099';
const EVENTS = villageEvents(300, 5);
const BY = { by: '王主任', note: '被盗前的记录，已核对' };

describe.each(BACKENDS)('what waits for a person, on $name', (backend) => {
  const { available } = backend;
  const countyNow = countyOf(backend, { sample: true });
  let county: County;
  let keys = makeKeys();
  let nonce = 0;

  beforeEach(async () => {
    if (!available) return;
    county = countyNow();
    await putReference(county.context, makeSampleVillage({ nowMs: Date.now() }).reference);
    keys = makeKeys();
    await county.context.db
      .insertInto('station_key')
      .values({ station_id: 1, public_key: hex(keys.publicKey), enrolled_ms: 1, revoked_ms: null })
      .execute();
  });

  async function post(path: string, kind: MessageKind, body: Uint8Array, stored = body, packed = false) {
    nonce += 1;
    const message = { kind, nonce: new Uint8Array(8).fill(nonce), signer: 1, body };
    const payload = Buffer.from(sealMessage(message, keys.seal, { packed, stored }));
    const answer = await county.app.inject({
      method: 'POST',
      url: `/v1/${path}`,
      payload,
      headers: { 'content-type': 'x/y' },
    });
    const kindOf = () => answer.json<{ error: { kind: string } }>().error.kind;
    return answer.statusCode === 200 ? 'OK' : `${answer.statusCode} ${kindOf()}`;
  }
  const send = (run: JournalRun) => post('batch', 'BATCH', encodeBatch(run));
  const ask = (incarnation: string, running: string, recorded: number) =>
    post(
      'ask',
      'ASK',
      encodeAsk({
        incarnation,
        running,
        recorded,
        referenceVersion: 0,
        wallMs: Date.now(),
        appVersion: 't',
        wire: WIRE,
        revocationNumber: 0,
      }),
    );
  const part = (from: number, to: number, events = EVENTS): JournalRun => {
    const before = runOf(events.slice(0, from - 1), AT);
    return runOf(events.slice(from - 1, to), { ...AT, firstSeq: from, previousHash: before.headHash });
  };
  const alerts = () =>
    county.context.db
      .selectFrom('alert')
      .select(['kind', 'seq', 'state'])
      // The made-up village names rules that this county never gave, which is not the matter here.
      .where('kind', '<>', 'UNKNOWN_RULES')
      .orderBy('alert_id')
      .execute();
  const settleAll = (atMs: number) =>
    county.context.db
      .updateTable('alert')
      .set({ state: 'SETTLED', settled_ms: atMs, settled_how: 'NOTED' })
      .execute();
  const revoke = () => county.context.db.updateTable('station_key').set({ revoked_ms: 2 }).execute();
  const aside = async () => (await listAside(county.context, 0)).aside;
  const decide = async (how: string, place: number, words = BY) => {
    const one = (await aside())[place];
    if (one === undefined) throw new Error('nothing there');
    const { stationId, incarnation, firstSeq, headHash } = one;
    return decideAside(county.context, { stationId, incarnation, firstSeq, headHash, how, ...words });
  };
  const held = async () => {
    const { rows } = await sql<{ n: number }>`SELECT count(*)::bigint AS n FROM event`.execute(
      county.context.db,
    );
    return rows[0]?.n;
  };

  it.skipIf(!available)(
    'takes in what a stolen machine recorded before the theft, and discards the rest',
    async () => {
      expect(await send(part(1, 100))).toBe('OK');
      await revoke();
      for (const [from, to] of [
        [201, 300],
        [101, 200],
        [101, 200],
      ] as const)
        expect(await send(part(from, to))).toBe('403 REVOKED');
      const list = await listAside(county.context, 0);
      expect(list.total).toBe(2);
      expect(list.aside).toMatchObject([
        { ...AT, firstSeq: 101, count: 100, durableSeq: 100, reason: 'REVOKED' },
        { firstSeq: 201, count: 100 },
      ]);
      expect(list.aside[0]?.events[0]).toMatchObject({ seq: 101, type: EVENTS[100]?.type });
      expect(await decide('TAKE_IN', 1)).toEqual({ ok: false, error: { kind: 'GAP' } });
      expect(await decide('TAKE_IN', 0, { by: '王主任', note: ' ' })).toEqual({
        ok: false,
        error: { kind: 'MALFORMED' },
      });
      expect(await held()).toBe(100);
      expect(await decide('TAKE_IN', 0)).toEqual({ ok: true, value: { state: 'TAKEN' } });
      expect(await held()).toBe(200);
      expect(await decide('DISCARD', 0)).toEqual({ ok: true, value: { state: 'DISCARDED' } });
      expect([await held(), await aside()]).toEqual([200, []]);
      const kept = county.context.db
        .selectFrom('quarantine')
        .select(['state', 'decided_by', 'note'])
        .orderBy('first_seq');
      expect(await kept.execute()).toEqual([
        { state: 'TAKEN', decided_by: BY.by, note: BY.note },
        { state: 'DISCARDED', decided_by: BY.by, note: BY.note },
      ]);
      // What was decided stays decided when it is sent again.
      expect(await send(part(201, 300))).toBe('403 REVOKED');
      expect(await aside()).toEqual([]);
    },
  );

  it.skipIf(!available)(
    'keeps room for the true journal, however much a thief makes up, and says what is full',
    async () => {
      expect(await send(part(1, 10))).toBe('OK');
      await sql`INSERT INTO quarantine (station_id, incarnation, first_seq, head_hash, received_ms, envelope)
      SELECT 1, ${OTHER}, n, repeat('0', 64), 1, '00' FROM generate_series(1, 200) AS n`.execute(
        county.context.db,
      );
      await revoke();
      const made = runOf(EVENTS.slice(0, 5), { ...AT, incarnation: 'aaaaaaaaaaaaaaaa' });
      expect(await send(made)).toBe('507 REVIEW_FULL');
      expect(await send(part(11, 20))).toBe('403 REVOKED');
      expect(await alerts()).toEqual([
        { kind: 'REVIEW_FULL', seq: 0, state: 'OPEN' },
        { kind: 'REVOKED_SPOKE', seq: 0, state: 'OPEN' },
      ]);
    },
  );

  it.skipIf(!available)('lays aside once what is well signed and cannot be read, and says so', async () => {
    const broken = encodeBatch({ ...part(1, 20), headHash: new Uint8Array(32) });
    const elsewhere = encodeBatch(runOf(EVENTS.slice(0, 5), { ...AT, stationId: 2 }));
    const torn = Uint8Array.of(1, 2, 3);
    for (let time = 0; time < 2; time++) {
      expect(await post('batch', 'BATCH', broken)).toBe('422 SET_ASIDE');
      expect(await post('batch', 'BATCH', torn)).toBe('422 SET_ASIDE');
      expect(await post('batch', 'BATCH', elsewhere)).toBe('422 SET_ASIDE');
      expect(await post('batch', 'BATCH', new Uint8Array(500), Uint8Array.of(4, 5, 6), true)).toBe(
        '422 SET_ASIDE',
      );
      // An ask holds no record: there is nothing to be kept.
      expect(await post('ask', 'ASK', torn)).toBe('400 TRUNCATED');
    }
    expect((await aside()).map(({ reason }) => reason)).toEqual(
      Array.from({ length: 4 }, () => 'UNREADABLE'),
    );
    expect(await alerts()).toEqual(
      Array.from({ length: 4 }, () => ({ kind: 'UNREADABLE_BATCH', seq: 0, state: 'OPEN' })),
    );
    expect(await decide('TAKE_IN', 0)).toEqual({ ok: false, error: { kind: 'NOTHING_THERE' } });
    expect(await held()).toBe(0);
  });

  it.skipIf(!available)(
    'tells of another fork at the same place, and of the same one only once',
    async () => {
      expect(await send(part(1, 100))).toBe('OK');
      const other = (actorId: number) => EVENTS.map((event, i) => (i < 50 ? event : { ...event, actorId }));
      for (const to of [120, 120, 110]) expect(await send(part(40, to, other(77)))).toBe('409 FORK');
      expect(await alerts()).toEqual([{ kind: 'FORK', seq: 51, state: 'OPEN' }]);
      await settleAll(Date.now());
      expect(await send(part(40, 120, other(77)))).toBe('409 FORK');
      expect(await send(part(40, 120, other(78)))).toBe('409 FORK');
      expect(await alerts()).toEqual([
        { kind: 'FORK', seq: 51, state: 'SETTLED' },
        { kind: 'FORK', seq: 51, state: 'OPEN' },
      ]);
    },
  );

  it.skipIf(!available)(
    'brings back what was settled and still is so after a day, and what is new at once',
    async () => {
      const DAY_MS = 86_400_000;
      const raise = (kind: Alert['kind'], nowMs: number) =>
        county.context.db.transaction().execute((tx) => raiseAlert(tx, AT, { kind, seq: 0 }, nowMs));
      const kinds = [
        'COUNTY_IS_OLDER',
        'SUPERSEDED',
        'REVOKED_SPOKE',
        'LOST_STATION_SPOKE',
        'NEW_INCARNATION',
      ] as const;
      for (const kind of kinds) await raise(kind, 1);
      await settleAll(1000);
      const open = async () =>
        (await alerts()).filter(({ state }) => state === 'OPEN').map(({ kind }) => kind);
      for (const kind of kinds) await raise(kind, 1000 + DAY_MS - 1);
      expect(await open()).toEqual(['REVOKED_SPOKE', 'LOST_STATION_SPOKE']);
      for (const kind of kinds) await raise(kind, 1000 + DAY_MS);
      expect(await open()).toEqual(['COUNTY_IS_OLDER', 'SUPERSEDED', 'REVOKED_SPOKE', 'LOST_STATION_SPOKE']);
    },
  );

  it.skipIf(!available)(
    'counts what older journals still have to send, and believes no machine whose place was taken',
    async () => {
      const station = async () => (await overview(county.context)).stations[0];
      expect(await ask(AT.incarnation, AT.incarnation, 300)).toBe('OK');
      expect(await send(part(1, 100))).toBe('OK');
      // The machine begins another journal and still has 200 of the first.
      expect(await ask(OTHER, OTHER, 7)).toBe('OK');
      expect(await ask(AT.incarnation, OTHER, 300)).toBe('OK');
      expect(await station()).toMatchObject({ recorded: 7, durable: 0, olderUnsent: 200 });
      expect(await send(part(101, 300))).toBe('OK');
      expect(await send(runOf(EVENTS.slice(0, 7), { ...AT, incarnation: OTHER }))).toBe('OK');
      expect(await station()).toMatchObject({ recorded: 7, durable: 7, olderUnsent: 0 });
      // The copy that was superseded speaks for itself only.
      expect(await ask(AT.incarnation, AT.incarnation, 999)).toBe('OK');
      expect(await station()).toMatchObject({ recorded: 7, durable: 7, olderUnsent: 0 });
      // An even older journal is first met now, as by a stick: it is not what the station works with.
      expect(await send(runOf(EVENTS.slice(0, 3), { ...AT, incarnation: 'aaaaaaaaaaaaaaaa' }))).toBe('OK');
      expect(await station()).toMatchObject({ recorded: 7, durable: 7 });
    },
  );

  it.skipIf(!available)('takes up no more journals than any real station could begin', async () => {
    await sql`INSERT INTO incarnation (station_id, incarnation, durable_seq, head_hash, first_seen_ms,
        last_received_ms, ordinal)
      SELECT 1, lpad(to_hex(n), 16, '0'), 0, repeat('0', 64), 1, 0, n FROM generate_series(1, 200) AS n`.execute(
      county.context.db,
    );
    expect(await ask(OTHER, OTHER, 7)).toBe('409 TOO_MANY_JOURNALS');
    expect(await send(runOf(EVENTS.slice(0, 7), { ...AT, incarnation: OTHER }))).toBe(
      '409 TOO_MANY_JOURNALS',
    );
    expect(await alerts()).toEqual([{ kind: 'TOO_MANY_JOURNALS', seq: 0, state: 'OPEN' }]);
    expect(await ask('0000000000000001', '0000000000000001', 7)).toBe('OK');
  });

  it.skipIf(!available || backend.name !== 'PostgreSQL')('begins a month while a backup reads', async () => {
    const { db } = county.context;
    const nextYearMs = Date.now() + 400 * 86_400_000;
    await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (reading) => {
        await sql`SELECT count(*) FROM event`.execute(reading);
        await openMonth(db, nextYearMs);
        await db.selectFrom('event').select('seq').execute();
      });
  });

  it.skipIf(!available)('stores no more of a station in a day than it can have recorded', async () => {
    expect(await send(part(1, 100))).toBe('OK');
    county.context.eventLimit.stored(1, DEFAULT_GATE.maxEventsPerDay);
    expect(await send(part(101, 160))).toBe('429 TOO_MANY');
    expect(await held()).toBe(100);
  });
});
