/** What needs a person: facts that will not come right by themselves, as far as this database knows. */
import type { Database } from 'better-sqlite3';
import { numberQuery } from './row.ts';
import type { StandingTable } from './standing.ts';
import type { Store } from './types.ts';

/** Numbers of facts; a fact is counted under one of them only. */
export interface Attention {
  /** Services that were credited less because nobody has vouched for the date: a keeper can. */
  readonly date: number;
  /** Not at the county, which takes nothing of this machine (FORKED, REVOKED) until somebody there has looked. */
  readonly refused: number;
  /** Gone from here, and the county does not have them either. */
  readonly missing: number;
  /** Out of the books: the county has others in their place, or cannot read them. They can still be read here. */
  readonly aside: number;
}

/** Facts that are known to have been recorded after what is here of their incarnation. */
export function missingQuery(db: Database): () => number | undefined {
  return numberQuery(
    db,
    `SELECT coalesce(sum(seq - have), 0) FROM (
       SELECT k.seq, coalesce((SELECT max(j.seq) FROM incarnation i JOIN journal j ON j.incarnation = i.ordinal
         WHERE i.name = k.incarnation), 0) AS have FROM known_head k) WHERE seq > have`,
  );
}
export const asideQuery = (db: Database): (() => number | undefined) =>
  numberQuery(db, 'SELECT count(*) FROM set_aside');

/** Answers what needs a person now, by the store over this database. */
export function attentionOf(
  db: Database,
  standing: Pick<StandingTable, 'read' | 'isMarked'>,
): (store: Pick<Store, 'syncState' | 'unsentOlder' | 'dateToConfirm'>) => Attention {
  const missing = missingQuery(db);
  const aside = asideQuery(db);
  const cut = numberQuery(db, 'SELECT count(*) FROM cut_service');
  return (store) => ({
    date: store.dateToConfirm() ? (cut() ?? 0) : 0,
    refused: ['FORKED', 'REVOKED'].includes(standing.read()) ? waitingAt(store) : 0,
    missing: standing.isMarked('awaiting_return') ? 0 : (missing() ?? 0),
    aside: aside() ?? 0,
  });
}

/** Events of this station that the county has not confirmed, of all its incarnations. */
export function waitingAt(store: Pick<Store, 'syncState' | 'unsentOlder'>): number {
  const { recorded, durableSeq } = store.syncState();
  const older = store.unsentOlder().reduce((sum, run) => sum + run.recorded - run.durableSeq, 0);
  return older + Math.max(0, recorded - durableSeq);
}
