/**
 * Who may act as the administrator over HTTP: commands on this machine by the token that stands in a file only the
 * county's user can read, and the page by a session that was opened with that token. A session is a cookie that no
 * script can read and no other site's page can send; a request that changes anything must also carry a header that a
 * form of another site cannot set.
 */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { hex, sha256 } from '../codecs.ts';
import type { CountyContext } from '../context.ts';
import { ERROR_STATUS } from '../errors.ts';

const COOKIE = 'county_session';
/** Set by the page's own script on each request that changes something. */
export const PAGE_HEADER = 'x-county-page';
/** The page's figures, which a session lets see too. */
export const OVERVIEW_PATH = '/v1/overview';
const SESSION_MS = 8 * 3_600_000;
/** Wrong tokens of one address within a quarter of an hour, before it is told to wait. */
const MAX_WRONG = 5;
const WRONG_MS = 15 * 60_000;
/** Addresses and sessions that are remembered at the same time: memory is not the sender's to fill. */
const MAX_REMEMBERED = 1000;

interface Options {
  readonly context: CountyContext;
  readonly adminToken: string;
}

function sameText(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hex(sha256(a))), Buffer.from(hex(sha256(b))));
}

function cookieOf(request: FastifyRequest): string {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === COOKIE)?.[1] ?? '';
}

const loginSchema = v.object({ token: v.pipe(v.string(), v.maxLength(200)) });

/** The JSON of a body, or undefined if it is none or not of the schema. */
export function jsonOf<T>(schema: v.GenericSchema<unknown, T>, request: FastifyRequest): T | undefined {
  try {
    const text = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined; // Not JSON: the caller says so.
  }
}

/** Counts wrong tokens by address. */
class Tries {
  readonly #wrong = new Map<string, { count: number; sinceMs: number }>();

  mustWait(address: string, nowMs: number): boolean {
    const known = this.#wrong.get(address);
    if (known === undefined) return false;
    const age = nowMs - known.sinceMs;
    if (age >= 0 && age < WRONG_MS) return known.count >= MAX_WRONG;
    this.#wrong.delete(address);
    return false;
  }
  wrong(address: string, nowMs: number): void {
    const known = this.#wrong.get(address) ?? { count: 0, sinceMs: nowMs };
    if (this.#wrong.size >= MAX_REMEMBERED) this.#wrong.clear();
    this.#wrong.set(address, { ...known, count: known.count + 1 });
  }
  right(address: string): void {
    this.#wrong.delete(address);
  }
}

/**
 * Adds login and logout, and lets a session pass for the token on every path below `/admin/`: those only look at the
 * token.
 */
export function addSessions(app: FastifyInstance, { context, adminToken }: Options): void {
  /** When each session ends, by the hash of its secret. */
  const sessions = new Map<string, number>();
  const tries = new Tries();
  const nameOf = (secret: string): string => hex(sha256(secret));
  const isOpen = (request: FastifyRequest): boolean => {
    const endMs = sessions.get(nameOf(cookieOf(request)));
    return endMs !== undefined && endMs > context.nowMs();
  };
  app.addHook('onRequest', (request, _reply, done) => {
    const fromPage = request.method === 'GET' || request.headers[PAGE_HEADER] === '1';
    const isGuarded = request.url.startsWith('/admin/') || request.url === OVERVIEW_PATH;
    if (isGuarded && fromPage && isOpen(request)) request.headers.authorization = `Bearer ${adminToken}`;
    done();
  });
  const cookie = (request: FastifyRequest, secret: string, seconds: number): string => {
    const secure = request.protocol === 'https' ? '; Secure' : '';
    return `${COOKIE}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`;
  };
  app.post('/admin/login', async (request, reply) => {
    const nowMs = context.nowMs();
    const refuse = (kind: 'TOO_MANY' | 'MALFORMED' | 'WRONG_TOKEN') =>
      reply.status(ERROR_STATUS[kind]).send({ error: { kind } });
    const login = request.headers[PAGE_HEADER] === '1' ? jsonOf(loginSchema, request) : undefined;
    if (login === undefined) return refuse('MALFORMED');
    // The right one always opens: it is too long to be found by trying, and others' tries must lock nobody out.
    if (!sameText(login.token.trim(), adminToken)) {
      if (tries.mustWait(request.ip, nowMs)) return refuse('TOO_MANY');
      tries.wrong(request.ip, nowMs);
      return refuse('WRONG_TOKEN');
    }
    tries.right(request.ip);
    for (const [name, endMs] of sessions) if (endMs <= nowMs) sessions.delete(name);
    if (sessions.size >= MAX_REMEMBERED) sessions.clear();
    const secret = hex(context.randomBytes(32));
    sessions.set(nameOf(secret), nowMs + SESSION_MS);
    return reply.header('set-cookie', cookie(request, secret, SESSION_MS / 1000)).send({});
  });
  app.post('/admin/logout', async (request, reply) => {
    sessions.delete(nameOf(cookieOf(request)));
    return reply.header('set-cookie', cookie(request, '', 0)).send({});
  });
}
