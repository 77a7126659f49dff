/** Starts real station processes and looks into their databases. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { databaseFile } from '../../db/open.ts';
import type { Delivery, Settings } from '../../electron/shell/settings.ts';
import { dayStartMs, shanghaiDay } from '../../domain/time.ts';
import { connectClient, type ContractClient } from './client.ts';
import type { FromStation, StartMessage, ToStation } from './stationMain.ts';

export interface StationProcess {
  readonly pid: number;
  readonly dir: string;
  readonly port: number;
  readonly token: string;
  /** What a browser opens. */
  readonly address: string;
  readonly rssBytes: number;
  /** Moves both clocks of the station on. */
  readonly advance: (ms: number) => Promise<void>;
  readonly connect: () => Promise<ContractClient>;
  /** Ends it in order; a second call does nothing. */
  readonly close: () => Promise<void>;
  /** kill -9. */
  readonly kill: () => Promise<void>;
}
export interface StationOptions {
  readonly dir: string;
  readonly countyUrl?: string;
  readonly port?: number;
  readonly startMs?: number;
  /**
   * Another boot of the operating system. One who starts a station again after `advance` wants it: the monotonic
   * clock of the new process knows nothing of that.
   */
  readonly osBoot?: string;
  readonly openingStock?: readonly Delivery[];
  readonly freeBytes?: number;
  readonly stationId?: number;
  readonly stickDir?: string;
  /** A machine that has not been brought in, with nothing of the sample. */
  readonly unpaired?: boolean;
  readonly pauseMs?: number;
  /** A real county's machine, brought in by its one-time code: nothing of the sample. */
  readonly enrolCode?: string;
}

/** Looked up once, so that a test that runs over midnight stays on its day. */
const today = shanghaiDay(Date.now());
/** Today at nine in Shanghai: the plan of the sample village is on, and a test at midnight is none. */
export function todayAtNine(): number {
  return dayStartMs(today) + 9 * 3_600_000;
}

export async function startStation(options: StationOptions): Promise<StationProcess> {
  const { dir } = options;
  const child = fork(join(import.meta.dirname, 'stationMain.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const say = (message: ToStation) => child.send(message);
  const hear = async (): Promise<FromStation> => {
    const [message] = (await Promise.race([
      once(child, 'message'),
      exited.then(() => [{ kind: 'FAILED', detail: 'the station process ended' }]),
    ])) as [FromStation];
    return message;
  };
  const settings: Settings = {
    dataDir: dir,
    countyUrl: options.countyUrl ?? '',
    stationId: options.stationId ?? 1,
    sample: options.unpaired !== true && options.enrolCode === undefined,
    enrolCode: options.enrolCode ?? '',
    isPaired: options.unpaired !== true,
    backupDir: '',
    stickDir: options.stickDir ?? '',
    lineMegabytesPerDay: 0,
    lineMinutesPerDay: 0,
    openingStock: options.openingStock ?? [],
  };
  say({
    settings,
    port: options.port ?? 0,
    startMs: options.startMs ?? todayAtNine(),
    freeBytes: options.freeBytes ?? 2 ** 40,
    ...(options.osBoot === undefined ? {} : { osBoot: options.osBoot }),
    ...(options.pauseMs === undefined ? {} : { pauseMs: options.pauseMs }),
  } satisfies StartMessage);
  const started = await hear();
  if (started.kind !== 'LISTENING') {
    child.kill();
    throw new Error(started.kind === 'FAILED' ? started.detail : 'the station did not start');
  }
  const { port, token, rssBytes } = started;
  return {
    pid: child.pid ?? 0,
    dir,
    port,
    token,
    address: `http://127.0.0.1:${port}/#token=${token}`,
    rssBytes,
    advance: async (ms) => {
      const answered = hear();
      say({ advanceMs: ms });
      await answered;
    },
    connect: () => connectClient(port, token),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      say({ close: true });
      await exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Reads rows from a station's database, also while the station runs. */
export function readStation<T>(dir: string, sql: string, ...parameters: readonly unknown[]): T[] {
  const db = new Database(databaseFile(dir), { readonly: true, fileMustExist: true });
  try {
    return db.prepare<unknown[], T>(sql).all(...parameters);
  } finally {
    db.close();
  }
}
