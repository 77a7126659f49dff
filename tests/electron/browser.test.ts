import { request } from 'node:http';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import {
  MAX_CALLS_UNDER_WAY,
  MAX_MESSAGE_BYTES,
  startBrowserShell,
  SUBPROTOCOL,
  type BrowserShell,
} from '../../electron/browser.ts';
import type { Pushed, Station } from '../../electron/station/types.ts';

const TOKEN = 'a-token-of-thirty-two-characters-or-more';
const silent = { warn: () => undefined, error: () => undefined };

let dir: string;
let shell: BrowserShell;
let calls: unknown[][];
let listeners: Set<(pushed: Pushed) => void>;
/** What a call waits for before it is answered. */
let gate: Promise<void>;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'browser-shell-'));
  await mkdir(join(dir, 'renderer', 'assets'), { recursive: true });
  await writeFile(join(dir, 'renderer', 'index.html'), '<!doctype html>home');
  await writeFile(join(dir, 'renderer', 'assets', 'index-abc.js'), '1');
  await writeFile(join(dir, 'secret.json'), '{"pin":1}');
  await symlink(join(dir, 'secret.json'), join(dir, 'renderer', 'link.json'));
  calls = [];
  listeners = new Set();
  gate = Promise.resolve();
  const station: Station = {
    call: async (method, input) => {
      calls.push([method, input]);
      await gate;
      return { ok: true, value: { echoed: input } };
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => Promise.resolve(),
  };
  shell = await startBrowserShell({
    station,
    rendererDir: join(dir, 'renderer'),
    port: 0,
    token: TOKEN,
    log: silent,
  });
});
afterEach(async () => {
  await shell.close();
  await rm(dir, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}
/** Plain node:http, because fetch would tidy the path and forbid the Host header. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((done, reject) => {
    const sent = request({ host: '127.0.0.1', port: shell.port, path, headers, method }, (response) => {
      let body = '';
      response.on('data', (piece: Buffer) => (body += piece.toString()));
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

interface Client {
  readonly socket: WebSocket;
  readonly next: () => Promise<unknown>;
}
function connect(
  protocols: string[] = [SUBPROTOCOL, TOKEN],
  options: ClientOptions = {},
  path = '/ws',
): Promise<Client> {
  return new Promise((done, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${shell.port}${path}`, protocols, options);
    const arrived: unknown[] = [];
    const waiting: ((message: unknown) => void)[] = [];
    socket.on('message', (data: Buffer) => {
      const message: unknown = JSON.parse(data.toString());
      const wait = waiting.shift();
      if (wait === undefined) arrived.push(message);
      else wait(message);
    });
    const next = () =>
      new Promise<unknown>((got) => {
        if (arrived.length > 0) got(arrived.shift());
        else waiting.push(got);
      });
    socket.on('open', () => done({ socket, next }));
    socket.on('unexpected-response', (_request, response) =>
      reject(new Error(`refused ${response.statusCode ?? 0}`)),
    );
    socket.on('error', reject);
  });
}

test('serves the page with a strict policy', async () => {
  const home = await get('/');
  expect(home.status).toBe(200);
  expect(home.body).toContain('home');
  expect(home.headers['cache-control']).toBe('no-store');
  const policy = String(home.headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${shell.port}`);
  expect(policy).not.toContain('unsafe');
  expect(home.headers['x-content-type-options']).toBe('nosniff');
  expect((await get('/assets/index-abc.js')).headers['cache-control']).toContain('immutable');
});

test.each([
  '/../secret.json',
  '/%2e%2e/secret.json',
  '/..%2fsecret.json',
  '/assets/..%2f..%2fsecret.json',
  '/..%5csecret.json',
  '/link.json',
  '/%00',
  '/%',
  '/assets',
  '/missing.js',
  '//secret.json',
])('gives nothing out of the folder: %s', async (path) => {
  const answer = await get(path);
  expect(answer.status).toBe(404);
  expect(answer.body).not.toContain('pin');
});

test('answers only under its own name, and only reading', async () => {
  expect((await get('/', { host: `evil.example:${shell.port}` })).status).toBe(421);
  expect((await get('/', {}, 'POST')).status).toBe(405);
});

test('carries calls and pushes', async () => {
  const { socket, next } = await connect();
  expect(socket.protocol).toBe(SUBPROTOCOL);
  socket.send(JSON.stringify({ id: 7, method: 'getHome', input: { a: 1 } }));
  expect(await next()).toEqual({ id: 7, result: { ok: true, value: { echoed: { a: 1 } } } });
  expect(calls).toEqual([['getHome', { a: 1 }]]);
  const pushed: Pushed = { event: 'changed', data: { what: ['HOME'] } };
  for (const listener of listeners) listener(pushed);
  expect(await next()).toEqual(pushed);
});

test('more calls than the station works on at once wait their turn, and none is refused', async () => {
  const { socket, next } = await connect();
  let open: () => void = () => undefined;
  gate = new Promise((done) => (open = done));
  const ids = Array.from({ length: 20 * MAX_CALLS_UNDER_WAY }, (_, at) => at);
  for (const id of ids) socket.send(JSON.stringify({ id, method: 'sign', input: { id } }));
  await expect.poll(() => calls.length).toBe(MAX_CALLS_UNDER_WAY);
  // Another client is not kept waiting by this one.
  const other = await connect();
  other.socket.send('{"id":1,"method":"getHome","input":{}}');
  await expect.poll(() => calls.length).toBe(MAX_CALLS_UNDER_WAY + 1);
  open();
  for (const id of ids) expect(await next()).toEqual({ id, result: { ok: true, value: { echoed: { id } } } });
});

test('the same token admits the page again after a drop', async () => {
  const first = await connect();
  first.socket.terminate();
  const second = await connect([SUBPROTOCOL, TOKEN], { origin: `http://127.0.0.1:${shell.port}` });
  second.socket.send('{"id":"x","method":"getHome"}');
  expect(await second.next()).toMatchObject({ id: 'x' });
});

test.each([
  ['no token', [SUBPROTOCOL], {}, '/ws', 401],
  ['a wrong token', [SUBPROTOCOL, `${TOKEN}x`], {}, '/ws', 401],
  ['only the token', [TOKEN], {}, '/ws', 401],
  ['a page from elsewhere', [SUBPROTOCOL, TOKEN], { origin: 'https://evil.example' }, '/ws', 403],
  ['a page without an origin', [SUBPROTOCOL, TOKEN], { origin: 'null' }, '/ws', 403],
  ['another name', [SUBPROTOCOL, TOKEN], { headers: { host: 'evil.example' } }, '/ws', 421],
  ['another path', [SUBPROTOCOL, TOKEN], {}, '/socket', 404],
] as const)('refuses %s', async (_name, protocols, options, path, status) => {
  await expect(connect([...protocols], options, path)).rejects.toThrow(`refused ${status}`);
  expect(listeners.size).toBe(0);
});

test('a message that is no request is answered, and the connection stays', async () => {
  const { socket, next } = await connect();
  const bad = ['', '{', 'null', '[]', '1', '"x"', '{}', '{"id":{}}', `{"id":"${'y'.repeat(65)}"}`];
  for (const text of bad) {
    socket.send(text);
    expect(await next()).toEqual({
      id: null,
      result: { ok: false, error: { kind: 'BAD_REQUEST', detail: 'not a request' } },
    });
  }
  socket.send(Buffer.from([1, 2, 3]), { binary: true });
  expect(await next()).toMatchObject({ id: null });
  expect(calls).toEqual([]);
  socket.send('{"id":1,"method":"getHome","input":{}}');
  expect(await next()).toMatchObject({ id: 1 });
});

test('a message over the limit ends that connection and no other', async () => {
  const good = await connect();
  const { socket } = await connect();
  const closed = new Promise<number>((done) => socket.on('close', done));
  socket.send('x'.repeat(MAX_MESSAGE_BYTES + 1));
  expect(await closed).toBe(1009);
  good.socket.send('{"id":1,"method":"getHome","input":{}}');
  expect(await good.next()).toMatchObject({ id: 1 });
});

test('a client that has gone hears nothing more', async () => {
  const { socket } = await connect();
  expect(listeners.size).toBe(1);
  const closed = new Promise((done) => socket.on('close', done));
  socket.close();
  await closed;
  await expect.poll(() => listeners.size).toBe(0);
});
