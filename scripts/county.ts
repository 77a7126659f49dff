/** The county: takes what stations send, gives them their reference data, shows both on a page. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from '../county/server/backup/dump.ts';
import { packed, writeBackup, type BackupSummary } from '../county/server/backup/file.ts';
import { restoreBackup } from '../county/server/backup/restore.ts';
import { createCounty, listenProblem, type CountyOptions } from '../county/server/county.ts';
import { runningCounty } from '../county/server/lock.ts';
import { NOTHING_REVOKED, readRevoked, REVOKED_FILE } from '../county/server/revoked.ts';
import { openRunning } from '../county/server/running.ts';
import { ownAddresses, ownTls, readTls, type CountyTls } from '../county/server/tls.ts';
import { countyAddress } from '../electron/station/sync/address.ts';
import { runScript, UsageError, wholeNumber, type ScriptArguments } from './lib/cli.ts';
import { checkTogether, HELP, OPTIONS } from './lib/countyOptions.ts';
import { lock, printCode, revoke, withContext } from './lib/machines.ts';
import { importStick, takeByRunning, takeInto } from './lib/stickImport.ts';
import { roster } from './lib/rosterActs.ts';
import { ROOT } from './lib/tools.ts';

/** Signals that end a server; each is heard once, so that a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
}

/** The certificate that stations see; undefined: plain http, to this machine only. */
function tlsOf(args: ScriptArguments, dir: string, host: string): CountyTls | undefined {
  const [certFile, keyFile] = [args.text('tls-cert'), args.text('tls-key')];
  if (certFile === undefined) {
    if (keyFile !== undefined) throw new UsageError('--tls-key needs --tls-cert.');
    if (args.flag('pin-ca')) throw new UsageError('--pin-ca needs --tls-cert.');
    if (listenProblem(host, {}) === null) return undefined;
    const names = ['0.0.0.0', '::'].includes(host) ? ownAddresses() : [host];
    const url = args.text('public-url');
    const all = url === undefined ? names : [new URL(url).hostname, ...names];
    return ownTls(dir, all, Date.now(), randomBytes);
  }
  const read = readTls(certFile, keyFile, args.flag('pin-ca'));
  if (!read.ok) throw new UsageError(read.error.detail);
  return read.value;
}

/** The address for pairing texts, checked as the stations will check it. */
function publicUrlOf(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const address = countyAddress(given);
  if (!address.ok)
    throw new UsageError('--public-url must be an https address such as https://county.example.');
  return address.value;
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
  const response = await openRunning(running, 'GET', '/admin/backup');
  if (response.statusCode !== 200) throw new Error(`The county answers ${response.statusCode ?? 0}.`);
  tell('written and read back', await writeBackup(path, response));
}

async function restore(dir: string, options: CountyOptions, path: string, replace: boolean): Promise<void> {
  // Before the database is opened, which begins a list from what it still holds.
  const before = readRevoked(dir);
  const restored = await withContext(dir, options, ({ db }) =>
    restoreBackup(db, path, { replace, nowMs: Date.now(), revoked: readRevoked(dir) ?? NOTHING_REVOKED }),
  );
  if (restored.ok) {
    tell('restored', restored.value);
    process.stdout.write(
      'Stations send again what came after it. Whatever the county itself decided after it is gone: settle again ' +
        'what was settled since, and make new codes.\n',
    );
    process.stdout.write(
      before === undefined
        ? `There was no ${REVOKED_FILE} in the folder. Machines and cards that were shut out after the backup may be ` +
            'let in again: shut them out once more with --revoke, before the county is started.\n'
        : `Shut out stay ${before.keys.length} machines and ${before.cards.length} cards (${REVOKED_FILE}).\n`,
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

/** Takes in a stick by the county that runs on the folder, or in its place; answers the code to end with. */
async function importFrom(
  dir: string,
  options: CountyOptions,
  path: string,
  answers: string | undefined,
): Promise<number> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const byRunning = takeByRunning(dir);
  const whole =
    byRunning === undefined
      ? await withContext(dir, options, (context) => importStick(path, answers, takeInto(context), say))
      : await importStick(path, answers, byRunning, say);
  return whole ? 0 : 1;
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
  checkTogether(args);
  const dir = args.text('data') ?? join(ROOT, 'data', 'county');
  const port = wholeNumber('port', args.text('port') ?? '8080', 0, 65_535);
  const url = process.env['DATABASE_URL'] ?? '';
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const host = args.text('host') ?? '127.0.0.1';
  const tls = tlsOf(args, dir, host);
  const publicUrl = publicUrlOf(args.text('public-url'));
  const options: CountyOptions = {
    database: url === '' ? { kind: 'pglite', dir: join(dir, 'db') } : { kind: 'postgres', url },
    keyDir: dir,
    sample: args.flag('sample'),
    ...(tls && { tls }),
    ...(publicUrl !== undefined && { publicUrl }),
    onProblem: (line) => process.stderr.write(`${line.split('\n', 1)[0] ?? ''}\n`),
  };
  for (const act of ['new-code', 'replace-machine', 'revoke'] as const) {
    const given = args.text(act);
    if (given === undefined) continue;
    const stationId = wholeNumber(act, given, 1, Number.MAX_SAFE_INTEGER);
    if (act === 'revoke') await revoke(dir, options, stationId);
    else
      await printCode(dir, options, stationId, {
        replaces: act === 'replace-machine',
        file: args.text('qr'),
      });
    return 0;
  }
  const done = await roster(dir, options, args);
  if (done !== null) return done;
  const stick = args.text('import');
  if (stick !== undefined) return importFrom(dir, options, stick, args.text('answers'));
  if (args.flag('token')) {
    const running = runningCounty(dir);
    if (running === undefined) throw new UsageError('No county runs on this folder.');
    if (running.address === '')
      throw new UsageError('The county does not listen yet: try again in a moment.');
    process.stdout.write(`${running.adminToken}\n`);
    return 0;
  }
  const backup = args.text('backup');
  const restoreFrom = args.text('restore');
  if (backup !== undefined || restoreFrom !== undefined) {
    if (backup !== undefined) await backUp(dir, options, backup);
    else if (restoreFrom !== undefined) await restore(dir, options, restoreFrom, args.flag('replace'));
    return 0;
  }
  const problem = listenProblem(host, options);
  if (problem !== null) throw new UsageError(problem);
  if (url === '')
    process.stderr.write('The database is PGlite, for a trial: it does not force its writes to the disk.\n');
  await serve(dir, options, port, host);
  return 0;
});
