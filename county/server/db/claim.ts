/**
 * One county on a PostgreSQL: two folders, or two machines, may name the same one, and a restore by one would throw
 * tables away under the other, which would go on signing in the name of an epoch that has ended. The claim is an
 * advisory lock of a session of its own: it ends with the session, so that nothing is left over to be cleaned up.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import type { CountyDb, DatabaseChoice } from './open.ts';

/** The claim's name among the advisory locks of a database: any number that nothing else in county/ takes: the whole database is at a standstill otherwise. */
const CLAIM = 4_030_011;
/** How often the session is asked whether it still stands, and how long an answer may take. */
const BEAT_MS = 5_000;

export interface Claim {
  /** Whether the database is this county's now. While it is not, nothing may be said in its name. */
  readonly isHeld: () => boolean;
  readonly release: () => Promise<void>;
}

/** PGlite lives in this process, and its folder is locked (lock.ts). */
const OURS: Claim = { isHeld: () => true, release: () => Promise.resolve() };

/** A session that has the claim; null where another has it. Rejects if the database cannot be reached. */
async function claimingSession(url: string): Promise<pg.Client | null> {
  const session = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    query_timeout: BEAT_MS,
    keepAlive: true,
  });
  // One that breaks is noticed by its end or by the next beat.
  session.on('error', () => undefined);
  try {
    await session.connect();
    // A machine that the power left without a word must not keep the next one waiting for hours.
    await session.query(
      'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3',
    );
    const { rows } = await session.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
      CLAIM,
    ]);
    if (rows[0]?.mine === true) return session;
  } catch (error) {
    await session.end().catch(() => undefined);
    throw error;
  }
  await session.end();
  return null;
}

/** The epoch that the database has now; empty where it has none. */
export async function epochIn(db: CountyDb): Promise<string> {
  const { rows } = await sql<{ value: string }>`SELECT value FROM meta WHERE name = 'epoch'`.execute(db);
  return rows[0]?.value ?? '';
}

/**
 * Claims the database for this process. Throws, with a sentence for the administrator, where another county has it.
 */
export async function claimDatabase(choice: DatabaseChoice): Promise<KeptClaim> {
  if (choice.kind !== 'postgres') return { ...OURS, keep: () => undefined };
  let first = await claimingSession(choice.url);
  // The session of a county that was killed a moment ago ends as soon as the server has seen it.
  for (let tries = 0; first === null && tries < 20; tries++) {
    await pause(100);
    first = await claimingSession(choice.url);
  }
  if (first === null)
    throw new Error(
      'Another county works on this database (DATABASE_URL), from another folder or another machine. End it first; after a power cut it ends by itself within half a minute.',
    );
  return new PostgresClaim(choice.url, first);
}

export interface KeptClaim extends Claim {
  /**
   * Takes the claim again whenever its session breaks, as with the server's restart, if the database is still the
   * one that it was: `isSame` says so. `onProblem` is told in one line of what keeps it from it.
   */
  readonly keep: (isSame: () => Promise<boolean>, onProblem: (line: string) => void) => void;
}

class PostgresClaim implements KeptClaim {
  readonly #url: string;
  #session: pg.Client | null = null;
  #beat: NodeJS.Timeout | undefined;
  #released = false;

  constructor(url: string, session: pg.Client) {
    this.#url = url;
    this.#hold(session);
  }

  #hold(session: pg.Client): void {
    this.#session = session;
    session.once('end', () => {
      if (this.#session === session) this.#session = null;
    });
  }

  readonly isHeld = (): boolean => this.#session !== null;

  readonly keep = (isSame: () => Promise<boolean>, onProblem: (line: string) => void): void => {
    const beat = async (): Promise<void> => {
      try {
        if (this.#session === null) await this.#again(isSame, onProblem);
        else await this.#session.query('SELECT 1');
      } catch {
        // The database is away; requests say so. A session that does not answer is none any more.
        const silent = this.#session;
        this.#session = null;
        await silent?.end().catch(() => undefined);
      }
      if (!this.#released) this.#beat = setTimeout(() => void beat(), BEAT_MS).unref();
    };
    this.#beat = setTimeout(() => void beat(), BEAT_MS).unref();
  };

  async #again(isSame: () => Promise<boolean>, onProblem: (line: string) => void): Promise<void> {
    const session = await claimingSession(this.#url);
    if (session === null) onProblem('another county works on this database now: this one answers nobody');
    else if (this.#released || !(await isSame())) {
      await session.end();
      if (!this.#released)
        onProblem('the database was restored meanwhile: start the county anew, until then it answers nobody');
    } else this.#hold(session);
  }

  readonly release = async (): Promise<void> => {
    this.#released = true;
    clearTimeout(this.#beat);
    const session = this.#session;
    this.#session = null;
    await session?.end();
  };
}
