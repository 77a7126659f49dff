/**
 * How the county takes machines in: by a proof of the one-time code, once, with limited guesses; another machine in
 * the place of the first; and a stolen one shut out, while what it still sends is kept for a person to look at.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSampleVillage } from '../../../county/sample/village.ts';
import { hex, hmac, pairingKey } from '../../../county/server/codecs.ts';
import type { County } from '../../../county/server/county.ts';
import { declareLost } from '../../../county/server/lost.ts';
import { makeCode, revokeStation } from '../../../county/server/pairing.ts';
import { putReference } from '../../../county/server/reference.ts';
import { encodeBatch } from '../../../domain/wire/batch.ts';
import { openMessage, readEnvelope, sealMessage, type MessageKind } from '../../../domain/wire/envelope.ts';
import {
  decodeEnrolled,
  encodeAsk,
  encodeCountySays,
  encodeEnrol,
  type Enrolled,
} from '../../../domain/wire/messages.ts';
import {
  certificateBytes,
  countyProofBytes,
  decodePairingText,
  stationProofBytes,
} from '../../../domain/wire/pairing.ts';
import { WIRE } from '../../../domain/wire/version.ts';
import { emptyCounty, listeningCounty } from '../../harness/countyDatabase.ts';
import { makeKeys, runOf, sha256, unseal, villageEvents } from '../../harness/wire.ts';

const FAR = '10.1.2.3';
const INCARNATION = '00112233445566aa';
const NONCE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const PIN = new Uint8Array(32).fill(7);
const DAY_MS = 86_400_000;
const EVENTS = villageEvents(40, 5);

describe('machines of stations', () => {
  let county: County;
  let keys = makeKeys();
  let nowMs = Date.now();

  beforeAll(async () => {
    const tls = { cert: '', key: null, pin: PIN };
    ({ county } = await listeningCounty({ tls, publicUrl: 'https://county.example/', nowMs: () => nowMs }));
  });
  afterAll(() => county.close());
  beforeEach(async () => {
    nowMs = Date.now();
    await emptyCounty(county);
    await putReference(county.context, makeSampleVillage({ nowMs }).reference);
    keys = makeKeys();
  });

  async function post(path: string, kind: MessageKind, body: Uint8Array, signer = 1, from = FAR) {
    const prepared = { packed: false, stored: body };
    const answer = await county.app.inject({
      method: 'POST',
      url: `/v1/${path}`,
      payload: Buffer.from(sealMessage({ kind, nonce: NONCE, signer, body }, keys.seal, prepared)),
      headers: { 'content-type': 'application/octet-stream' },
      remoteAddress: from,
    });
    return { status: answer.statusCode, bytes: new Uint8Array(answer.rawPayload), text: answer.payload };
  }
  const kindOf = ({ text }: { text: string }) => (JSON.parse(text) as { error: { kind: string } }).error.kind;

  /** Enrols with a code as it was typed; `provedKey`: over another key than the one that is introduced. */
  async function enrol(code: string, stationId = 1, provedKey = keys.publicKey, from = FAR) {
    const at = { stationId, nonce: NONCE, publicKey: provedKey };
    const proof = code === '' ? null : hmac(await pairingKey(stationId, code), stationProofBytes(at));
    const body = encodeEnrol({
      publicKey: keys.publicKey,
      proof,
      replyKey: new Uint8Array(32),
      appVersion: 't',
    });
    return post('enrol', 'ENROL', body, stationId, from);
  }
  function enrolledOf(bytes: Uint8Array): Enrolled {
    const sealed = readEnvelope(bytes, 4096);
    if (!sealed.ok) throw new Error(Buffer.from(bytes).toString());
    const opened = openMessage(sealed.value, county.context.keys.publicKey, 4096, unseal);
    const enrolled = decodeEnrolled(opened.ok ? opened.value.body : new Uint8Array());
    if (!enrolled.ok) throw new Error(enrolled.error.kind);
    return enrolled.value;
  }
  async function codeFor(stationId = 1, replaces = false): Promise<string> {
    const made = await makeCode(county.context, stationId, { replaces });
    if (!made.ok) throw new Error(made.error.kind);
    return made.value.code;
  }
  const ask = () =>
    post(
      'ask',
      'ASK',
      encodeAsk({
        incarnation: INCARNATION,
        running: INCARNATION,
        recorded: 0,
        referenceVersion: 0,
        wallMs: nowMs,
        appVersion: 't',
        wire: WIRE,
        revocationNumber: 0,
      }),
    );
  const send = () =>
    post('batch', 'BATCH', encodeBatch(runOf(EVENTS, { stationId: 1, incarnation: INCARNATION })));
  const rows = async (table: 'event' | 'quarantine') =>
    (await county.context.db.selectFrom(table).select('station_id').execute()).length;

  it('puts all that a station must be told into one text', async () => {
    const made = await makeCode(county.context, 1, { replaces: false });
    if (!made.ok) throw new Error(made.error.kind);
    const { text, code } = made.value;
    expect(text).toMatch(/^[A-Z2-7]+[A-Z0-9]*$/);
    expect(decodePairingText(text, sha256)).toEqual({
      ok: true,
      value: { stationId: 1, code: code.replace('-', ''), pin: PIN, url: 'https://county.example/' },
    });
    expect(
      decodePairingText(`${text.slice(0, 40)}${text[40] === 'A' ? 'B' : 'A'}${text.slice(41)}`, sha256),
    ).toEqual({ ok: false, error: { kind: 'DAMAGED' } });
    expect(decodePairingText('VC1ABC', sha256)).toEqual({ ok: false, error: { kind: 'NOT_PAIRING' } });
    expect(await makeCode(county.context, 99, { replaces: false })).toMatchObject({
      error: { kind: 'UNKNOWN_STATION' },
    });
  });

  it('takes a machine in by a proof of the code, proves it in turn, and certifies the key', async () => {
    expect(kindOf(await enrol(''))).toBe('CODE_NEEDED');
    const code = await codeFor();
    const answer = await enrol(code.toLowerCase().replace('-', ' '));
    const enrolled = enrolledOf(answer.bytes);
    expect(enrolled).toMatchObject({ stationId: 1, enrolledMs: nowMs, epoch: county.context.epoch });
    expect(enrolled.tlsPin).toEqual(Buffer.from(PIN));
    const { publicKey: stationKey } = keys;
    const said = encodeCountySays(enrolled);
    const expected = hmac(await pairingKey(1, code), countyProofBytes({ nonce: NONCE, stationKey, said }));
    expect(enrolled.proof).toEqual(expected);
    const certified = certificateBytes({ ...enrolled, publicKey: stationKey });
    expect(unseal.verify(county.context.keys.publicKey, certified, enrolled.certificate)).toBe(true);
    // The answer was lost: the same key may ask again with the same code, also days later, or without any.
    nowMs += 30 * DAY_MS;
    expect(enrolledOf((await enrol(code)).bytes)).toMatchObject({ enrolledMs: nowMs - 30 * DAY_MS });
    expect(enrolledOf((await enrol('')).bytes).proof).toBeNull();
    keys = makeKeys();
    expect(kindOf(await enrol(code))).toBe('CODE_USED');
  });

  it('lets nobody put in a key of their own under a proof that they overheard', async () => {
    const code = await codeFor();
    const overheard = keys.publicKey;
    keys = makeKeys();
    expect(kindOf(await enrol(code, 1, overheard))).toBe('CODE_REFUSED');
    expect((await enrol(code)).status).toBe(200);
  });

  it('tells an old code from a wrong one, and stops guessing for an hour', async () => {
    const code = await codeFor();
    nowMs += 8 * DAY_MS;
    expect(kindOf(await enrol(code))).toBe('CODE_EXPIRED');
    for (let tries = 0; tries < 10; tries++) expect(kindOf(await enrol('WRONG-WRONG'))).toBe('CODE_REFUSED');
    const good = await codeFor();
    expect(kindOf(await enrol(good))).toBe('TOO_MANY_CODES');
    // Not so from elsewhere: a stranger keeps nobody from pairing.
    expect((await enrol(good, 1, keys.publicKey, '10.1.2.4')).status).toBe(200);
    nowMs += 3_600_000;
    expect((await enrol(good)).status).toBe(200);
  });

  it('puts another machine in the place of the first, which is shut out in the same moment', async () => {
    await enrol(await codeFor());
    expect((await send()).status).toBe(200);
    expect(await makeCode(county.context, 1, { replaces: false })).toMatchObject({
      error: { kind: 'HAS_MACHINE' },
    });
    const code = await codeFor(1, true);
    const first = keys;
    expect((await ask()).status).toBe(200);
    keys = makeKeys();
    expect((await enrol(code)).status).toBe(200);
    expect((await ask()).status).toBe(200);
    keys = first;
    expect(kindOf(await ask())).toBe('REVOKED');
    expect(kindOf(await enrol(''))).toBe('REVOKED');
    expect(await rows('event')).toBe(EVENTS.length);
  });

  it('lets a known machine take the place of the other by a code for that, once', async () => {
    await enrol(await codeFor());
    const first = keys;
    keys = makeKeys();
    await county.context.db
      .insertInto('station_key')
      .values({ station_id: 1, public_key: hex(keys.publicKey), enrolled_ms: 1, revoked_ms: null })
      .execute();
    const second = keys;
    expect((await enrol(await codeFor(1, true))).status).toBe(200);
    expect((await ask()).status).toBe(200);
    keys = first;
    expect(kindOf(await ask())).toBe('REVOKED');
    keys = second;
    expect((await ask()).status).toBe(200);
  });

  it('shuts a stolen machine out, and keeps what it still sends for review, out of the accounts', async () => {
    await enrol(await codeFor());
    const open = await codeFor(1, true);
    expect(await revokeStation(county.context, 1)).toEqual({ ok: true, value: 1 });
    for (let time = 0; time < 2; time++) expect(kindOf(await send())).toBe('REVOKED');
    expect(await rows('event')).toBe(0);
    expect(await rows('quarantine')).toBe(1);
    expect(await county.context.db.selectFrom('alert').select('kind').execute()).toEqual([
      { kind: 'REVOKED_SPOKE' },
    ]);
    // A code that was lying about ended with it; a new one needs no replacing any more.
    keys = makeKeys();
    expect(kindOf(await enrol(open))).toBe('CODE_EXPIRED');
    expect((await enrol(await codeFor())).status).toBe(200);
    expect(await revokeStation(county.context, 99)).toMatchObject({ error: { kind: 'UNKNOWN_STATION' } });
  });

  it('takes no machine in for a station that was declared lost, by no code that was lying about either', async () => {
    await enrol(await codeFor());
    const open = await codeFor(1, true);
    const other = makeSampleVillage({ nowMs }).reference;
    await putReference(county.context, { ...other, station: { ...other.station, id: 2 }, grants: [] });
    const act = { stationId: 1, elseTo: 2, by: '县管理员', reason: '火灾' };
    expect(await declareLost(county.context, act)).toMatchObject({ ok: true });
    expect(kindOf(await ask())).toBe('REVOKED');
    keys = makeKeys();
    expect(kindOf(await enrol(open))).toBe('CODE_EXPIRED');
    for (const replaces of [false, true])
      expect(await makeCode(county.context, 1, { replaces })).toMatchObject({
        error: { kind: 'LOST_STATION' },
      });
  });

  it('does this for its page, too, to whoever shows the token', async () => {
    const act = (path: string, token: string) =>
      county.app.inject({
        method: 'POST',
        url: `/admin/${path}`,
        headers: { authorization: `Bearer ${token}` },
      });
    expect((await act('codes/1', 'x')).statusCode).toBe(404);
    const { adminToken } = county;
    const code = (await act('codes/1', adminToken)).json<{ code: string; svg: string }>();
    expect(code.svg).toContain('<svg');
    expect((await enrol(code.code)).status).toBe(200);
    expect((await act('codes/1', adminToken)).json()).toEqual({ error: { kind: 'HAS_MACHINE' } });
    expect((await act('replace/1', adminToken)).statusCode).toBe(200);
    expect((await act('revoke/1', adminToken)).json()).toEqual({ revoked: 1 });
    expect((await act('revoke/1', adminToken)).json()).toEqual({ error: { kind: 'NO_MACHINE' } });
    expect((await act('codes/x', adminToken)).statusCode).toBe(404);
  });
});
