/** Keeping the county's word on what it holds of the journals here, where it fits them. */
import type { Database } from 'better-sqlite3';
import type { Sha256 } from '../domain/journal/canonical.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Incarnation } from './incarnation.ts';
import { openJournal, type Journal } from './journal/journal.ts';
import type { Returning } from './returning.ts';
import type { StandingTable } from './standing.ts';
import type { SyncTable } from './sync.ts';
import type { Acknowledgement, Store } from './types.ts';

export interface Acknowledging {
  /** Inside a transaction: as `Store.acknowledge`. */
  acknowledge(ack: Acknowledgement, atMs: number): ReturnType<Store['acknowledge']>;
  /** Inside a transaction: as `Store.beginAnewAtNextStart`. */
  beginAnewAtNextStart(): void;
  /** Inside a transaction: as `Store.heedContradiction`. */
  heedContradiction(name: string, epoch: string): void;
}

export interface AcknowledgingOptions {
  readonly stationId: number;
  readonly sha256: Sha256;
  /** The running incarnation, and its journal. */
  readonly running: Incarnation;
  readonly journal: Journal;
  readonly sync: SyncTable;
  readonly returning: Returning;
  readonly standing: StandingTable;
}

type Refused = Result<null, { readonly kind: 'NOT_MY_CHAIN' | 'DISK_LOST_FACTS' }>;

export function acknowledging(db: Database, options: AcknowledgingOptions): Acknowledging {
  const { stationId, sha256, running, sync, returning, standing } = options;
  const journalOf = (ordinal: number, name: string): Journal =>
    ordinal === running.ordinal ? options.journal : openJournal(db, stationId, { ordinal, name }, sha256);
  return {
    acknowledge(ack, atMs): Refused {
      const ordinal = sync.ordinalOf(ack.incarnation);
      if (ordinal === undefined) return err({ kind: 'NOT_MY_CHAIN' });
      const own = journalOf(ordinal, ack.incarnation);
      const headSeq = own.readHead().seq;
      // After a restore the county may have more of an older journal than came back: the rest will come.
      if (ordinal !== running.ordinal && ack.durableSeq > headSeq)
        return ok(returning.isThereAgain(ordinal, ack.epoch, atMs));
      if (ack.durableSeq > headSeq) return err({ kind: 'DISK_LOST_FACTS' });
      const hash = own.hashAt(ack.durableSeq);
      if (hash === undefined || Buffer.compare(hash, ack.headHash) !== 0)
        return err({ kind: 'NOT_MY_CHAIN' });
      const before = sync.read(ordinal);
      // Within one epoch the county never loses anything: a lower number is an answer that came late. In
      // another epoch it was restored from a backup, and may well have less.
      const durableSeq =
        before.epoch === ack.epoch ? Math.max(before.durableSeq, ack.durableSeq) : ack.durableSeq;
      sync.write(ordinal, { epoch: ack.epoch, durableSeq, acknowledgedMs: atMs });
      // A restored county may lack the end of older journals, too.
      if (before.epoch !== ack.epoch) sync.forgetOtherEpochs(ack.epoch);
      return ok(null);
    },
    beginAnewAtNextStart() {
      standing.mark('forked', true);
      // No machine has this name.
      db.prepare("UPDATE installation SET hardware_id = ''").run();
    },
    heedContradiction(name, epoch) {
      const ordinal = sync.ordinalOf(name);
      if (ordinal === undefined) return;
      const before = sync.read(ordinal);
      if (before.epoch !== epoch) sync.write(ordinal, { ...before, epoch, durableSeq: 0 });
      standing.mark('awaiting_return', true);
    },
  };
}
