/** A station lost its disk and begins anew: what the county holds of its past comes back, and of copies one works. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSampleVillage } from '../../../county/sample/village.ts';
import type { County } from '../../../county/server/county.ts';
import { putReference } from '../../../county/server/reference.ts';
import { returnedBody } from '../../../county/server/returns.ts';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { decodeBatch, encodeBatch } from '../../../domain/wire/batch.ts';
import { openMessage, readEnvelope, sealMessage, type MessageKind } from '../../../domain/wire/envelope.ts';
import { MAX_BATCH_BODY_BYTES, MAX_BATCH_ENVELOPE_BYTES } from '../../../domain/wire/limits.ts';
import {
  decodeAcknowledgement,
  encodeAsk,
  encodeEnrol,
  encodeReturnAsk,
  type Held,
} from '../../../domain/wire/messages.ts';
import { emptyCounty, listeningCounty } from '../../harness/countyDatabase.ts';
import { WIRE } from '../../../domain/wire/version.ts';
import { makeKeys, runOf, sha256, unseal, villageEvents } from '../../harness/wire.ts';

const A = '00000000000000aa';
const B = '00000000000000bb';
const C = '00000000000000cc';
const NONCE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
/** Decided by the rules that are built in: those of the sample are another version. */
const EVENTS = villageEvents(700, 3).map((event) => ({ ...event, rulesVersion: 0 }));

describe('what a county gives back', () => {
  let county: County;
  let keys = makeKeys();

  beforeAll(async () => {
    ({ county } = await listeningCounty());
  });
  afterAll(() => county.close());
  beforeEach(async () => {
    await emptyCounty(county);
    await putReference(county.context, makeSampleVillage({ nowMs: Date.now() }).reference);
    keys = makeKeys();
    const enrol = { publicKey: keys.publicKey, proof: null, replyKey: new Uint8Array(32), appVersion: 't' };
    expect((await post('enrol', 'ENROL', encodeEnrol(enrol))).status).toBe(200);
  });

  async function post(path: string, kind: MessageKind, body: Uint8Array) {
    const prepared = { packed: false, stored: body };
    const payload = sealMessage({ kind, nonce: NONCE, signer: 1, body }, keys.seal, prepared);
    const answer = await county.app.inject({
      method: 'POST',
      url: `/v1/${path}`,
      payload: Buffer.from(payload),
      headers: { 'content-type': 'application/octet-stream' },
      remoteAddress: '127.0.0.1',
    });
    return { status: answer.statusCode, bytes: new Uint8Array(answer.rawPayload), text: answer.payload };
  }
  function open(bytes: Uint8Array, kind: MessageKind): Uint8Array {
    const sealed = readEnvelope(bytes, MAX_BATCH_ENVELOPE_BYTES);
    if (!sealed.ok) throw new Error(Buffer.from(bytes).toString());
    expect(sealed.value.kind).toBe(kind);
    const opened = openMessage(sealed.value, county.context.keys.publicKey, MAX_BATCH_BODY_BYTES, unseal);
    if (!opened.ok) throw new Error(opened.error.kind);
    expect([...opened.value.nonce]).toEqual([...NONCE]);
    return opened.value.body;
  }
  async function ask(incarnation: string, running = incarnation) {
    const body = encodeAsk({
      incarnation,
      running,
      recorded: 1,
      referenceVersion: 0,
      wallMs: Date.now(),
      appVersion: 't',
      wire: WIRE,
      revocationNumber: 0,
    });
    const ack = decodeAcknowledgement(open((await post('ask', 'ASK', body)).bytes, 'ACKNOWLEDGEMENT'));
    if (!ack.ok) throw new Error(ack.error.kind);
    return ack.value;
  }
  async function send(incarnation: string, events: readonly JournalEvent[]) {
    for (let from = 0; from < events.length; from += 500) {
      const at = { stationId: 1, incarnation };
      const previousHash = runOf(events.slice(0, from), at).headHash;
      const run = runOf(events.slice(from, from + 500), { ...at, firstSeq: from + 1, previousHash });
      expect((await post('batch', 'BATCH', encodeBatch(run))).status).toBe(200);
    }
  }
  /** All that comes back to a station that records in `running`, incarnation by incarnation. */
  async function fetchAll(running: string, before: readonly Held[]) {
    const held = new Map(before.map(({ incarnation, seq }) => [incarnation, seq]));
    const got: { readonly incarnation: string; readonly texts: string[] }[] = [];
    for (;;) {
      const { ticket } = await ask(running);
      const list = [...held].map(([incarnation, seq]) => ({ incarnation, seq }));
      const answer = await post('return', 'RETURN_ASK', encodeReturnAsk({ ticket, running, held: list }));
      const body = open(answer.bytes, 'RETURNED');
      if (body.length === 0) return got;
      const run = decodeBatch(body, sha256);
      if (!run.ok) throw new Error(run.error.kind);
      const { incarnation, firstSeq, events, texts } = run.value;
      expect(firstSeq).toBe((held.get(incarnation) ?? 0) + 1);
      held.set(incarnation, firstSeq + events.length - 1);
      const last = got.at(-1);
      if (last?.incarnation === incarnation) last.texts.push(...texts);
      else got.push({ incarnation, texts: [...texts] });
    }
  }
  const textsOf = async (incarnation: string, after: number) => {
    const { rows } = await sql<{ body: string }>`SELECT body FROM event
      WHERE incarnation = ${incarnation} AND seq > ${after} ORDER BY seq`.execute(county.context.db);
    return rows.map(({ body }) => body);
  };

  it('gives every event back after those that came through, in batches, and then says that it was all', async () => {
    await ask(A);
    await send(A, EVENTS);
    expect(await ask(B)).toMatchObject({ superseded: false, others: EVENTS.length });
    expect(await fetchAll(B, [{ incarnation: A, seq: 40 }])).toEqual([
      { incarnation: A, texts: await textsOf(A, 40) },
    ]);
    expect(await fetchAll(B, [{ incarnation: A, seq: EVENTS.length }])).toEqual([]);
  });

  it('knows incarnations that the backup never saw, in the order in which they came, and not the running one', async () => {
    for (const [incarnation, count] of [
      [C, 20],
      [A, 10],
      [B, 5],
    ] as const) {
      await ask(incarnation);
      await send(incarnation, EVENTS.slice(0, count));
    }
    expect((await ask(B)).others).toBe(30);
    const got = await fetchAll(B, []);
    expect(got.map(({ incarnation, texts }) => [incarnation, texts.length])).toEqual([
      [C, 20],
      [A, 10],
    ]);
    // The stick takes the same bytes without an ask by line.
    const { body } = await returnedBody(county.context, 1, {
      running: B,
      held: [{ incarnation: C, seq: 20 }],
    });
    expect(decodeBatch(body, sha256)).toMatchObject({ value: { incarnation: A, firstSeq: 1 } });
  });

  it('gives nothing for a ticket of another time, nor what another station sent', async () => {
    await ask(A);
    await send(A, EVENTS.slice(0, 10));
    const ticket = new Uint8Array(16);
    const answer = await post('return', 'RETURN_ASK', encodeReturnAsk({ ticket, running: B, held: [] }));
    expect({ status: answer.status, text: answer.text }).toMatchObject({
      status: 401,
      text: expect.stringContaining('TICKET_EXPIRED') as string,
    });
    const { body } = await returnedBody(county.context, 2, { running: B, held: [] });
    expect(body.length).toBe(0);
  });

  it('tells a person of a clock that was found wrong, and counts what was recorded by it', async () => {
    await ask(A);
    const [first] = EVENTS;
    if (first === undefined) throw new Error('no events');
    const { atMs, boot, monoMs, trust, rulesVersion, actorId } = first;
    const header = { seq: 11, atMs, boot, monoMs, trust, rulesVersion, actorId };
    const found = { type: 'CLOCK_FOUND_WRONG', fromSeq: 3, toSeq: 10, offByMs: 86_400_000 } as const;
    await send(A, [...EVENTS.slice(0, 10), { ...header, ...found }]);
    expect(
      await county.context.db
        .selectFrom('alert')
        .select(['kind', 'seq'])
        .where('kind', '=', 'CLOCK')
        .execute(),
    ).toEqual([{ kind: 'CLOCK', seq: 11 }]);
  });

  it('tells the older of two that it is superseded, a person once, and takes what it records all the same', async () => {
    const alerts = async () =>
      (
        await sql<{
          kind: string;
          incarnation: string;
        }>`SELECT kind, incarnation FROM alert ORDER BY alert_id`.execute(county.context.db)
      ).rows;
    expect(await ask(A)).toMatchObject({ superseded: false, others: 0 });
    await send(A, EVENTS.slice(0, 10));
    // The tail of an older journal is sent by the one at work: that puts nobody else to work.
    await ask(A, B);
    expect((await ask(A)).superseded).toBe(false);
    expect((await ask(B)).superseded).toBe(false);
    expect((await ask(A, B)).superseded).toBe(true);
    expect(await alerts()).toEqual([{ kind: 'NEW_INCARNATION', incarnation: B }]);
    expect((await ask(A)).superseded).toBe(true);
    await ask(A);
    expect(await alerts()).toEqual([
      { kind: 'NEW_INCARNATION', incarnation: B },
      { kind: 'SUPERSEDED', incarnation: A },
    ]);
    await send(A, EVENTS.slice(0, 20));
    expect(await ask(B)).toMatchObject({ superseded: false, others: 20 });
    // Begun anew, the old machine is the one at work.
    expect((await ask(C)).superseded).toBe(false);
    expect((await ask(B)).superseded).toBe(true);
  });
});
