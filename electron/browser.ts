/**
 * The Chromium shell: the built renderer and the contract on 127.0.0.1, for `chromium --kiosk --app=…` or for a
 * program that drives the station from outside.
 *
 * Over /ws, text messages of JSON: requests { id, method, input } are answered { id, result }, pushes are
 * { event, data }. A client offers the subprotocols `village-station.1` and the token. The token is made anew at
 * each start and is never used again; within that start it admits the page after a reload or a dropped
 * connection too. A browser's page must come from this very server (Origin), and every request must name it
 * (Host), so that no page from elsewhere can reach the station by a name that resolves to 127.0.0.1.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Log } from './station/dispatch.ts';
import type { Station } from './station/types.ts';
import { readStaticFile, securityHeaders } from './shell/staticFiles.ts';

export const SUBPROTOCOL = 'village-station.1';
/** The longest message a client may send; the longest one of the contract is a tenth of it. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/**
 * Calls of one client that the station works on at once. Whatever comes on top waits its turn and is refused by
 * nobody: sixty cards held up one after the other in rapid mode are sixty check-ins, and as many looks at what
 * they changed. While calls wait nothing more is read from that client, so they are no more than one piece of
 * what the network delivered.
 */
export const MAX_CALLS_UNDER_WAY = 64;
/** A client that reads nothing is let go when this much waits for it. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const MAX_CLIENTS = 16;

export interface BrowserShellOptions {
  readonly station: Station;
  /** Folder of the built renderer. */
  readonly rendererDir: string;
  /** 0: any free port. */
  readonly port: number;
  /** Text of at least 32 characters out of A-Z a-z 0-9 _ -, made for this start. */
  readonly token: string;
  readonly log: Log;
}
export interface BrowserShell {
  readonly port: number;
  /** Where the page is, without the token. */
  readonly address: string;
  /** Lets clients go and stops listening; the station stays open. */
  readonly close: () => Promise<void>;
}

const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();

/** Compares without telling by its duration how much was right. */
function sameToken(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

/** Starts to listen. Rejects if the port is taken or not allowed. */
export async function startBrowserShell(options: BrowserShellOptions): Promise<BrowserShell> {
  const server = createServer();
  // `ws` answers a message over the limit by closing with 1009, before anything of it is kept.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const port = await listen(server, options.port);
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  const origins = new Set([...hosts].map((host) => `http://${host}`));
  const headers = securityHeaders([...hosts].map((host) => `ws://${host}`).join(' '));

  server.on('request', (request, response) => {
    serve(request, response).catch((error: unknown) => {
      options.log.error('a file could not be served', error);
      if (!response.headersSent) response.writeHead(500, headers);
      response.end();
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!hosts.has(request.headers.host ?? '')) {
      refuse(response, 421);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuse(response, 405);
      return;
    }
    const [path = '/'] = (request.url ?? '/').split(/[?#]/, 1);
    const file = await readStaticFile(options.rendererDir, path);
    if (file === null) {
      refuse(response, 404);
      return;
    }
    response.writeHead(200, {
      ...headers,
      'content-type': file.type,
      'content-length': file.bytes.length,
      'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-store',
    });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
  }

  function refuse(response: ServerResponse, status: number): void {
    response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${status}\n`);
  }

  /** The status with which an upgrade is refused, or null if it may go ahead. */
  function refusal(request: IncomingMessage): number | null {
    if (!hosts.has(request.headers.host ?? '')) return 421;
    if ((request.url ?? '').split('?', 1)[0] !== '/ws') return 404;
    // A program that is not a browser sends no Origin; it has the token from the file instead.
    const { origin } = request.headers;
    if (origin !== undefined && !origins.has(origin)) return 403;
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim());
    if (offered[0] !== SUBPROTOCOL || !sameToken(offered[1] ?? '', options.token)) return 401;
    return sockets.clients.size >= MAX_CLIENTS ? 503 : null;
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const status = refusal(request);
    if (status !== null) {
      options.log.warn('a WebSocket was refused', { status });
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => attach(client, options));
  });

  return {
    port,
    address: `http://127.0.0.1:${port}`,
    close: () => close(server, sockets),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((done, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      done((server.address() as AddressInfo).port);
    });
  });
}

async function close(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const client of sockets.clients) client.close(1001, 'closing');
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeAllConnections();
  for (const client of sockets.clients) client.terminate();
  await closed;
}

/** Carries calls and pushes between one client and the station. */
function attach(client: WebSocket, { station, log }: BrowserShellOptions): void {
  const waiting: Request[] = [];
  let underWay = 0;
  const send = (message: unknown) => {
    if (client.readyState !== client.OPEN) return;
    if (client.bufferedAmount > MAX_WAITING_BYTES) client.terminate();
    else client.send(JSON.stringify(message));
  };

  const answer = async ({ id, method, input }: Request): Promise<void> => {
    underWay += 1;
    try {
      send({ id, result: await station.call(method, input) });
    } catch (error) {
      log.error('a message could not be answered', error);
    } finally {
      underWay -= 1;
      answerNext();
    }
  };
  /** Begins the calls in the order in which they came. */
  function answerNext(): void {
    while (underWay < MAX_CALLS_UNDER_WAY) {
      const next = waiting.shift();
      if (next === undefined) break;
      void answer(next);
    }
    if (waiting.length > 0) client.pause();
    else if (client.isPaused) client.resume();
  }
  function receive(data: RawData, binary: boolean): void {
    const request = binary ? null : parseRequest((data as Buffer).toString('utf8'));
    if (request === null) {
      const error = { kind: 'BAD_REQUEST', detail: 'not a request' };
      send({ id: null, result: { ok: false, error } });
      return;
    }
    waiting.push(request);
    answerNext();
  }

  const unsubscribe = station.subscribe(send);
  client.on('message', receive);
  client.on('close', unsubscribe);
  client.on('error', (error) => log.warn('a WebSocket failed', { message: error.message }));
}

interface Request {
  readonly id: number | string;
  readonly method: unknown;
  readonly input: unknown;
}

/** The request in a message, or null. What is asked is judged by the station's own gate. */
function parseRequest(text: string): Request | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // Not JSON: answered as such, the connection stays.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { id, method, input } = value as Readonly<Record<string, unknown>>;
  const usable = typeof id === 'number' || (typeof id === 'string' && id.length <= 64);
  return usable ? { id, method, input } : null;
}
