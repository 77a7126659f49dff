/** The processes of a run: one county, and one host of stations at a time. Both may be killed at any moment. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CountyStart, FromCounty, ToCounty } from './countyMain.ts';
import type { FromHost, HostOrder } from './host.ts';

function start(file: string): ChildProcess {
  return fork(join(import.meta.dirname, file), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

const isAlive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

/** The next message of a process; null if it ended instead. */
async function hear<T>(child: ChildProcess): Promise<T | null> {
  if (!isAlive(child)) return null;
  const stop = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', { signal: stop.signal }).then(([message]) => message as T),
      once(child, 'exit', { signal: stop.signal }).then(() => null),
    ]);
  } finally {
    stop.abort();
  }
}

export interface Host {
  /** Whether the work was done to its end; false: the process was killed in it. Throws if the host itself failed. */
  readonly work: (order: HostOrder) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** A host that is started anew when it has been killed. */
export function createHost(): Host {
  let child: ChildProcess | null = null;
  return {
    work: async (order) => {
      if (child === null || !isAlive(child)) child = start('host.ts');
      child.send(order);
      const answer = await hear<FromHost>(child);
      if (answer?.kind === 'FAILED') throw new Error(`a host failed: ${answer.detail}`);
      return answer !== null;
    },
    close: async () => {
      if (child === null || !isAlive(child)) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

export interface CountyProcess {
  /** Where stations find it; the port stays the same over restarts. */
  readonly url: () => string;
  /**
   * Says something and waits until it is done; begins again with a county that was started anew meanwhile. Answers
   * the text of its answer.
   */
  readonly say: (message: ToCounty) => Promise<string>;
  /** Ends it in order. */
  readonly close: () => Promise<void>;
}

export interface CountyProcessOptions {
  readonly dir: string;
  readonly databaseUrl: string | null;
  /** Called when it has been killed, before it starts again; answers the backup to restore, or null. */
  readonly onKilled: () => string | null;
  /** It could not be started again. */
  readonly onFailed: (error: unknown) => void;
}

/** Starts a county, and again each time it has been killed. */
export async function startCountyProcess(options: CountyProcessOptions): Promise<CountyProcess> {
  const { dir, databaseUrl } = options;
  let port = 0;
  let closing = false;
  let current: Promise<ChildProcess>;

  async function begin(restoreFrom: string | null): Promise<ChildProcess> {
    const child = start('countyMain.ts');
    const message: CountyStart = { dir, databaseUrl, port, restoreFrom };
    child.send({ kind: 'START', start: message } satisfies ToCounty);
    const answer = await hear<FromCounty>(child);
    if (answer?.kind !== 'LISTENING')
      throw new Error(`the county did not start: ${answer?.kind === 'FAILED' ? answer.detail : 'it ended'}`);
    port = answer.port;
    child.once('exit', () => {
      if (closing) return;
      current = begin(options.onKilled());
      current.catch(options.onFailed);
    });
    return child;
  }
  current = begin(null);
  await current;
  return {
    url: () => `http://127.0.0.1:${port}`,
    say: async (message) => {
      for (;;) {
        const child = await current;
        if (child.connected) child.send(message);
        const answer = await hear<FromCounty>(child);
        if (answer?.kind === 'FAILED') throw new Error(`the county failed: ${answer.detail}`);
        if (answer !== null) return answer.kind === 'DONE' ? answer.text : '';
        await new Promise((resolve) => setTimeout(resolve, 20)); // Its exit is heard elsewhere, too.
      }
    },
    close: async () => {
      const child = await current;
      closing = true;
      if (!isAlive(child)) return;
      const ended = once(child, 'exit');
      child.send({ kind: 'CLOSE' } satisfies ToCounty);
      await ended;
    },
  };
}
