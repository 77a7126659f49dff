/** Taking over the county's reference data. */
import type { Database } from 'better-sqlite3';
import { decideAct, type ActFacts } from '../../domain/county/acts.ts';
import type { EventDraft } from '../../domain/journal/events.ts';
import { decideClosings, decideOpenings, type EscrowFacts } from '../../domain/points/escrow.ts';
import { DEFAULT_TERMS, type LedgerTerms } from '../../domain/points/terms.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import { REFERENCE_TABLES, type ReferenceTable } from '../../domain/reference/tables.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { ReferenceRefusal } from '../types.ts';
import { revocationKeeper } from '../revocations.ts';
import { query } from '../row.ts';
import { planSnapshot, type ReferenceChange, type TableChange } from './plan.ts';

/** Writes the rows of one table that differ; the statements are kept from one time to the next. */
function tableWriter(db: Database, { table, columns }: ReferenceTable): (change: TableChange) => void {
  const key = columns[0] as string;
  const names = columns.join(', ');
  const updates = columns.slice(1).map((name) => `${name} = excluded.${name}`);
  const onConflict = updates.length === 0 ? 'DO NOTHING' : `DO UPDATE SET ${updates.join(', ')}`;
  const upsert = db.prepare<(string | number)[]>(
    `INSERT INTO ${table} (${names}) VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT (${key}) ${onConflict}`,
  );
  const remove = db.prepare<[string | number]>(`DELETE FROM ${table} WHERE ${key} = ?`);
  return ({ puts, removes }) => {
    for (const row of puts) upsert.run(...row);
    for (const id of removes) remove.run(id);
  };
}

export type { ReferenceChange };

export interface ReferenceWriter {
  /** What a snapshot changes of what is there. */
  plan(reference: Reference): ReferenceChange;
  /**
   * Inside a transaction: replaces the reference data, and has recorded what follows from it on `day`: a
   * LEDGER_TERMS_SET if points settle or lapse in another way now, then one ALLOWANCE_OPENED for each grant that has
   * none yet, then one ALLOWANCE_CLOSED for each closing that has none, which also takes what was just opened,
   * and what acts about exceptions ask for that were not done.
   */
  apply(
    change: ReferenceChange,
    day: number,
    record: (drafts: readonly EventDraft[]) => void,
  ): Result<null, ReferenceRefusal>;
}

/** `facts` answers of the moment, so what was recorded within the transaction is in it. */
export function referenceWriter(
  db: Database,
  stationId: number,
  facts: EscrowFacts & ActFacts,
): ReferenceWriter {
  const inForce = query<[], { readonly version: number; readonly revocationNumber: number }>(
    db,
    'SELECT version, revocation_number FROM reference_state WHERE id = 1',
  );
  const writeState = db.prepare<(string | number)[]>(
    `INSERT INTO reference_state VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, made_at_ms = excluded.made_at_ms,
       station_name = excluded.station_name, township_name = excluded.township_name,
       county_name = excluded.county_name, rules = excluded.rules, rules_version = excluded.rules_version,
       revocation_number = excluded.revocation_number`,
  );
  const termsAt = query<[number], LedgerTerms>(
    db,
    `SELECT settlement, expiry, expiry_months FROM ledger_terms WHERE from_version <= ?
     ORDER BY from_version DESC LIMIT 1`,
  );
  const leftHouseholds = query<[], { readonly householdId: number; readonly volunteerId: number }>(
    db,
    `SELECT household_id, volunteer_id FROM pooling agreed WHERE given = 1 AND NOT EXISTS
       (SELECT 1 FROM volunteer v WHERE v.id = agreed.volunteer_id AND v.household_id = agreed.household_id)`,
  );
  /** Whoever has left a household no longer lets it spend their points, also when they come back to it. */
  function consentsThatEnd(): readonly EventDraft[] {
    return leftHouseholds.all().map((row) => ({ type: 'POOLING_SET', ...row, consent: 'WITHDRAWN' }));
  }
  /** The fact that points settle or lapse in another way from these rules on, if they do. */
  function newTerms({ version, points: { settlement }, ledger }: Reference['rules']): readonly EventDraft[] {
    const { expiry, expiryMonths } = ledger;
    const now = termsOf(version);
    const same = now.settlement === settlement && now.expiry === expiry && now.expiryMonths === expiryMonths;
    if (same) return [];
    return [{ type: 'LEDGER_TERMS_SET', fromVersion: version, settlement, expiry, expiryMonths }];
  }
  function termsOf(version: number): LedgerTerms {
    return termsAt.get(version) ?? DEFAULT_TERMS;
  }

  const keepRevoked = revocationKeeper(db);
  const writers = new Map(REFERENCE_TABLES.map((table) => [table.table, tableWriter(db, table)]));

  return {
    plan: (snapshot) => planSnapshot(db, snapshot),
    apply({ fromVersion, head: reference, tables }, day, record) {
      const { station, rules, revocations } = reference;
      if (station.id !== stationId) return err({ kind: 'OTHER_STATION' });
      const before = inForce.get();
      if (
        before !== undefined &&
        (reference.version < before.version ||
          (revocations.number > 0 && revocations.number < before.revocationNumber))
      )
        return err({ kind: 'ROLLED_BACK' });
      if (reference.version === before?.version) return ok(null);
      if (fromVersion !== (before?.version ?? 0)) return err({ kind: 'STALE' });
      for (const change of tables) {
        writers.get(change.table)?.(change);
        // What the list of this version leaves out stays revoked: it came by the acknowledgements, or by a longer list.
        if (change.table === 'revocation') keepRevoked(change.puts.map(([cardNumber]) => Number(cardNumber)));
      }
      writeState.run(
        reference.version,
        reference.madeAtMs,
        station.name,
        station.townshipName,
        station.countyName,
        JSON.stringify(rules),
        rules.version,
        revocations.number,
      );
      record(newTerms(rules));
      record(consentsThatEnd());
      record(decideOpenings(facts, reference.grants, termsOf(rules.version), day));
      record(decideClosings(facts, reference.closings ?? [], day));
      for (const act of reference.acts ?? []) record(decideAct(facts, act, rules.ledger));
      return ok(null);
    },
  };
}
