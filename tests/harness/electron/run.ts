/** Runs the built main process on the double of Electron, in a process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../../scripts/lib/tools.ts';
import type { Ask, Seen } from './double.ts';

export interface ElectronRun {
  readonly ask: (ask: Ask) => Promise<unknown>;
  readonly seen: () => Promise<Seen>;
  /** The code the process ended with. */
  readonly ended: Promise<number>;
  readonly errorBoxes: readonly string[];
  readonly kill: () => void;
}

interface Answer {
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: string;
  readonly kind?: string;
  readonly detail?: string;
}

export function runElectron(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ElectronRun {
  const child = fork(join(ROOT, 'out', 'main', 'main.js'), args, {
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      '--import',
      pathToFileURL(join(import.meta.dirname, 'register.ts')).href,
    ],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => (code as number | null) ?? -1);
  const errorBoxes: string[] = [];
  const waiting = new Map<number, (answer: Answer) => void>();
  child.on('message', (answer: Answer) => {
    if (answer.kind === 'ERROR_BOX') errorBoxes.push(answer.detail ?? '');
    else waiting.get(answer.id ?? 0)?.(answer);
  });
  let lastId = 0;
  const ask = (question: Ask) =>
    new Promise<unknown>((done, reject) => {
      const id = (lastId += 1);
      waiting.set(id, ({ value, error }) => {
        if (error === undefined) done(value);
        else reject(new Error(error));
      });
      void ended.then(() => reject(new Error('the main process ended')));
      child.send({ id, ask: question });
    });
  return {
    ask,
    seen: async () => (await ask({ kind: 'SEEN' })) as Seen,
    ended,
    errorBoxes,
    kill: () => child.kill('SIGKILL'),
  };
}
