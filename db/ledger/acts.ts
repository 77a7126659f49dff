/** What deciding acts of the county looks at (domain/county/acts.ts), as it stands within a transaction. */
import type { Database } from 'better-sqlite3';
import type { ActFacts } from '../../domain/county/acts.ts';
import { numberQuery } from '../row.ts';
import type { LedgerViews } from '../views/views.ts';
import type { IncarnationNames } from './names.ts';

export function actFacts(
  db: Database,
  names: IncarnationNames,
  { entry, redemption, creditedBy }: Pick<LedgerViews, 'entry' | 'redemption' | 'creditedBy'>,
): ActFacts {
  const done = numberQuery(db, 'SELECT 1 FROM act_done WHERE act_id = ?');
  const fact = numberQuery(db, 'SELECT 1 FROM journal WHERE incarnation = ? AND seq = ?');
  return {
    entry,
    redemption,
    creditedBy,
    isActDone: (actId) => done(actId) === 1,
    hasFact({ incarnation, seq }) {
      const ordinal = names.ordinalOf(incarnation);
      return ordinal !== undefined && fact(ordinal, seq) === 1;
    },
  };
}
