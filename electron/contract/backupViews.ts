/** What the keeper is shown of backups and of a restore before it is done. */
import type { PersonSummary } from './views.ts';

export interface BackupView {
  /** Names it to previewRestore and restore. */
  readonly name: string;
  readonly madeMs: number;
  readonly bytes: number;
  /** The last event it holds. */
  readonly seq: number;
  /** When it was last opened and proved good. */
  readonly provedMs: number;
  /** Stands only in the second place (--backup-dir). */
  readonly second: boolean;
}
/** What restores of this station have come to so far. */
export interface RestoredView {
  /** The county has not said yet that it holds no more: what is lost may still come back. */
  readonly awaiting: boolean;
  /** Facts that came back after a restore, and from when to when they had been recorded (0: none). */
  readonly returnedCount: number;
  readonly returnedFromMs: number;
  readonly returnedToMs: number;
  /** What was recorded after this and had not reached the county is known to nobody; 0: nothing is unknown. */
  readonly unknownSinceMs: number;
  /** Facts known to have been recorded that are not here, and from when to when, as far as can be told. */
  readonly lostCount: number;
  /** Of these, facts that are kept here, out of the books, since the county did not take them. */
  readonly asideCount: number;
  readonly lostFromMs: number;
  readonly lostToMs: number;
  /** At most 500 of them; `type` is empty and `person` null where nothing can be read any more. */
  readonly lost: readonly {
    readonly incarnation: string;
    readonly seq: number;
    readonly type: string;
    readonly atMs: number;
    readonly person: PersonSummary | null;
    /** Kept here, out of the books. */
    readonly aside: boolean;
  }[];
}
export interface RestorePreview {
  readonly name: string;
  readonly backupSeq: number;
  readonly backupLastEventMs: number;
  /** Events beyond the backup that the present database still proves: they are carried over. */
  readonly carriedOver: number;
  /** The last event that will be there. */
  readonly afterSeq: number;
  /** Events that were recorded and cannot be carried over, and how many of them the county has. */
  readonly lostCount: number;
  readonly lostAtCounty: number;
  /**
   * False where the present database cannot say how far it went: `lostCount` is only the least, and what was recorded
   * after `backupLastEventMs` and had not reached the county is known to nobody.
   */
  readonly certain: boolean;
  /** At most 500 of them; `type` is empty and `person` null where nothing can be read any more. */
  readonly lost: readonly {
    readonly seq: number;
    readonly atCounty: boolean;
    readonly type: string;
    readonly atMs: number;
    readonly person: PersonSummary | null;
  }[];
  /** Events that the county has not acknowledged, by journal: they will be sent. */
  readonly unsent: readonly {
    readonly incarnation: string;
    readonly afterSeq: number;
    readonly toSeq: number;
  }[];
}
/** How a restore ended that this program carried out while it opened the station. */
export type RestoreEnd =
  | { readonly kind: 'RESTORED' }
  /**
   * Everything is as it was before. BACKUP: the backup is not there any more or not good. DISK_FULL: there was no room
   * for it.
   */
  | { readonly kind: 'NOT_RESTORED'; readonly reason: 'BACKUP' | 'DISK_FULL' | 'OTHER' };

export type RestoreRefusal =
  | { readonly kind: 'KEEPER_GONE' }
  | { readonly kind: 'NOT_FOUND' }
  /** The backup did not prove good; `detail` is one line. */
  | { readonly kind: 'BAD_BACKUP'; readonly detail: string }
  /** Of another station, or the disk refuses. */
  | { readonly kind: 'CANNOT_RESTORE' };
