/** A county of the sample village as a process of its own, as a real one would be. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ended, ROOT } from './tools.ts';

export interface CountyProcess {
  readonly url: string;
  readonly pid: number;
  readonly close: () => Promise<void>;
}

/** How long a county may take to come up: the embedded PostgreSQL is made on the first start. */
const START_MS = 120_000;

/** Starts `scripts/county.ts --sample` on a loopback port (0: any free one) and waits until it listens. */
export async function startSampleCounty(dataDir: string, port = 0): Promise<CountyProcess> {
  const script = join(ROOT, 'scripts', 'county.ts');
  const args = ['--disable-warning=ExperimentalWarning', script, '--sample', '--data', dataDir];
  const child = spawn(process.execPath, [...args, '--host', '127.0.0.1', '--port', String(port)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    // Ctrl+C in the terminal must reach the station first: it has something to send before the county goes.
    detached: process.platform !== 'win32',
  });
  const url = await new Promise<string>((done, reject) => {
    const limit = setTimeout(() => reject(new Error('The sample county does not come up.')), START_MS);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /listening on (http:\S+?)\/?$/.exec(line);
      if (found?.[1] === undefined) return;
      clearTimeout(limit);
      done(found[1]);
    });
    child.once('exit', (code) => {
      clearTimeout(limit);
      reject(new Error(`The sample county ended with code ${code ?? 1}.`));
    });
  });
  return {
    url,
    pid: child.pid ?? 0,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = ended(child);
      child.kill('SIGTERM');
      await gone;
    },
  };
}
