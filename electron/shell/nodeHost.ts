/** What a station needs of a process of plain Node, which reads the sources as they are. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { forkScannerProcess } from '../scanner/spawn.ts';
import { consoleLog } from './log.ts';
import type { Host } from './openStation.ts';

const here = (path: string) => new URL(path, import.meta.url);

export function nodeHost(): Host {
  const { version } = JSON.parse(readFileSync(here('../../package.json'), 'utf8')) as { version: string };
  return {
    log: consoleLog,
    spawnScanner: () => forkScannerProcess(fileURLToPath(here('../scanner/process.ts'))),
    syncWorker: here('../station/sync/worker.ts'),
    backupWorker: here('../station/backup/worker.ts'),
    appVersion: version,
  };
}
