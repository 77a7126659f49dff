/** Starts real county processes and looks into their databases. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, type CountyDb } from '../../county/server/db/open.ts';
import type { FromCounty, ToCounty } from './countyMain.ts';
import { todayAtNine } from './station.ts';

export interface CountyProcess {
  readonly pid: number;
  readonly dir: string;
  /** http://127.0.0.1:PORT */
  readonly url: string;
  readonly port: number;
  readonly isRunning: () => boolean;
  /** Moves its clock on; one that has ended has none. */
  readonly advance: (ms: number) => Promise<void>;
  /** Ends it in order; a second call does nothing. */
  readonly close: () => Promise<void>;
  /** kill -9. */
  readonly kill: () => Promise<void>;
}
export interface CountyOptions {
  readonly dir: string;
  readonly port?: number;
  readonly startMs?: number;
  /** Lets one address ask as often as it likes. */
  readonly patient?: boolean;
  /** A PostgreSQL; absent: PGlite in `dir`. */
  readonly databaseUrl?: string;
}

export async function startCounty(options: CountyOptions): Promise<CountyProcess> {
  const { dir, port = 0, startMs, patient = false, databaseUrl } = options;
  mkdirSync(dir, { recursive: true });
  const child = fork(join(import.meta.dirname, 'countyMain.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const say = (message: ToCounty) => child.send(message);
  const hear = async (): Promise<FromCounty> => {
    const [message] = (await Promise.race([
      once(child, 'message'),
      exited.then(() => Promise.reject(new Error('the county process ended'))),
    ])) as [FromCounty];
    return message;
  };
  const start = { dir, port, startMs: startMs ?? todayAtNine(), patient };
  say(databaseUrl === undefined ? start : { ...start, databaseUrl });
  const message = await hear();
  if (message.kind !== 'LISTENING') throw new Error('the county did not start');
  const url = message.url.replace(/\/$/, '');
  return {
    pid: child.pid ?? 0,
    dir,
    url,
    port: Number(new URL(url).port),
    isRunning,
    advance: async (ms) => {
      if (!isRunning()) return;
      const answered = hear();
      say({ advanceMs: ms });
      await answered;
    },
    close: async () => {
      if (!isRunning()) return;
      say({ close: true });
      await exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Looks into a county's database. Its process must have ended: the embedded PostgreSQL serves one at a time. */
export async function readCounty<T>(dir: string, read: (db: CountyDb) => Promise<T>): Promise<T> {
  const db = await openDatabase({ kind: 'pglite', dir: join(dir, 'db') });
  try {
    return await read(db);
  } finally {
    await db.destroy();
  }
}
