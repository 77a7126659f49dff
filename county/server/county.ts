/** The county put together: database, key, sample village, server. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { WIRE, type WireRange } from '../../domain/wire/version.ts';
import { makeSampleVillage } from '../sample/village.ts';
import { createApp, DEFAULT_PATIENCE, type Patience } from './app.ts';
import { hex } from './codecs.ts';
import { closeContext, type CountyContext, type PublicUrl } from './context.ts';
import { claimDatabase, epochIn, type KeptClaim } from './db/claim.ts';
import { openDatabase, type CountyDb, type DatabaseChoice } from './db/open.ts';
import { DEFAULT_GATE, EventLimit, StationLimit, type GateLimits } from './gate.ts';
import { loadCountyKeys } from './keys.ts';
import { putReference } from './reference.ts';
import { applyDuePrices } from './roster/prices.ts';
import { putBackOnList } from './revocations.ts';
import { keepAllRevoked, NOTHING_REVOKED, readRevoked, revokeKeysAgain } from './revoked.ts';
import { ownAddresses, servedTls, type CountyTls } from './tls.ts';

export interface CountyOptions {
  readonly database: DatabaseChoice;
  /** Folder of the county's key; null: in memory only, for tests. */
  readonly keyDir: string | null;
  /** Shows the sample village of station 1 and lets it enrol from this machine without a code. */
  readonly sample: boolean;
  /** The certificate that stations see; absent: plain http, which only this machine may be served. */
  readonly tls?: CountyTls;
  /** Where stations reach the county, if not under the address it listens on. */
  readonly publicUrl?: string;
  readonly nowMs?: () => number;
  readonly gate?: GateLimits;
  readonly patience?: Patience;
  /** Versions of the wire; tests play an older or a newer county. */
  readonly wire?: WireRange;
  readonly onProblem?: (line: string) => void;
}

export interface County {
  readonly app: FastifyInstance;
  readonly context: CountyContext;
  readonly adminToken: string;
  /** Starts to listen; port 0 takes a free one. Answers the address, `http://127.0.0.1:8080`. */
  listen(port: number, host: string): Promise<string>;
  /** Lets running requests end, then closes the database. */
  close(): Promise<void>;
}

/** How long requests under way may take once the county is told to end. */
const CLOSE_MS = 5000;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** A server that listens everywhere is reached by one of this machine's addresses. */
function outsideUrl(url: string): string {
  return url.replace(/\/\/(?:0\.0\.0\.0|\[::\]):/, `//${ownAddresses()[0] ?? '127.0.0.1'}:`);
}

/** How often the sample village's week is looked at again. */
const SAMPLE_REFRESH_MS = 10 * 60_000;

/** How often it is asked whether the day of a price has come. */
const PRICES_MS = 60_000;

/** The epoch of a database: made with it, and kept. */
async function epochOf(db: CountyDb): Promise<string> {
  await db
    .insertInto('meta')
    .values({ name: 'epoch', value: hex(randomBytes(8)) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  return epochIn(db);
}

/** Where the county is or was reached: a code can be made while it does not run. */
async function publicUrlOf(db: CountyDb, given: string | undefined): Promise<PublicUrl> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', 'public_url').executeTakeFirst();
  return { current: given ?? row?.value ?? '' };
}

async function keepPublicUrl(db: CountyDb, url: string): Promise<void> {
  await db
    .insertInto('meta')
    .values({ name: 'public_url', value: url })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: url }))
    .execute();
}

/** Why a county must not listen there, in one line; null if it may. */
export function listenProblem(host: string, options: Pick<CountyOptions, 'tls'>): string | null {
  if (servedTls(options.tls) !== null || LOOPBACK.includes(host)) return null;
  return `Refused: on ${host} everybody on the way could read and change what stations send. Give --tls-cert and --tls-key, or listen on 127.0.0.1 behind a TLS proxy.`;
}

/**
 * Opens what a county works with. Throws if the database cannot be reached, is newer than this program, or has
 * another county at work.
 */
export async function openContext(options: CountyOptions): Promise<CountyContext> {
  const claim = await claimDatabase(options.database);
  try {
    return await openClaimed(options, claim);
  } catch (error) {
    await claim.release();
    throw error;
  }
}

async function openClaimed(options: CountyOptions, claim: KeptClaim): Promise<CountyContext> {
  const db = await openDatabase(options.database);
  const nowMs = options.nowMs ?? Date.now;
  const folder = options.keyDir;
  try {
    const keys = loadCountyKeys(folder); // Makes the folder.
    // Either may know of a revocation that the other has lost: the file in a power cut, the database in a restore.
    await keepAllRevoked(db, folder);
    const revoked = (folder === null ? undefined : readRevoked(folder)) ?? NOTHING_REVOKED;
    await revokeKeysAgain(db, revoked);
    const epoch = await epochOf(db);
    await db.transaction().execute((tx) => putBackOnList(tx, revoked.cards, nowMs()));
    claim.keep(async () => (await epochIn(db)) === epoch, options.onProblem ?? (() => undefined));
    return {
      db,
      claim,
      folder,
      keys,
      epoch,
      nowMs,
      randomBytes: (length) => randomBytes(length),
      sample: options.sample,
      wire: options.wire ?? WIRE,
      unreadable: { newerMs: 0, olderMs: 0 },
      eventLimit: new EventLimit((options.gate ?? DEFAULT_GATE).maxEventsPerDay, nowMs),
      stationLimit: new StationLimit((options.gate ?? DEFAULT_GATE).maxSignedPerMinute, nowMs),
      tlsPin: options.tls?.pin ?? null,
      publicUrl: await publicUrlOf(db, options.publicUrl),
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** Puts the county together; it listens only after `listen`. */
export async function createCounty(options: CountyOptions): Promise<County> {
  const context = await openContext(options);
  const onProblem = options.onProblem ?? (() => undefined);
  const adminToken = hex(randomBytes(24));
  const app = createApp({
    context,
    gate: options.gate ?? DEFAULT_GATE,
    patience: options.patience ?? DEFAULT_PATIENCE,
    adminToken,
    tls: options.tls ?? null,
    onProblem,
  });
  // At the start, and soon after each midnight: whatever its clock says, a price comes no earlier than its day.
  await applyDuePrices(context);
  const priceTimer = setInterval(() => {
    applyDuePrices(context).catch((error: unknown) => onProblem(`prices: ${String(error)}`));
  }, PRICES_MS);
  priceTimer.unref();
  const refreshSample = (): Promise<unknown> =>
    putReference(context, makeSampleVillage({ nowMs: context.nowMs() }).reference);
  let timer: NodeJS.Timeout | undefined;
  if (options.sample) {
    await refreshSample();
    // The activities are those of this week, so a county left running needs the next week's.
    timer = setInterval(() => {
      refreshSample().catch((error: unknown) => onProblem(`sample village: ${String(error)}`));
    }, SAMPLE_REFRESH_MS);
    timer.unref();
  }
  return {
    app,
    context,
    adminToken,
    async listen(port, host) {
      const problem = listenProblem(host, options);
      if (problem !== null) throw new Error(problem);
      await app.listen({ port, host });
      const address = app.server.address() as AddressInfo;
      const scheme = servedTls(options.tls) === null ? 'http' : 'https';
      const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      const url = `${scheme}://${name}:${address.port}`;
      context.publicUrl.current = options.publicUrl ?? outsideUrl(url);
      await keepPublicUrl(context.db, context.publicUrl.current);
      return url;
    },
    async close() {
      clearInterval(timer);
      clearInterval(priceTimer);
      // A connection that never asked anything is not idle to Node, and would be waited for.
      const impatient = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS);
      await app.close();
      clearTimeout(impatient);
      await closeContext(context);
    },
  };
}
