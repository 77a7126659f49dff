/** What the station needs of the parts that reach outside: the way to the county and the scanner. */
import type { ScannerState, SyncView } from '../contract/views.ts';

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
  /** New reference data is in force. */
  readonly onReference: () => void;
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
