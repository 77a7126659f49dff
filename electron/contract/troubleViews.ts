/** What the screens are told where the station's database cannot be opened. */

/** Why it cannot. */
export type Trouble =
  /** Damaged: a backup brings it back. */
  | 'CORRUPT'
  /** Another station is running on the same folder. */
  | 'LOCKED'
  /** A newer version of this program has written it. */
  | 'FROM_FUTURE'
  /** The folder belongs to a station of another number. */
  | 'OTHER_STATION'
  | 'DISK_FULL'
  | 'READ_ONLY'
  | 'IO'
  | 'BUSY'
  /** A mistake of this program. */
  | 'UNKNOWN';

export type TroubleView =
  | { readonly kind: 'NONE' }
  /** The records are put in order first: so many of them, out of all (0: not counted yet). It opens by itself then. */
  | { readonly kind: 'ARRANGING'; readonly done: number; readonly total: number }
  | {
      readonly kind: 'CANNOT_OPEN';
      readonly trouble: Trouble;
      readonly stationId: number;
      /** Whom to call, as it stands in `station.json`; empty: nobody was named. */
      readonly contact: string;
      /** Of CORRUPT. LOOKING: they are being proved; KEEPERLESS: good ones, but none knows a keeper's PIN. */
      readonly backups: 'LOOKING' | 'GOOD' | 'NONE' | 'KEEPERLESS';
      /** A restore was ordered just now and did not bring the station back. */
      readonly restoreFailed: boolean;
    };
