/** What the station needs of the parts that reach outside: the way to the county and the scanner. */
import type { BackupFile } from '../../db/backup/archive.ts';
import type { BackupKeepers } from '../../db/backup/keepers.ts';
import type { BadBackup, MadeBackup, PlaceAbsent } from '../../db/backup/make.ts';
import type { ProvedAgain } from '../../db/backup/proveAgain.ts';
import type { RestoreError, RestorePlan } from '../../db/backup/restore.ts';
import type { StoreFault } from '../../db/types.ts';
import type { Result } from '../../domain/result.ts';
import type { StickOutcome, StickView } from '../contract/stickViews.ts';
import type { SyncView } from '../contract/syncViews.ts';
import type { ScannerState } from '../contract/views.ts';

export interface SyncPort {
  readonly view: () => SyncView;
  /** Tries the county at once. */
  readonly syncNow: () => void;
  /** New facts wait to be sent. */
  readonly recorded: () => void;
  readonly close: () => Promise<void>;
}
export interface SyncHooks {
  /** Something that `view` shows has changed. */
  readonly onChange: () => void;
  /** New reference data is in force, or facts came back. */
  readonly onReference: () => void;
  /** The store failed while nobody was asking: the screens say so. */
  readonly onStoreFault?: (fault: StoreFault) => void;
  /** The county has more of the running journal than this disk: the station must be opened anew. */
  readonly onFactsLost?: () => void;
}

/** USB sticks that carry what the line does not. */
export interface StickPort {
  readonly view: () => StickView;
  /** Writes what the county lacks onto the stick that is in; `view` tells how it goes. */
  readonly write: () => Promise<StickOutcome>;
  /** Reads again what the stick brings. */
  readonly read: () => Promise<StickOutcome>;
  readonly close: () => Promise<void>;
}

export interface ScannerPort {
  readonly state: () => ScannerState;
  readonly close: () => Promise<void>;
}
export interface ScannerHooks {
  /** What a HID scanner delivered, whole. */
  readonly onScan: (text: string) => void;
  readonly onChange: () => void;
}

export interface ListedBackup extends BackupFile {
  /** Only in the second place. */
  readonly second: boolean;
  /** When it was last opened and proved good. */
  readonly provedMs: number;
}

/** Backups, made and read off the station's own thread. */
export interface BackupPort {
  /** One in each place where something has changed since the last; null where nothing has. */
  readonly make: (
    nowMs: number,
  ) => Promise<readonly Result<MadeBackup | null, BadBackup | StoreFault | PlaceAbsent>[]>;
  /**
   * Opens and proves again what has lain for a while, if that was not done for a week; answers what was proved. One that
   * is not good counts no longer.
   */
  readonly proveAgain: (nowMs: number) => Promise<readonly ProvedAgain[]>;
  /** Leaves word that the next opening makes the views anew out of the journal. */
  readonly wishRefold: () => void;
  /** All there are, the newest first. */
  readonly list: () => Promise<readonly ListedBackup[]>;
  readonly preview: (file: string) => Promise<Result<RestorePlan, RestoreError>>;
  /** Who are keepers, by the newest backup that proves good; null if there is none. */
  readonly keepers: () => Promise<BackupKeepers | null>;
  /** Leaves word that the next opening restores from this file. */
  readonly order: (file: string) => void;
  /** Closes the station and opens it anew. */
  readonly restart: () => void;
}
