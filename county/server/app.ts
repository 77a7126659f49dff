/** The county's HTTP face: the messages of stations, the page with its figures, and codes for the keeper of it. */
import * as http from 'node:http';
import type { RequestListener, Server } from 'node:http';
import * as https from 'node:https';
import Fastify, {
  type onRequestHookHandler,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import type { Result } from '../../domain/result.ts';
import { MAX_BATCH_ENVELOPE_BYTES, MAX_REQUEST_BYTES } from '../../domain/wire/limits.ts';
import { addDashboard } from '../dashboard/routes.ts';
import { dump } from './backup/dump.ts';
import { packed } from './backup/file.ts';
import type { CountyContext } from './context.ts';
import { addExceptions } from './admin/exceptions.ts';
import { addSessions, OVERVIEW_PATH } from './admin/sessions.ts';
import { addPairing, isAdmin } from './adminPairing.ts';
import { isSignedByStation } from './door.ts';
import { takeEnrol } from './enrol.ts';
import { ERROR_STATUS, type CountyError, type CountyErrorKind } from './errors.ts';
import { Gate, type GateLimits } from './gate.ts';
import { takeBatch } from './ingest.ts';
import { partOf } from './rest.ts';
import { takeReferenceAsk, type SnapshotCache } from './reference.ts';
import { takeReturnAsk } from './returns.ts';
import { overview, takeAsk, type Overview } from './stations.ts';
import { Turns } from './turns.ts';
import { addStickUpload } from './stickRoute.ts';
import { servedTls, type CountyTls } from './tls.ts';
import { addRosterRoutes } from './roster/routes.ts';
import { addTransferRoutes } from './transferRoutes.ts';

export interface AppOptions {
  readonly context: CountyContext;
  readonly gate: GateLimits;
  /** Whoever shows it may ask for enrolment codes; stands in a file that only the county's user can read. */
  readonly adminToken: string;
  /** With a key: the server speaks TLS. */
  readonly tls: CountyTls | null;
  readonly patience: Patience;
  /** Told in one line of what went wrong on this side. */
  readonly onProblem: (line: string) => void;
}

/** Signatures of a wary address that are looked at at the same time, beside the messages at work. */
const LOOKED_AT = 2;

/** Messages at work at the same time: fewer than the database has connections, so that none waits for one in vain. */
const AT_WORK = 8;

type Take = (bytes: Uint8Array, request: FastifyRequest) => Promise<Result<Uint8Array | null, CountyError>>;

const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

function refuse(reply: FastifyReply, error: CountyError): FastifyReply {
  if (error.kind !== 'BUSY' && error.kind !== 'TOO_MANY')
    return reply.status(ERROR_STATUS[error.kind]).send({ error });
  const { retryAfterMs = 5000 } = error;
  return reply
    .header('retry-after', String(Math.ceil(retryAfterMs / 1000)))
    .status(ERROR_STATUS[error.kind])
    .send({ error: { ...error, retryAfterMs } });
}

/** Whether a request came from this machine itself: where a proxy on it forwards, not from whom it forwards. */
function isLocal(request: FastifyRequest): boolean {
  const address = request.ip;
  return address === '::1' || /^(?:::ffff:)?127\./.test(address);
}

/** What an exception means to the sender: the database is away, the request is not one, or we have a bug. */
function kindOfFailure(error: unknown): CountyErrorKind {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status === 413) return 'TOO_LARGE';
  if (status < 500) return 'MALFORMED';
  // SQLSTATE classes: connection, resources, operator; and what the network says.
  return /^(?:08|53|57|58)|^E(?:CONN|PIPE|NOTFOUND|TIMEDOUT|HOSTUNREACH)/.test(code)
    ? 'STORE_UNAVAILABLE'
    : 'INTERNAL';
}

function addMessages(app: FastifyInstance, { context, gate: limits }: AppOptions): void {
  const gate = new Gate(limits, context.nowMs);
  const cache: SnapshotCache = new Map();
  const turns = new Turns(AT_WORK);
  const looks = new Turns(LOOKED_AT);
  const add = (path: string, bodyLimit: number, take: Take): void => {
    // Before the first byte of the body is read: what waits for its body takes a place too.
    const onRequest: onRequestHookHandler = (request, reply, done) => {
      const shut = gate.enter(request.ip, isLocal(request));
      if (shut !== null) {
        void refuse(reply, { kind: shut });
        return;
      }
      reply.raw.once('close', () => gate.leave(request.ip, reply.raw.statusCode >= 400));
      done();
    };
    app.post(path, { bodyLimit, onRequest }, async (request, reply) => {
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      // Bad requests of one cannot shut out the others that a carrier or an office has put behind the same address.
      if (
        gate.isWary(request.ip, isLocal(request)) &&
        !(await looks.run(() => isSignedByStation(context, bytes)))
      )
        return refuse(reply, { kind: 'TOO_MANY' });
      const result = await turns.run(() => take(bytes, request));
      if (!result.ok) return refuse(reply, result.error);
      if (result.value === null) return reply.status(204).send();
      const { status, headers, bytes: part } = partOf(result.value, request.headers);
      return reply.status(status).headers(headers).type('application/octet-stream').send(part);
    });
  };
  add('/v1/ask', MAX_REQUEST_BYTES, (bytes) => takeAsk(context, bytes));
  add('/v1/batch', MAX_BATCH_ENVELOPE_BYTES, (bytes) => takeBatch(context, bytes));
  add('/v1/reference', MAX_REQUEST_BYTES, (bytes, request) =>
    takeReferenceAsk(context, cache, bytes, request.headers.range !== undefined),
  );
  add('/v1/return', MAX_REQUEST_BYTES, (bytes) => takeReturnAsk(context, bytes));
  add('/v1/enrol', MAX_REQUEST_BYTES, (bytes, request) =>
    takeEnrol(context, bytes, { address: request.ip, local: isLocal(request) }),
  );
}

function addBackup(app: FastifyInstance, { context, adminToken }: AppOptions): void {
  app.get('/admin/backup', (request, reply) =>
    isAdmin(request, adminToken)
      ? reply.type('application/octet-stream').send(packed(dump(context)))
      : refuse(reply, { kind: 'NOT_FOUND' }),
  );
}

/** For so long the page's figures are given out as they were: however many look, the database is asked once. */
const OVERVIEW_MS = 1000;

/**
 * The page's figures: names of villages, what they have sent, what a person must look at. Whoever is logged in sees
 * them; of a made-up village everybody does.
 */
function addOverview(app: FastifyInstance, { context, adminToken }: AppOptions): void {
  let last: { readonly atMs: number; readonly figures: Promise<Overview> } | undefined;
  app.get(OVERVIEW_PATH, async (request, reply) => {
    if (!context.sample && !isAdmin(request, adminToken)) return refuse(reply, { kind: 'LOGIN_NEEDED' });
    const atMs = performance.now();
    if (last === undefined || atMs - last.atMs > OVERVIEW_MS) {
      const figures = overview(context);
      last = { atMs, figures };
      figures.catch(() => {
        last = undefined;
      });
    }
    return reply.send(await last.figures);
  });
}

/** How long senders are waited for; whoever is slower makes room for others. */
export interface Patience {
  /** Until a sender has said what it wants. */
  readonly headersMs: number;
  /** Until the whole request has come. */
  readonly requestMs: number;
  /** How often that is looked at: Node looks every half minute by itself, so that ten seconds would be forty. */
  readonly checkMs: number;
}
export const DEFAULT_PATIENCE: Patience = { headersMs: 10_000, requestMs: 30_000, checkMs: 2_000 };

/** Fastify sets no times for a server that it did not make itself. */
function makeServer(
  { tls, patience }: Pick<AppOptions, 'tls' | 'patience'>,
  handler: RequestListener,
  settings: FastifyServerOptions,
): Server {
  const times = {
    connectionsCheckingInterval: patience.checkMs,
    headersTimeout: patience.headersMs,
    requestTimeout: patience.requestMs,
  };
  const served = servedTls(tls);
  const server =
    served === null
      ? http.createServer(times, handler)
      : https.createServer(
          { ...served, ...times, minVersion: 'TLSv1.2', handshakeTimeout: patience.headersMs },
          handler,
        );
  server.keepAliveTimeout = settings.keepAliveTimeout ?? 0;
  server.setTimeout(settings.connectionTimeout);
  return server;
}

/** The county's server, not listening yet. */
export function createApp(options: AppOptions): FastifyInstance {
  const app = Fastify({
    logger: false,
    requestTimeout: options.patience.requestMs,
    // A TLS proxy stands on this machine or nowhere: only its word on who calls is taken.
    trustProxy: 'loopback',
    connectionTimeout: 60_000,
    keepAliveTimeout: 65_000,
    bodyLimit: MAX_REQUEST_BYTES,
    forceCloseConnections: 'idle',
    serverFactory: (handler, settings) => makeServer(options, handler, settings),
  });
  app.server.maxConnections = 4096;
  // Whatever a body calls itself, it is bytes to us.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', (request, reply, done) => {
    // Another county may have the database by now: nothing may be said in its name.
    if (!options.context.claim.isHeld() && /^\/(?:v1|admin)\//.test(request.url)) {
      void refuse(reply, { kind: 'STORE_UNAVAILABLE' });
      return;
    }
    // What stations are answered is no page, and on a thin line these would outweigh the answer.
    if (request.method !== 'POST') reply.headers(PAGE_HEADERS);
    done();
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, { kind: 'NOT_FOUND' }));
  app.setErrorHandler((error, _request, reply) => {
    const kind = kindOfFailure(error);
    if (ERROR_STATUS[kind] >= 500)
      options.onProblem(`${kind}: ${error instanceof Error ? error.message : String(error)}`);
    return refuse(reply, { kind });
  });
  addSessions(app, options);
  addMessages(app, options);
  addExceptions(app, options.context, (request) => isAdmin(request, options.adminToken));
  addBackup(app, options);
  addStickUpload(app, options);
  addPairing(app, options);
  addTransferRoutes(app, options);
  addRosterRoutes(app, options);
  addOverview(app, options);
  addDashboard(app);
  return app;
}
