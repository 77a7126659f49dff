/**
 * How a station is brought in over a line that is not to be trusted: a real county by https, and what stands between
 * them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import * as https from 'node:https';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { County } from '../../../../county/server/county.ts';
import { makeCode, type StationCode } from '../../../../county/server/pairing.ts';
import { ownTls, type CountyTls } from '../../../../county/server/tls.ts';
import { readEnvelope, sealMessage } from '../../../../domain/wire/envelope.ts';
import { MAX_REQUEST_BYTES } from '../../../../domain/wire/limits.ts';
import { encodeEnrolled } from '../../../../domain/wire/messages.ts';
import { certificateBytes, decodePairingText } from '../../../../domain/wire/pairing.ts';
import { sha256, unseal } from '../../../../electron/station/sync/codecs.ts';
import { enrolByLine } from '../../../../electron/station/sync/enrol.ts';
import { openKeyFolder, type KeyFolder } from '../../../../electron/station/sync/keyFolder.ts';
import { httpTransport } from '../../../../electron/station/sync/transport.ts';
import { listeningCounty } from '../../../harness/countyDatabase.ts';
import { makeKeys } from '../../../harness/wire.ts';

const random = (length: number): Uint8Array => randomBytes(length);

describe('being brought in by https', () => {
  const dir = mkdtempSync(join(tmpdir(), 'enrol-'));
  const tls = ownTls(join(dir, 'county'), ['127.0.0.1'], Date.now(), random);
  let county: County;
  let url = '';
  let keys: KeyFolder;
  let folders = 0;

  beforeAll(async () => {
    ({ county, url } = await listeningCounty({ tls }));
  });
  afterAll(async () => {
    await county.close();
    rmSync(dir, { recursive: true });
  });
  beforeEach(async () => {
    await sql`TRUNCATE station_key, enrolment_code, enrolment_failure`.execute(county.context.db);
    folders += 1;
    keys = openKeyFolder(join(dir, `station-${folders}`));
  });

  async function codeFor(): Promise<StationCode> {
    const made = await makeCode(county.context, 1, { replaces: false });
    if (!made.ok) throw new Error(made.error.kind);
    return made.value;
  }
  async function enrol(address: string, code: string, pin: Uint8Array | null = null) {
    const transport = httpTransport(address, { pin: () => pin ?? keys.tlsPin(), nowMs: Date.now });
    const outcome = await enrolByLine(
      transport,
      keys,
      { stationId: 1, code, appVersion: 't', version: 1 },
      random,
    );
    transport.close();
    return outcome;
  }
  async function serve(own: CountyTls, answer: (asked: Buffer) => Promise<Uint8Array> | Uint8Array) {
    const server = https.createServer({ cert: own.cert, key: own.key ?? '' }, (request, response) => {
      void buffer(request).then(async (asked) => response.end(await answer(asked)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      close: () => server.close().closeAllConnections(),
    };
  }

  it('by the QR code: the certificate is known beforehand, the rest is pinned', async () => {
    const { text } = await codeFor();
    const pairing = decodePairingText(text, sha256);
    if (!pairing.ok) throw new Error(pairing.error.kind);
    expect(pairing.value.url).toBe(url);
    const enrolled = await enrol(pairing.value.url, pairing.value.code, pairing.value.pin);
    expect(enrolled).toMatchObject({ ok: true, value: { stationId: 1 } });
    const again = openKeyFolder(join(dir, `station-${folders}`));
    const { publicKey, box } = county.context.keys;
    expect(again.countyKey()).toEqual(new Uint8Array(publicKey));
    expect(again.boxKey()).toEqual(new Uint8Array(box.publicKey));
    expect(again.tlsPin()).toEqual(new Uint8Array(tls.pin));
    const certificate = again.certificate();
    if (certificate === null) throw new Error('no certificate');
    const certified = certificateBytes({ ...certificate, publicKey: again.publicKey });
    expect(unseal.verify(publicKey, certified, certificate.signature)).toBe(true);
  });

  it('by hand: the certificate is judged by what the county proves to be its own', async () => {
    const { code } = await codeFor();
    expect(await enrol(url, code)).toMatchObject({ ok: true });
    expect(keys.tlsPin()).toEqual(new Uint8Array(tls.pin));
    // From now on it needs no code: the county is known.
    expect(await enrol(url, '')).toMatchObject({ ok: true });
  });

  it('never without a code to a county that is not known yet', async () => {
    expect(await enrol(url, '')).toEqual({ ok: false, error: { kind: 'REFUSED', reason: 'CODE_NEEDED' } });
    const { code } = await codeFor();
    await enrol(url, code);
    expect(await enrol(url, 'WRONG-WRONG')).toMatchObject({ error: { reason: 'CODE_REFUSED' } });
  });

  it('not through somebody in between, even if they pass on everything as it is', async () => {
    const { code, text } = await codeFor();
    const pairing = decodePairingText(text, sha256);
    // It passes on every byte between two lines of its own.
    const own = ownTls(join(dir, 'between'), ['127.0.0.1'], Date.now(), random);
    const onwards = httpTransport(url, { pin: () => tls.pin, nowMs: Date.now });
    const middle = await serve(own, async (asked) => {
      const answer = await onwards.post('v1/enrol', asked, { timeoutMs: 5_000, maxAnswerBytes: 9_000 });
      return answer.ok ? answer.value.body : new Uint8Array();
    });
    expect(await enrol(middle.url, code)).toMatchObject({ error: { reason: 'WRONG_CERTIFICATE' } });
    expect(await enrol(middle.url, code, pairing.ok ? pairing.value.pin : null)).toMatchObject({
      error: { reason: 'WRONG_CERTIFICATE' },
    });
    middle.close();
    onwards.close();
    expect(keys.countyKey()).toBeNull();
    // The code went through to the right county: the station may prove it once more, by the right address.
    expect(await enrol(url, code)).toMatchObject({ ok: true });
  });

  it('not by a county that does not know the code, whatever it says', async () => {
    const liarKeys = makeKeys();
    const own = ownTls(join(dir, 'liar'), ['127.0.0.1'], Date.now(), random);
    const liar = await serve(own, (asked) => {
      const request = readEnvelope(asked, MAX_REQUEST_BYTES);
      if (!request.ok) throw new Error(request.error.kind);
      const { nonce, version } = request.value;
      const certified = { stationId: 1, publicKey: keys.publicKey, enrolledMs: 1, epoch: '00'.repeat(8) };
      const certificate = liarKeys.seal.sign(certificateBytes(certified));
      const says = {
        ...certified,
        publicKey: liarKeys.publicKey,
        boxKey: random(32),
        certificate,
        tlsPin: own.pin,
      };
      const body = encodeEnrolled(says, guess);
      return sealMessage({ kind: 'ENROLLED', nonce, signer: 0, body }, liarKeys.seal, undefined, version);
    });
    let guess: Uint8Array | null = random(32);
    const refusal = { error: { reason: 'NOT_FROM_OUR_COUNTY' } };
    expect(await enrol(liar.url, 'ABCDE-FGHJK')).toMatchObject(refusal);
    guess = null;
    expect(await enrol(liar.url, 'ABCDE-FGHJK')).toMatchObject(refusal);
    liar.close();
    expect(keys.countyKey()).toBeNull();
  });
});
