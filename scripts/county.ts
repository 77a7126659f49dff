/** The county: takes what stations send, gives them their reference data, shows both on a page. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from '../county/server/backup/dump.ts';
import { packed, writeBackup, type BackupSummary } from '../county/server/backup/file.ts';
import { restoreBackup } from '../county/server/backup/restore.ts';
import type { CountyContext } from '../county/server/context.ts';
import { createCounty, openContext, type CountyOptions } from '../county/server/county.ts';
import { makeCode } from '../county/server/enrol.ts';
import { lockFolder, runningCounty, type FolderLock } from '../county/server/lock.ts';
import { runScript, UsageError, wholeNumber } from './lib/cli.ts';
import { ROOT } from './lib/tools.ts';

const HELP = `
npm run county -- [options]
Runs the county's server and its page. Ctrl+C or SIGTERM ends it after the requests under way.
  --data DIR       folder of its database and key (default data/county)
  --port N         port (default 8080; 0: any free one)
  --host H         address to listen on (default 127.0.0.1: this machine only; 0.0.0.0: everybody)
  --sample         serve the made-up village as station 1; it may enrol from this machine without a code
  --new-code ID    print a one-time code, valid 7 days, with which station ID can enrol; then end.
                   Works while the county runs, too.
  --backup FILE    write everything in the database into FILE, read it back, and end. Works while the county runs.
                   Keep a copy of DIR/county-key.pem, too: it is not in it
  --restore FILE   bring the database back from a backup, whole or not at all, and end. The county must not run.
                   Stations notice it and send again what the backup lacks
  --replace        with --restore: throw away what the database holds now
Without DATABASE_URL the database is PGlite, an embedded PostgreSQL in DIR/db. It does not force its writes to
the disk: it is for a trial. With DATABASE_URL=postgres://user:password@host/name it is PostgreSQL; the county's
key stays in DIR. Keep a copy of DIR/county-key.pem: stations trust only this key.
`;

const OPTIONS = {
  data: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  sample: { type: 'boolean' },
  'new-code': { type: 'string' },
  backup: { type: 'string' },
  restore: { type: 'string' },
  replace: { type: 'boolean' },
} as const;

/** Signals that end a server; each is heard once, so that a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
}

function lock(dir: string): FolderLock {
  const taken = lockFolder(dir);
  if (taken.ok) return taken.value;
  throw new UsageError(`Another county (process ${taken.error.by.pid}) is running on ${dir}.`);
}

/** Asks the county that runs on the folder for a code, or undefined where none runs. */
async function codeFromRunning(dir: string, stationId: number): Promise<string | undefined> {
  const running = runningCounty(dir);
  if (running === undefined || running.address === '') return undefined;
  const response = await fetch(`${running.address}/admin/codes/${stationId}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${running.adminToken}` },
    signal: AbortSignal.timeout(30_000),
  });
  const answer = (await response.json()) as { code?: string };
  if (answer.code === undefined) throw new UsageError(`The county has no station ${stationId}.`);
  return answer.code;
}

async function printCode(dir: string, options: CountyOptions, stationId: number): Promise<void> {
  const code =
    (await codeFromRunning(dir, stationId)) ??
    (await withContext(dir, options, (context) => makeCode(context, stationId)));
  if (code === null) throw new UsageError(`The county has no station ${stationId}.`);
  process.stdout.write(`${code}\n`);
}

/** Works on the database of a county that does not run. */
async function withContext<T>(
  dir: string,
  options: CountyOptions,
  work: (context: CountyContext) => Promise<T>,
): Promise<T> {
  const folder = lock(dir);
  try {
    const context = await openContext(options);
    try {
      return await work(context);
    } finally {
      await context.db.destroy();
    }
  } finally {
    folder.release();
  }
}

const date = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 19);

function tell(what: string, { head, tables }: BackupSummary): void {
  const rows = [...tables.values()].reduce((sum, count) => sum + count, 0);
  const events = tables.get('event') ?? 0;
  process.stdout.write(
    `${what}: ${tables.size} tables, ${rows} rows, ${events} events, of ${date(head.madeMs)} UTC\n`,
  );
}

async function backUp(dir: string, options: CountyOptions, path: string): Promise<void> {
  const running = runningCounty(dir);
  if (running === undefined || running.address === '') {
    const summary = await withContext(dir, options, (context) => writeBackup(path, packed(dump(context))));
    tell('written and read back', summary);
    return;
  }
  const response = await fetch(`${running.address}/admin/backup`, {
    headers: { authorization: `Bearer ${running.adminToken}` },
  });
  if (!response.ok || response.body === null) throw new Error(`The county answers ${response.status}.`);
  tell('written and read back', await writeBackup(path, response.body));
}

async function restore(dir: string, options: CountyOptions, path: string, replace: boolean): Promise<void> {
  const restored = await withContext(dir, options, ({ db }) =>
    restoreBackup(db, path, { replace, nowMs: Date.now() }),
  );
  if (restored.ok) {
    tell('restored', restored.value);
    process.stdout.write(
      'Stations send again what came after it. Whatever the county itself decided after it is gone: settle and ' +
        'revoke again what was settled and revoked since.\n',
    );
    return;
  }
  if (restored.error.kind === 'NEWER_BACKUP')
    throw new UsageError('The backup was made by a newer program: update this one first.');
  const { stations, events } = restored.error;
  throw new UsageError(
    `The database holds ${stations} stations and ${events} events; --replace throws them away for the backup.`,
  );
}

/** Where a program on this machine reaches a server that may listen on every address. */
function localAddress(address: string): string {
  return address.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

async function serve(dir: string, options: CountyOptions, port: number, host: string): Promise<void> {
  const stop = stopSignal();
  const folder = lock(dir);
  try {
    const county = await createCounty(options);
    try {
      const address = await county.listen(port, host);
      folder.publish(localAddress(address), county.adminToken);
      process.stdout.write(`county listening on ${address}\n`);
      await stop;
    } finally {
      await county.close();
    }
  } finally {
    folder.release();
  }
}

await runScript(HELP, OPTIONS, async (args) => {
  if (args.positionals.length > 0) throw new UsageError(`Unknown argument "${args.positionals[0] ?? ''}".`);
  const dir = args.text('data') ?? join(ROOT, 'data', 'county');
  const port = wholeNumber('port', args.text('port') ?? '8080', 0, 65_535);
  const url = process.env['DATABASE_URL'] ?? '';
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const options: CountyOptions = {
    database: url === '' ? { kind: 'pglite', dir: join(dir, 'db') } : { kind: 'postgres', url },
    keyDir: dir,
    sample: args.flag('sample'),
    onProblem: (line) => process.stderr.write(`${line.split('\n', 1)[0] ?? ''}\n`),
  };
  const newCode = args.text('new-code');
  if (newCode !== undefined) {
    await printCode(dir, options, wholeNumber('new-code', newCode, 1, Number.MAX_SAFE_INTEGER));
    return 0;
  }
  const backup = args.text('backup');
  const restoreFrom = args.text('restore');
  if (backup !== undefined || restoreFrom !== undefined) {
    if (backup !== undefined) await backUp(dir, options, backup);
    else if (restoreFrom !== undefined) await restore(dir, options, restoreFrom, args.flag('replace'));
    return 0;
  }
  if (url === '')
    process.stderr.write('The database is PGlite, for a trial: it does not force its writes to the disk.\n');
  await serve(dir, options, port, args.text('host') ?? '127.0.0.1');
  return 0;
});
