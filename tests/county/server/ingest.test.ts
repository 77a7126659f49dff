import { beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { makeSampleVillage } from '../../../county/sample/village.ts';
import type { County } from '../../../county/server/county.ts';
import { ERROR_STATUS } from '../../../county/server/errors.ts';
import { gainsOf } from '../../../county/server/fold.ts';
import { putReference } from '../../../county/server/reference.ts';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import type { JournalRun } from '../../../domain/journal/run.ts';
import { encodeBatch } from '../../../domain/wire/batch.ts';
import { sameBytes, toHex } from '../../../domain/wire/bytes.ts';
import { openMessage, readEnvelope, type MessageKind } from '../../../domain/wire/envelope.ts';
import { MAX_ANSWER_BYTES, MAX_BATCH_ENVELOPE_BYTES } from '../../../domain/wire/limits.ts';
import {
  decodeAcknowledgement,
  decodeEnrolled,
  encodeReferenceAsk,
  type Acknowledgement,
} from '../../../domain/wire/messages.ts';
import { decodeReference } from '../../../domain/wire/referenceBody.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';
import { countyOf } from '../../harness/countyTests.ts';
import { fc } from '../../harness/property.ts';
import { wireStation } from '../../harness/wireStation.ts';
import { makeKeys, runOf, unseal, villageEvents } from '../../harness/wire.ts';

const AT = { stationId: 1, incarnation: '00112233445566ff' };
const NONCE = Uint8Array.of(9, 8, 7, 6, 5, 4, 3, 2);
const EVENTS = villageEvents(900, 5);

describe.each(BACKENDS)('county on $name', (backend) => {
  const { available } = backend;
  const countyNow = countyOf(backend, { sample: true });
  let county: County;
  let keys = makeKeys();

  beforeEach(async () => {
    if (!available) return;
    county = countyNow();
    await putReference(county.context, makeSampleVillage({ nowMs: Date.now() }).reference);
    keys = makeKeys();
  });

  const { seal, post, enrol, ask, send } = wireStation(() => ({ county, keys }), AT, NONCE);
  /** The body of a signed answer; throws unless the county's key verifies it and the nonce is ours. */
  function open(bytes: Uint8Array): Uint8Array {
    const sealed = readEnvelope(bytes, 1 << 24);
    if (!sealed.ok) throw new Error(Buffer.from(bytes).toString());
    const opened = openMessage(sealed.value, county.context.keys.publicKey, 1 << 26, unseal);
    if (!opened.ok) throw new Error(opened.error.kind);
    expect([...opened.value.nonce]).toEqual([...NONCE]);
    return opened.value.body;
  }
  function ackOf(bytes: Uint8Array): Acknowledgement {
    expect(bytes.length).toBeLessThan(MAX_ANSWER_BYTES);
    const ack = decodeAcknowledgement(open(bytes));
    if (!ack.ok) throw new Error(ack.error.kind);
    return ack.value;
  }
  const part = (from: number, to: number, events: readonly JournalEvent[] = EVENTS): JournalRun => {
    const before = runOf(events.slice(0, from - 1), AT);
    return runOf(events.slice(from - 1, to), { ...AT, firstSeq: from, previousHash: before.headHash });
  };
  const count = async (table: 'event' | 'quarantine' | 'alert' | 'incarnation' | 'station_key') => {
    const rows = await sql<{ n: number }>`SELECT count(*)::bigint AS n FROM ${sql.table(table)}`.execute(
      county.context.db,
    );
    return rows.rows[0]?.n;
  };
  const errorOf = (answer: { text: string }) =>
    (JSON.parse(answer.text) as { error: { kind: string } }).error;

  it.skipIf(!available)('stores batches once, in order, and acknowledges them by its signature', async () => {
    const enrolled = await enrol();
    expect(decodeEnrolled(open(enrolled.bytes))).toMatchObject({ ok: true, value: { stationId: 1 } });
    expect(ackOf((await ask()).bytes)).toMatchObject({ durableSeq: 0, referenceVersion: 1 });
    const first = part(1, 400);
    for (let time = 0; time < 2; time++) {
      const ack = ackOf((await send(first)).bytes);
      expect(ack).toMatchObject({ ...AT, durableSeq: 400, epoch: county.context.epoch });
      expect(sameBytes(ack.headHash, first.headHash)).toBe(true);
    }
    // Overlapping what is there, then altogether old.
    expect(ackOf((await send(part(300, 700))).bytes).durableSeq).toBe(700);
    expect(ackOf((await send(part(10, 20))).bytes).durableSeq).toBe(700);
    expect(ackOf((await send(part(701, 900))).bytes).durableSeq).toBe(900);
    expect(await count('event')).toBe(900);
    const { rows } = await sql<{
      seq: number;
      hash: string;
    }>`SELECT seq, hash FROM event ORDER BY seq`.execute(county.context.db);
    expect(rows.map((row) => row.seq)).toEqual(EVENTS.map((_, i) => i + 1));
    expect(rows.at(-1)?.hash).toBe(toHex(part(1, 900).headHash));
  });

  it.skipIf(!available)('takes a batch in whole or not at all, and the same event never twice', async () => {
    const { db } = county.context;
    await enrol();
    expect(ackOf((await send(part(1, 100))).bytes).durableSeq).toBe(100);
    // The last view of a batch cannot be written: what stands before it must not stay.
    await sql`ALTER TABLE volunteer_total RENAME TO put_away`.execute(db);
    try {
      expect((await send(part(101, 200))).status).toBeGreaterThanOrEqual(500);
      expect(await count('event')).toBe(100);
    } finally {
      await sql`ALTER TABLE put_away RENAME TO volunteer_total`.execute(db);
    }
    // Whatever the program believes, the database itself holds each event once.
    await expect(sql`INSERT INTO event SELECT * FROM event WHERE seq = 50`.execute(db)).rejects.toThrow(
      /duplicate key/,
    );
  });

  it.skipIf(!available)(
    'folds what arrives: exactly the sums of the events, however often they come',
    async () => {
      await enrol();
      for (const run of [part(1, 500), part(1, 500), part(450, 900)]) await send(run);
      const { station, volunteers } = gainsOf(EVENTS);
      const total = await county.context.db.selectFrom('station_total').selectAll().executeTakeFirstOrThrow();
      expect(total).toEqual({
        station_id: 1,
        events: 900,
        sign_ins: station.signIns,
        sign_outs: station.signOuts,
        redemptions: station.redemptions,
        minutes: station.minutes,
        honor_minutes: station.honorMinutes,
        points_earned: station.pointsEarned,
        points_spent: station.pointsSpent,
        last_event_ms: station.lastEventMs,
      });
      expect(station.pointsEarned).toBeGreaterThan(0);
      const rows = await county.context.db.selectFrom('volunteer_total').selectAll().execute();
      expect(rows).toHaveLength(volunteers.size);
      for (const row of rows)
        expect({
          minutes: row.minutes,
          honorMinutes: row.honor_minutes,
          pointsEarned: row.points_earned,
          pointsSpent: row.points_spent,
          pointsOpened: row.points_opened,
        }).toEqual(volunteers.get(row.volunteer_id));
      const page = await county.app.inject({
        url: '/v1/overview',
        headers: { authorization: `Bearer ${county.adminToken}` },
      });
      expect(page.json()).toMatchObject({
        stations: [
          { stationId: 1, enrolled: true, events: 900, durable: 900, pointsSpent: station.pointsSpent },
        ],
      });
    },
  );

  it.skipIf(!available)('holds back a gap and says from where to send', async () => {
    await enrol();
    await send(part(1, 100));
    const answer = await send(part(102, 200));
    expect([answer.status, errorOf(answer)]).toEqual([409, { kind: 'GAP', durableSeq: 100 }]);
    expect(await count('event')).toBe(100);
  });

  it.skipIf(!available)(
    'keeps a fork apart, tells a person once, and goes on with the true chain',
    async () => {
      const { reference } = makeSampleVillage({ nowMs: Date.now() });
      // The version that the village's events name.
      await putReference(county.context, { ...reference, rules: { ...reference.rules, version: 3 } });

      await enrol();
      await send(part(1, 100));
      const other = EVENTS.map((event, i) => (i < 50 ? event : { ...event, actorId: 77 }));
      for (let time = 0; time < 2; time++) {
        const overlapping = await send(part(40, 120, other));
        expect([overlapping.status, errorOf(overlapping).kind]).toEqual([409, 'FORK']);
      }
      expect(errorOf(await send(part(101, 120, other))).kind).toBe('FORK');
      expect(await count('event')).toBe(100);
      expect(await count('quarantine')).toBe(2);
      const alerts = await county.context.db
        .selectFrom('alert')
        .select(['kind', 'seq'])
        .orderBy('seq')
        .execute();
      expect(alerts).toEqual([
        { kind: 'FORK', seq: 51 },
        { kind: 'FORK', seq: 101 },
      ]);
      expect(ackOf((await send(part(101, 300))).bytes).durableSeq).toBe(300);
    },
  );

  it.skipIf(!available)('answers anything else with a known error and enters nothing', async () => {
    const good = part(1, 20);
    const sealed = (run: JournalRun, signer = 1) => seal('BATCH', encodeBatch(run), signer);
    const errorFor = async (bytes: Uint8Array, path = 'batch') => {
      const answer = await post(path, bytes);
      return [answer.status, errorOf(answer).kind];
    };
    expect(await errorFor(sealed(good))).toEqual([401, 'NOT_ENROLLED']);
    await enrol();
    const bytes = sealed(good);
    const flipped = Uint8Array.from(bytes);
    flipped[100] = (flipped[100] ?? 0) ^ 4;
    expect(await errorFor(flipped)).toEqual([401, 'BAD_SIGNATURE']);
    expect(await errorFor(new Uint8Array(0))).toEqual([400, 'TRUNCATED']);
    expect(await errorFor(Buffer.from('{"hello":1}'))).toEqual([400, 'NOT_OURS']);
    expect(await errorFor(bytes.subarray(0, 90))).toEqual([400, 'TRUNCATED']);
    expect(await errorFor(new Uint8Array(MAX_BATCH_ENVELOPE_BYTES + 1))).toEqual([413, 'TOO_LARGE']);
    expect(await errorFor(bytes, 'ask')).toEqual([400, 'WRONG_KIND']);
    const newer = Uint8Array.from(bytes);
    newer[3] = 9;
    expect(await errorFor(newer)).toEqual([422, 'NEWER_VERSION']);
    expect(await errorFor(seal('BATCH', Uint8Array.of(1, 2, 3)))).toEqual([422, 'SET_ASIDE']);
    expect(await errorFor(sealed({ ...good, headHash: new Uint8Array(32) }))).toEqual([422, 'SET_ASIDE']);
    expect(await errorFor(sealed(runOf(good.events, { ...AT, stationId: 2 })))).toEqual([422, 'SET_ASIDE']);
    expect(await errorFor(Uint8Array.of(1), 'nothing')).toEqual([404, 'NOT_FOUND']);
    // What was well signed is kept for a person, and the station is told so.
    expect([await count('event'), await count('incarnation'), await count('quarantine')]).toEqual([0, 0, 3]);
  });

  it.skipIf(!available)('answers any body with a known error, even well signed ones', async () => {
    await enrol();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('ask', 'batch', 'reference', 'enrol'),
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom<MessageKind | null>(null, 'BATCH', 'REFERENCE_ASK', 'ENROL'),
        async (path, bytes, kind) => {
          const answer = await post(path, kind === null ? bytes : seal(kind, bytes));
          const known: Record<string, number> = ERROR_STATUS;
          expect(answer.status).toBe(known[errorOf(answer).kind]);
          expect(answer.status).toBeLessThan(500);
        },
      ),
      { numRuns: 400 },
    );
    expect([await count('event'), await count('incarnation')]).toEqual([0, 0]);
  });

  it.skipIf(!available)(
    'takes facts that no person can mean, counts them nowhere and tells of them',
    async () => {
      await enrol();
      const redeemed = EVENTS.find((event) => event.type === 'REDEEMED');
      if (redeemed === undefined) throw new Error('none in the sample');
      const absurd = runOf([{ ...redeemed, totalPoints: Number.MAX_SAFE_INTEGER }, redeemed], AT);
      expect(ackOf((await send(absurd)).bytes).durableSeq).toBe(2);
      const total = await county.context.db.selectFrom('station_total').selectAll().executeTakeFirstOrThrow();
      expect(total).toMatchObject({ events: 2, points_spent: redeemed.totalPoints });
      const alerts = county.context.db
        .selectFrom('alert')
        .select(['kind', 'seq'])
        .where('kind', 'in', ['ACCOUNT', 'ABSURD_AMOUNT']);
      expect(await alerts.execute()).toEqual([
        // Nor can an account pay what it never had.
        { kind: 'ACCOUNT', seq: 2 },
        { kind: 'ABSURD_AMOUNT', seq: 1 },
      ]);
    },
  );

  it.skipIf(!available)('gives reference data to whoever can sign now, once for each version', async () => {
    await enrol();
    const { ticket } = ackOf((await ask()).bytes);
    const fetch = (haveVersion: number, by = ticket) =>
      post('reference', seal('REFERENCE_ASK', encodeReferenceAsk({ ticket: by, haveVersion })));
    const snapshot = decodeReference(open((await fetch(0)).bytes));
    if (!snapshot.ok) throw new Error(snapshot.error.detail);
    const { reference } = makeSampleVillage({ nowMs: Date.now() });
    expect(snapshot.value.volunteers).toEqual(reference.volunteers);
    expect(snapshot.value.version).toBe(1);
    expect((await fetch(1)).status).toBe(204);
    expect(errorOf(await fetch(0, new Uint8Array(16))).kind).toBe('TICKET_EXPIRED');
    expect(await putReference(county.context, reference)).toBe(1);
    expect(await putReference(county.context, { ...reference, teams: [] })).toBe(2);
    expect((await fetch(1)).status).toBe(200);
  });

  it.skipIf(!available)('tells a person of a second incarnation', async () => {
    await enrol();
    await ask();
    await ask('ffeeddccbbaa0099');
    expect(await county.context.db.selectFrom('alert').select('kind').execute()).toEqual([
      { kind: 'NEW_INCARNATION' },
    ]);
  });
});
