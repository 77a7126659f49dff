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
import { lock, printCode, revoke, withContext } from './lib/machines.ts';
import { importStick, takeByRunning, takeInto } from './lib/stickImport.ts';
import { bringRules, bringVillages, exportVillage, revokeCardsBy } from './lib/roster.ts';
import { ROOT } from './lib/tools.ts';

const HELP = `
npm run county -- [options]
Runs the county's server and its page. Ctrl+C or SIGTERM ends it after the requests under way.
  --data DIR       folder of its database and key (default data/county)
  --port N         port (default 8080; 0: any free one)
  --host H         address to listen on (default 127.0.0.1: this machine only; 0.0.0.0: everybody, by TLS)
  --tls-cert F     its certificate (PEM, with those above it) and
  --tls-key F      the key to it; without both it makes its own in DIR when it listens to others. With --tls-cert
                   alone the county stays on 127.0.0.1, and a proxy before it serves that certificate
  --pin-ca         stations trust the last certificate of --tls-cert, that of a CA, instead of its first one's key
  --public-url U   where stations reach it, such as https://county.example (default: where it listens)
  --sample         serve the made-up village as station 1; it may enrol from this machine without a code
These end at once, and work while the county runs, too:
  --new-code ID    print what brings a machine in as station ID: a one-time code, valid 7 days, and its QR code
  --replace-machine ID  the same for a machine that takes the place of the station's present one, which is shut out when
                   the new one is in
  --revoke ID      shut the station's machine out at once, as after a theft
  --qr FILE        with a code: write its QR code into a .png or .svg instead of showing it here
  --import PATH    take in what a USB stick brings: PATH is the stick, a folder of bundles or one bundle. The answers
                   go back onto the stick
  --answers DIR    with --import: put the answers here instead
  --reference PATH bring in a village's file, or a folder of them (README, "A village's file"): its people, cards,
                   goods, keepers and activities. Each file is taken whole or not at all; what is wrong is named. Lists
                   left out of a file stay as they are; the same file again changes nothing
  --export-reference ID --to FILE   write such a file of what the county holds of a station, to edit and bring back
  --revoke-card CARD   put a lost card, by the ten digits printed on it, on the list of every station; for good. May
                   be given several times
  --rules FILE --by NAME --reason TEXT   change rules of the whole county: FILE names the numbers that change, such as
                   {"points":{"maxPerDay":60}}, by the names of domain/rules/ruleSet.ts. Who, when and why are kept
  --token          print the token with which the administrator logs in to the page of the county that runs
  --backup FILE    write everything in the database into FILE, read it back, and end. Works while the county runs.
                   Keep a copy of DIR/county-key.pem and DIR/county-revoked.json, too: they are not in it
  --restore FILE   bring the database back from a backup, whole or not at all, and end. The county must not run.
                   Stations notice it and send again what the backup lacks
  --replace        with --restore: throw away what the database holds now
Without DATABASE_URL the database is PGlite, an embedded PostgreSQL in DIR/db. It does not force its writes to
the disk: it is for a trial. With DATABASE_URL=postgres://user:password@host/name it is PostgreSQL; the county's
keys stay in DIR. On the page whoever is logged in settles exceptions, moves points, declares stations lost, brings in
villages and changes rules as well. Keep copies of DIR/county-key.pem, by which stations know the county; of DIR/county-tls-key.pem where
it makes its own certificate, which they pin; and of DIR/county-revoked.json, with what was shut out.
`;

const OPTIONS = {
  data: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  sample: { type: 'boolean' },
  'new-code': { type: 'string' },
  import: { type: 'string' },
  answers: { type: 'string' },
  token: { type: 'boolean' },
  backup: { type: 'string' },
  restore: { type: 'string' },
  replace: { type: 'boolean' },
  'replace-machine': { type: 'string' },
  revoke: { type: 'string' },
  qr: { type: 'string' },
  reference: { type: 'string' },
  'export-reference': { type: 'string' },
  to: { type: 'string' },
  'revoke-card': { type: 'string', multiple: true },
  rules: { type: 'string' },
  by: { type: 'string' },
  reason: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'pin-ca': { type: 'boolean' },
  'public-url': { type: 'string' },
} as const;

/** What does something and ends; two at once would do one of them silently. */
const ACTS = [
  'new-code',
  'replace-machine',
  'revoke',
  'reference',
  'export-reference',
  'revoke-card',
  'rules',
  'import',
  'token',
  'backup',
  'restore',
] as const;
/** What says something only beside one of these. */
const BESIDE: Readonly<Record<string, readonly (typeof ACTS)[number][]>> = {
  qr: ['new-code', 'replace-machine'],
  answers: ['import'],
  replace: ['restore'],
  to: ['export-reference'],
  by: ['rules'],
  reason: ['rules'],
};

/** Refuses what would be passed over in silence. */
function checkTogether(args: ScriptArguments): void {
  const given = (name: string): boolean => args.flag(name) || args.list(name).length > 0;
  const acts = ACTS.filter(given);
  if (acts.length > 1) throw new UsageError(`Give --${acts.join(' and --')} one after the other.`);
  for (const [name, owners] of Object.entries(BESIDE))
    if (given(name) && !owners.some(given))
      throw new UsageError(`--${name} says something only with --${owners.join(' or --')}.`);
}

/** The value of an option that an act needs beside it. */
function needed(args: ScriptArguments, name: string, act: string): string {
  const value = args.text(name)?.trim() ?? '';
  if (value === '') throw new UsageError(`--${act} needs --${name}.`);
  return value;
}

/** Villages, cards and rules; null: none of these was asked for. */
async function roster(dir: string, options: CountyOptions, args: ScriptArguments): Promise<number | null> {
  const reference = args.text('reference');
  if (reference !== undefined) return bringVillages(dir, options, reference);
  const station = args.text('export-reference');
  if (station !== undefined) {
    const stationId = wholeNumber('export-reference', station, 1, Number.MAX_SAFE_INTEGER);
    await exportVillage(dir, options, stationId, needed(args, 'to', 'export-reference'));
    return 0;
  }
  const cards = args.list('revoke-card');
  if (cards.length > 0) {
    await revokeCardsBy(dir, options, cards);
    return 0;
  }
  const file = args.text('rules');
  if (file === undefined) return null;
  const [by, reason] = [needed(args, 'by', 'rules'), needed(args, 'reason', 'rules')];
  return bringRules(dir, options, { file, by, reason });
}

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
