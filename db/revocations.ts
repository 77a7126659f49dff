/** The county's list of revoked cards, as far as it is here: it grows, and never shrinks (DESIGN.md, Cards). */
import type { Database } from 'better-sqlite3';
import { isDamage } from './faults.ts';
import { numberQuery } from './row.ts';
import type { Store } from './types.ts';

/** Inside a transaction: keeps revoked cards, however the county told of them; answers how many were new. */
export function revocationKeeper(db: Database): (cardNumbers: Iterable<number>) => number {
  const insert = db.prepare<[number]>('INSERT OR IGNORE INTO revoked_card VALUES (?)');
  return (cardNumbers) => {
    let fresh = 0;
    for (const cardNumber of cardNumbers) fresh += insert.run(cardNumber).changes;
    return fresh;
  };
}

/** What the store does with the list; `change` runs a transaction. */
export function revocationActs(
  db: Database,
  change: (work: () => void) => void,
): Pick<Store, 'revocationNumber' | 'heedRevocations'> {
  const keep = revocationKeeper(db);
  const read = numberQuery(db, 'SELECT number FROM revocation_list WHERE id = 1');
  const rise = db.prepare<[number, number, number]>(
    'UPDATE revocation_list SET number = ? WHERE id = 1 AND number >= ? AND number < ?',
  );
  return {
    revocationNumber: () => read() ?? 0,
    heedRevocations({ since, number, cardNumbers }) {
      // A list that is up to date costs no transaction.
      if (cardNumbers.length === 0 && number <= (read() ?? 0)) return false;
      let news = 0;
      change(() => {
        // An answer to an earlier ask that comes late may leave a gap behind the number here: its cards count all the same.
        news = rise.run(number, since, number).changes + keep(cardNumbers);
      });
      return news > 0;
    },
  };
}

/**
 * Inside a transaction: takes over what another database has of the list, as far as it can be read. Its number stays
 * what it is: the county tells the rest again.
 */
export function carryRevoked(into: Database, from: Database): void {
  const keep = revocationKeeper(into);
  for (const table of ['revoked_card', 'revocation'])
    try {
      // A revocation that is taken too seriously costs a new card; one that is lost, somebody's points.
      keep(from.prepare<[], number>(`SELECT card_number FROM ${table}`).pluck().all());
    } catch (error) {
      // Damaged there, or a table that its program did not know yet.
      if (!isDamage(error)) throw error;
    }
}
