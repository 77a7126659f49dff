/** Work for which a store records nothing until it is done, and how far it is (longWork.ts). */
import type { Database } from 'better-sqlite3';
import { StoreFaultError } from './faults.ts';
import { doLongWork, isSoonFolded, type LongWork, type LongWorkPlace } from './longWork.ts';
import type { HeldOff, StoreOptions } from './types.ts';

export interface HoldingOff {
  /** Null: nothing is held off. */
  now(): HeldOff | null;
  watch(listener: () => void): void;
  /** Throws StoreFaultError (BUSY) while records are held off. */
  insist(): void;
  /** Does work at once, on the store's own connection. */
  here(work: LongWork): void;
  /** Does work at once where the journal is short; else elsewhere, and the store only reads until it is done. */
  run(work: LongWork): Promise<void>;
}

export interface HoldingOffOptions extends LongWorkPlace, Pick<StoreOptions, 'dir' | 'elsewhere'> {
  /** Runs a change in a transaction of its own. */
  readonly change: (work: () => void) => void;
  /** Everything was folded anew. */
  readonly onFolded: () => void;
}

export function holdingOff(db: Database, options: HoldingOffOptions): HoldingOff {
  const { dir, elsewhere, stationId, sha256, change, onFolded } = options;
  const { ordinal, name } = options.running;
  const running = { ordinal, name };
  const watchers: (() => void)[] = [];
  let held: HeldOff | null = null;
  function hold(now: HeldOff | null): void {
    held = now;
    for (const watcher of watchers) watcher();
  }
  function insist(): void {
    if (held !== null) throw new StoreFaultError('BUSY', new Error('the journal is being folded anew'));
  }
  function here(work: LongWork): void {
    change(() => {
      doLongWork(db, { stationId, sha256, running }, work);
    });
    onFolded();
  }
  return {
    now: () => held,
    watch: (listener) => void watchers.push(listener),
    insist,
    here,
    run(work) {
      if (elsewhere === undefined || isSoonFolded(db)) {
        here(work);
        return Promise.resolve();
      }
      insist();
      hold({ done: 0, total: 0 });
      return elsewhere({ dir, stationId, running, work }, (done, total) => {
        hold({ done, total });
      }).finally(() => {
        if (db.open) onFolded();
        hold(null);
      });
    },
  };
}
