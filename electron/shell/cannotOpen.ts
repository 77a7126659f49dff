/** Why a station cannot be opened: one line for whoever starts the program, and one word for the screens. */
import { newestGoodBackup } from '../../db/backup/restore.ts';
import { databaseFile } from '../../db/open.ts';
import type { OpenError, StoreFault } from '../../db/types.ts';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import type { Trouble } from '../contract/troubleViews.ts';
import { backupFolders } from './backups.ts';
import type { Settings } from './settings.ts';

export interface CannotOpen {
  readonly kind: 'CANNOT_OPEN';
  /** One line for whoever starts the program. */
  readonly detail: string;
  readonly trouble: Trouble;
}

/** Why the station's folder cannot be used, and what to do, in one line. */
export function explain(error: OpenError, settings: Settings, sha256: Sha256): string {
  const { dataDir } = settings;
  switch (error.kind) {
    case 'LOCKED':
      return `Another station is running on ${dataDir}: close that one first.`;
    case 'FROM_FUTURE':
      return `${databaseFile(dataDir)} was written by a newer version of this program (${error.found}, this one knows ${error.known}): install that version.`;
    case 'OTHER_STATION':
      return `${dataDir} belongs to station ${error.found}: give --station ${error.found}, or another --data.`;
    case 'CORRUPT':
      return `${databaseFile(dataDir)} is damaged (${error.detail}). ${offerRestore(settings, sha256)}`;
    case 'STORE_UNAVAILABLE':
      return explainFault(error.reason, dataDir);
  }
}

/** The way back that there is: the newest backup that proves good. */
function offerRestore(settings: Settings, sha256: Sha256): string {
  const { dataDir } = settings;
  const [, ...others] = backupFolders(settings);
  const newest = newestGoodBackup(dataDir, others, sha256);
  if (newest === null)
    return `There is no good backup in ${backupFolders(settings).join(' or ')}: keep the folder as it is, and ask the county.`;
  return `Restore from ${newest}, with whatever is still sound: npm run restore -- --data ${dataDir} (add --preview to look first).`;
}

function explainFault(reason: StoreFault['reason'], dataDir: string): string {
  switch (reason) {
    case 'DISK_FULL':
      return `The disk with ${dataDir} is full: make room on it, then start again.`;
    case 'READ_ONLY':
      return `${dataDir} cannot be written to: it is read-only for this user, or its disk is write-protected.`;
    case 'BUSY':
      return `Another program holds the database in ${dataDir}: close it, then start again.`;
    case 'IO':
    case 'CORRUPT':
      return `The disk with ${dataDir} does not read or write as it should: see to the disk and its cable.`;
  }
}

/** What the screens say of it. */
export function troubleOf(error: OpenError): Trouble {
  return error.kind === 'STORE_UNAVAILABLE' ? error.reason : error.kind;
}
