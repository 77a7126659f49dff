/** The way back from a backup, at the terminal. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { backupFolder, listBackups } from '../db/backup/archive.ts';
import {
  newestGoodBackup,
  previewRestore,
  restoreStation,
  type RestoreError,
  type RestorePlan,
} from '../db/backup/restore.ts';
import type { Sha256 } from '../domain/journal/canonical.ts';
import { runScript, UsageError, wholeNumber } from './lib/cli.ts';

const HELP = `
npm run restore -- --data DIR [--from FILE | --backup-dir DIR] [--station ID] [--preview | --list]
Restores a station from a backup. Whatever the present database still proves beyond the backup is carried over; the
old files are laid aside in DIR/restored/…; the next start begins a new incarnation. The station must not be running.
  --data DIR        the station's folder (made if there is none, as on a new machine)
  --from FILE       the backup; without it the newest one that proves good
  --backup-dir DIR  a second place to look for backups
  --station ID      refuse the backup of any other station
  --preview         say what would be brought back and what would be lost, and change nothing
  --list            list the backups
Exit code: 0 done; 1 refused, with the reason.
`;

const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const time = (ms: number) => (ms === 0 ? 'never' : new Date(ms).toISOString());

function explain(error: RestoreError): string {
  switch (error.kind) {
    case 'LOCKED':
      return 'The station is running: close it first.';
    case 'OTHER_STATION':
      return `The backup is of station ${error.found}.`;
    case 'BAD_BACKUP':
      return `The backup is not good: ${error.detail}`;
    case 'STORE_UNAVAILABLE':
      return `The disk refuses: ${error.reason}.`;
  }
}

function tell({ backupName, backup, after, salvage, unsent }: RestorePlan): void {
  console.log(
    `${backupName}: up to event ${backup.seq} of incarnation ${backup.incarnation}, ${time(backup.lastEventMs)}`,
  );
  console.log(
    `Carried over from the present database: ${salvage.events} events, up to ${after.seq} of ${after.incarnation}`,
  );
  const { lostCount, lostAtCounty, lost, certain } = salvage;
  if (!certain) {
    console.log(
      `The present database cannot say how far it went. What was recorded after ${time(backup.lastEventMs)} and had not reached the county cannot be known.`,
    );
    if (lostCount > 0)
      console.log(`By the mark of its last start at least ${lostCount} events are lost here.`);
  } else if (lostCount === 0) console.log('Nothing that was recorded is lost.');
  else console.log(`Lost here: ${lostCount} events, of which the county has ${lostAtCounty}.`);
  for (const { seq, atCounty, read } of lost) {
    const what =
      read === null ? 'cannot be read' : `${read.type} volunteer ${read.volunteerId} ${time(read.atMs)}`;
    console.log(`  event ${seq}: ${what}; ${atCounty ? 'the county has it' : 'ONLY HERE'}`);
  }
  for (const { incarnation, afterSeq, toSeq } of unsent)
    console.log(`To be sent to the county: events ${afterSeq + 1} to ${toSeq} of incarnation ${incarnation}`);
}

const OPTIONS = {
  data: { type: 'string' },
  from: { type: 'string' },
  'backup-dir': { type: 'string' },
  station: { type: 'string' },
  preview: { type: 'boolean' },
  list: { type: 'boolean' },
} as const;

await runScript(HELP, OPTIONS, (args) => {
  const data = args.text('data') ?? '';
  if (data === '') throw new UsageError('--data DIR is missing: which folder shall be restored?');
  const dir = resolve(data);
  const second = args.text('backup-dir');
  const others = second === undefined ? [] : [resolve(second)];
  if (args.flag('list')) {
    for (const folder of [backupFolder(dir), ...others])
      for (const { file, seq, bytes } of listBackups(folder))
        console.log(`${file}  up to event ${seq}, ${bytes} bytes`);
    return Promise.resolve(0);
  }
  const from = args.text('from');
  if (from !== undefined && !existsSync(from)) throw new UsageError(`there is no ${from}`);
  const file = from === undefined ? newestGoodBackup(dir, others, sha256) : resolve(from);
  if (file === null)
    throw new UsageError(`there is no good backup of ${dir}: give --from FILE or --backup-dir DIR`);
  const stationId = wholeNumber('station', args.text('station') ?? '0', 0, Number.MAX_SAFE_INTEGER);
  const order = { dir, file, stationId };
  const preview = args.flag('preview');
  const plan = preview ? previewRestore(order, sha256) : restoreStation(order, Date.now(), sha256);
  if (!plan.ok) throw new UsageError(explain(plan.error));
  tell(plan.value);
  if (!preview) console.log('Restored. The next start begins a new incarnation.');
  return Promise.resolve(0);
});
