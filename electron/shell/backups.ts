/** Backups as the station asks for them: in the station's folder and, if there is one, in a second place. */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { backupFolder, type BackupFile } from '../../db/backup/archive.ts';
import { PROVE_EVERY_MS, toProve, type ProvedAgain } from '../../db/backup/proveAgain.ts';
import { orderRestore } from '../../db/backup/restore.ts';
import { wishRefold } from '../../db/mend.ts';
import type { BackupWork } from '../station/backup/worker.ts';
import type { BackupPort, ListedBackup } from '../station/ports.ts';
import { readProofs, writeProofs } from './backupProofs.ts';
import type { Settings } from './settings.ts';

/** All backups of one folder together. */
const MAX_BACKUP_BYTES = 2 * 1024 ** 3;

/** Runs one order in a worker of its own. Rejects if the worker falls. */
function inWorker(file: URL, work: BackupWork): Promise<unknown> {
  return new Promise((done, reject) => {
    const worker = new Worker(file, { workerData: work });
    // The station's own window or server keeps the process alive, never this.
    worker.unref();
    worker.once('message', done);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the backup worker ended')));
  });
}

/** The folders of a station's backups; the second may be a stick that is not there. */
export function backupFolders({ dataDir, backupDir }: Settings): readonly string[] {
  return backupDir === '' ? [backupFolder(dataDir)] : [backupFolder(dataDir), backupDir];
}

/** `restart` closes the station and opens it anew, which carries out what was ordered. */
export function createBackupPort(settings: Settings, worker: URL, restart: () => void): BackupPort {
  const { dataDir: dir, stationId } = settings;
  const folders = backupFolders(settings);
  async function list(): Promise<readonly ListedBackup[]> {
    const [first = [], second = []] = (await inWorker(worker, {
      kind: 'list',
      folders,
    })) as readonly BackupFile[][];
    const names = new Set(first.map(({ name }) => name));
    const { proved } = readProofs(dir);
    const listed = (backup: BackupFile, isSecond: boolean): ListedBackup => ({
      ...backup,
      second: isSecond,
      provedMs: Math.max(backup.madeMs, proved[backup.file] ?? 0),
    });
    return (
      [
        ...first.map((backup) => listed(backup, false)),
        ...second.filter(({ name }) => !names.has(name)).map((backup) => listed(backup, true)),
      ]
        // Other stations may keep theirs on the same stick.
        .filter(({ lineage }) => lineage === null || lineage.stationId === stationId)
        .sort((a, b) => b.incarnation - a.incarnation || b.seq - a.seq)
    );
  }
  /** Of each place the one that is to be proved again. */
  async function due(nowMs: number): Promise<readonly string[]> {
    const places = (await inWorker(worker, { kind: 'list', folders })) as readonly BackupFile[][];
    return places.flatMap((place) => {
      const own = place.filter(({ lineage }) => lineage?.stationId === stationId);
      return toProve(own, nowMs)?.file ?? [];
    });
  }
  return {
    proveAgain: async (nowMs) => {
      const { lastMs, proved } = readProofs(dir);
      // A date of later than now is one of a clock that was set back since.
      if (lastMs <= nowMs && nowMs - lastMs < PROVE_EVERY_MS) return [];
      const files = await due(nowMs);
      const found = (await inWorker(worker, { kind: 'prove', files })) as readonly ProvedAgain[];
      const still: Record<string, number> = {};
      for (const [file, provedMs] of Object.entries(proved)) if (existsSync(file)) still[file] = provedMs;
      for (const { file, wrong } of found) if (wrong === '') still[file] = nowMs;
      writeProofs(dir, { lastMs: nowMs, proved: still });
      return found;
    },
    make: (nowMs) =>
      inWorker(worker, {
        kind: 'make',
        orders: folders.map((folder, i) => ({
          dir,
          folder,
          nowMs,
          maxBytes: MAX_BACKUP_BYTES,
          second: i > 0,
        })),
      }) as ReturnType<BackupPort['make']>,
    list,
    preview: (file) =>
      inWorker(worker, { kind: 'preview', order: { dir, file, stationId } }) as ReturnType<
        BackupPort['preview']
      >,
    keepers: () =>
      inWorker(worker, { kind: 'keepers', dir, others: folders.slice(1) }) as ReturnType<
        BackupPort['keepers']
      >,
    order: (file) => orderRestore(dir, { file, aside: '' }),
    wishRefold: () => wishRefold(dir),
    restart,
  };
}
