/**
 * TLS to the county, against real servers: what a station accepts is the pinned key or a certificate under the
 * pinned CA, and nothing is sent to anybody else.
 */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import * as https from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ownTls, readTls, type CountyTls } from '../../../../county/server/tls.ts';
import { countyAddress } from '../../../../electron/station/sync/address.ts';
import { httpTransport, type Transport } from '../../../../electron/station/sync/transport.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/tls');
const IN_2030_MS = Date.UTC(2030, 0, 1);
const LIMITS = { timeoutMs: 5_000, maxAnswerBytes: 1_000 };
const dir = mkdtempSync(join(tmpdir(), 'tls-'));
const random = (length: number): Uint8Array => new Uint8Array(length).fill(9);

function fixture(name: string, pinCa = false): CountyTls {
  const read = readTls(join(FIXTURES, `${name}.pem`), join(FIXTURES, 'county.key.pem'), pinCa);
  if (!read.ok) throw new Error(read.error.detail);
  return read.value;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of open.splice(0)) await end();
});
afterAll(() => rmSync(dir, { recursive: true }));

/** A server that answers every request with its body, and how many requests it saw. */
async function serve({ cert, key }: CountyTls, port = 0) {
  const server = https.createServer({ cert, key: key ?? '' }, (request, response) => {
    seen.requests += 1;
    request.pipe(response);
  });
  const seen = { requests: 0, port: 0 };
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  seen.port = (server.address() as AddressInfo).port;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise((done) => server.close(done));
  };
  open.push(close);
  return { seen, close };
}
function reach(port: number, pin: Uint8Array | null, nowMs = IN_2030_MS): Transport {
  const transport = httpTransport(`https://localhost:${port}/`, { pin: () => pin, nowMs: () => nowMs });
  open.push(() => {
    transport.close();
    return Promise.resolve();
  });
  return transport;
}
const post = (transport: Transport) => transport.post('v1/ask', Buffer.from('hello'), LIMITS);

describe('a pinned county', () => {
  it('is accepted by its own key, whatever the certificate says of names and dates', async () => {
    for (const name of ['county', 'expired', 'elsewhere']) {
      const tls = fixture(name);
      const { seen } = await serve(tls);
      const transport = reach(seen.port, tls.pin);
      for (let time = 0; time < 2; time++) {
        const answer = await post(transport);
        expect(answer).toMatchObject({ ok: true, value: { status: 200 } });
      }
      // The handshake too has gone over a line that is paid for by the byte.
      expect(transport.carried().received).toBeGreaterThan(1000);
    }
  });

  it('goes on unnoticed when it renews its certificate with the same key', async () => {
    const first = ownTls(dir, ['county.example'], IN_2030_MS, random);
    const renewed = ownTls(dir, ['county.example'], IN_2030_MS + 3600 * 86_400_000, random);
    expect(renewed.cert).not.toBe(first.cert);
    expect(ownTls(dir, ['county.example'], IN_2030_MS + 3600 * 86_400_000, random).cert).toBe(renewed.cert);
    const server = await serve(first);
    expect(await post(reach(server.seen.port, first.pin))).toMatchObject({ ok: true });
    await server.close();
    const again = await serve(renewed, server.seen.port);
    expect(await post(reach(server.seen.port, first.pin))).toMatchObject({ ok: true });
    expect(again.seen.requests).toBe(1);
  });

  it('is refused with another key, and then nothing was sent', async () => {
    const { seen } = await serve(fixture('county'));
    const other = ownTls(join(dir, 'other'), ['localhost'], IN_2030_MS, random);
    expect(await post(reach(seen.port, other.pin))).toEqual({
      ok: false,
      error: { kind: 'WRONG_CERTIFICATE' },
    });
    expect(seen.requests).toBe(0);
  });

  it('is accepted under a pinned CA, by name and date', async () => {
    const { pin } = fixture('county', true);
    const outcomes: Record<string, unknown> = {};
    for (const name of ['county', 'expired', 'elsewhere']) {
      const { seen } = await serve(fixture(name));
      const answer = await post(reach(seen.port, pin));
      outcomes[name] = answer.ok ? seen.requests : answer.error.kind;
    }
    expect(outcomes).toEqual({
      county: 1,
      expired: 'CERTIFICATE_DATE',
      elsewhere: 'WRONG_CERTIFICATE',
    });
    // A clock that has lost its battery is told from a wrong county.
    const { seen } = await serve(fixture('county'));
    expect(await post(reach(seen.port, pin, 0))).toMatchObject({ error: { kind: 'CERTIFICATE_DATE' } });
  });

  it('cannot be played by whoever puts the CA’s certificate beside a key of their own', async () => {
    const { pin } = fixture('county', true);
    const own = ownTls(join(dir, 'forger'), ['localhost'], IN_2030_MS, random);
    const ca = readFileSync(join(FIXTURES, 'ca.pem'), 'utf8');
    const { seen } = await serve({ ...own, cert: `${own.cert}${ca}` });
    expect(await post(reach(seen.port, pin))).toMatchObject({ error: { kind: 'WRONG_CERTIFICATE' } });
    expect(seen.requests).toBe(0);
  });

  it('that never answers the handshake, or hangs up, is given up like a line that is down', async () => {
    for (const answer of ['silence', 'end'] as const) {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        if (answer === 'end') socket.destroy();
        else socket.resume();
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const transport = reach(port, new Uint8Array(32));
      const began = performance.now();
      const outcome = await transport.post('v1/ask', Buffer.from('x'), { ...LIMITS, timeoutMs: 300 });
      expect(outcome).toEqual({ ok: false, error: { kind: 'UNREACHABLE' } });
      // By its own limit, and not by the two minutes that Node gives a handshake.
      expect(performance.now() - began).toBeLessThan(60_000);
      transport.close();
      await new Promise((done) => server.close(done));
    }
  });
});

describe('the county’s own certificate', () => {
  it('is one that others can read: names, addresses, key, signature', () => {
    const { cert } = ownTls(join(dir, 'own'), ['county.example', '10.1.2.3', 'fe80::1'], IN_2030_MS, random);
    const read = new X509Certificate(cert);
    expect(read.checkHost('county.example')).toBe('county.example');
    expect(read.checkIP('10.1.2.3')).toBe('10.1.2.3');
    expect(read.checkIP('fe80::1')).toBe('fe80::1');
    expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.ca).toBe(false);
    expect(read.validToDate.getUTCFullYear()).toBe(2039);
  });

  it('of an administrator is refused with another key, and with no CA where one is to be pinned', () => {
    const own = ownTls(join(dir, 'own'), ['county.example'], IN_2030_MS, random);
    const keyFile = join(dir, 'own', 'county-tls-key.pem');
    expect(own.pin).not.toEqual(fixture('county').pin);
    expect(readTls(join(FIXTURES, 'county.pem'), keyFile, false)).toMatchObject({
      error: { kind: 'BAD_TLS' },
    });
    const certFile = join(dir, 'own', 'county-tls-cert.pem');
    expect(readTls(certFile, keyFile, true)).toMatchObject({ error: { kind: 'BAD_TLS' } });
    expect(readTls(join(dir, 'nothing.pem'), undefined, false)).toMatchObject({ error: { kind: 'BAD_TLS' } });
    expect(readTls(certFile, undefined, false)).toMatchObject({ ok: true, value: { key: null } });
  });
});

describe('the address of a county', () => {
  it('is https, or plain http on this machine only', () => {
    const value = (text: string): string => {
      const read = countyAddress(text);
      return read.ok ? read.value : read.error.kind;
    };
    expect(value('county.example:7400')).toBe('https://county.example:7400/');
    expect(value(' HTTPS://County.Example ')).toBe('https://county.example/');
    expect(value('127.0.0.1:8080')).toBe('http://127.0.0.1:8080/');
    expect(value('http://localhost:1/a/')).toBe('http://localhost:1/a/');
    expect(value('http://[::1]:1')).toBe('http://[::1]:1/');
    expect(value('http://10.1.2.3')).toBe('PLAIN_HTTP');
    expect(value('http://127.0.0.1.example')).toBe('PLAIN_HTTP');
    for (const bad of [
      '',
      'ftp://a',
      'https://',
      'https://a b',
      'https://u:p@a',
      'https://a/?q',
      'https://a/#x',
    ])
      expect(value(bad)).toBe('NO_ADDRESS');
    const options = { pin: () => null, nowMs: () => 0 };
    expect(() => httpTransport('http://county.example', options)).toThrow('PLAIN_HTTP');
  });
});
