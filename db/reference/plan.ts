/**
 * What must be written to take over reference data, found by difference. It reads all rows there are, so it is
 * done on a worker's connection: the writer is then held up by the changes alone.
 */
import type { Database } from 'better-sqlite3';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import { contentHash, contentOf, type Content } from '../../domain/reference/content.ts';
import { keyOf, putsOf, type ReferenceDelta } from '../../domain/reference/delta.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import { REFERENCE_TABLES, type ReferenceHead, type Row, type Value } from '../../domain/reference/tables.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { toHex } from '../../domain/wire/bytes.ts';
import { query } from '../row.ts';

export interface TableChange {
  readonly table: string;
  readonly puts: readonly Row[];
  readonly removes: readonly Value[];
}
/** Reference data by what it changes. */
export interface ReferenceChange {
  /** The version that it was made against; 0 for none. It fits no other. */
  readonly fromVersion: number;
  /** Its small parts, and the county's acts. */
  readonly head: ReferenceHead;
  readonly tables: readonly TableChange[];
}

interface StateRow {
  readonly version: number;
  readonly stationName: string;
  readonly townshipName: string;
  readonly countyName: string;
  readonly rules: string;
  readonly revocationNumber: number;
}
function stateOf(db: Database): StateRow | undefined {
  return query<[], StateRow>(
    db,
    `SELECT version, station_name AS stationName, township_name AS townshipName, county_name AS countyName,
       rules, revocation_number AS revocationNumber FROM reference_state WHERE id = 1`,
  ).get();
}

function contentIn(db: Database): Content {
  return new Map(
    REFERENCE_TABLES.map(({ table, columns }) => {
      const select = db.prepare<[], Row>(`SELECT ${columns.join(', ')} FROM ${table}`).raw(true);
      return [table, new Map(select.all().map((row) => [row[0] as Value, row]))];
    }),
  );
}

function tableChanges(before: Content, after: Content): readonly TableChange[] {
  return REFERENCE_TABLES.map(({ table }) => {
    const gone = new Map(before.get(table));
    const puts: Row[] = [];
    for (const [id, row] of after.get(table) ?? []) {
      const there = gone.get(id);
      gone.delete(id);
      if (there === undefined || row.some((value, i) => value !== there[i])) puts.push(row);
    }
    return { table, puts, removes: [...gone.keys()] };
  }).filter(({ puts, removes }) => puts.length + removes.length > 0);
}

/** Without the lists, which must not travel from the worker to the writer for nothing. */
function headOf({
  version,
  madeAtMs,
  station,
  rules,
  revocations,
  grants,
  closings = [],
  acts = [],
}: Reference): ReferenceHead {
  return { version, madeAtMs, station, rules, revocations, grants, closings, acts };
}

/** What a snapshot changes of what is there. */
export function planSnapshot(db: Database, reference: Reference): ReferenceChange {
  const plan = db.transaction((): ReferenceChange => {
    const after = contentOf(reference);
    return {
      fromVersion: stateOf(db)?.version ?? 0,
      head: headOf(reference),
      tables: tableChanges(contentIn(db), after),
    };
  });
  return plan();
}

/** The rows that a delta leads to. */
function contentAfter(before: Content, delta: ReferenceDelta): Content {
  const puts = contentOf(putsOf(delta));
  const { keyed, whole } = delta;
  return new Map(
    REFERENCE_TABLES.map(({ table, part }) => {
      const rows = puts.get(table) ?? new Map<Value, Row>();
      if (part === 'revocations' || part === 'stations')
        return [table, whole[part] === undefined ? new Map(before.get(table)) : rows];
      const after = new Map(before.get(table));
      // What is put takes the place of all that was there of it.
      const replaced = keyed[part]?.puts.map((item) => keyOf(part, item)) ?? [];
      for (const id of [...(keyed[part]?.removes ?? []), ...replaced]) after.delete(id);
      for (const [id, row] of rows) after.set(id, row);
      return [table, after];
    }),
  );
}

/** Parts that a delta leaves out stay as they are; acts of the county that it leaves out were taken over before. */
function headAfter(
  stationId: number,
  state: StateRow,
  before: Content,
  delta: ReferenceDelta,
): ReferenceHead {
  const { version, madeAtMs, whole } = delta;
  const { stationName: name, townshipName, countyName, revocationNumber } = state;
  return {
    version,
    madeAtMs,
    station: whole.station ?? { id: stationId, name, townshipName, countyName },
    rules: whole.rules ?? (JSON.parse(state.rules) as Reference['rules']),
    revocations: whole.revocations ?? {
      number: revocationNumber,
      cardNumbers: [...(before.get('revocation')?.keys() ?? [])].map(Number),
    },
    grants: whole.grants ?? [],
    closings: whole.closings ?? [],
    acts: whole.acts ?? [],
  };
}

/**
 * What a delta changes of what is there. NOT_FROM_HERE: another version is in force than it leads from, or what it
 * leads to is not what the county signed: the two have drifted apart, and only a snapshot helps.
 */
export function planDelta(
  db: Database,
  stationId: number,
  sha256: Sha256,
  delta: ReferenceDelta,
): Result<ReferenceChange, { readonly kind: 'NOT_FROM_HERE' }> {
  const plan = db.transaction((): Result<ReferenceChange, { readonly kind: 'NOT_FROM_HERE' }> => {
    const state = stateOf(db);
    if (state?.version !== delta.fromVersion) return err({ kind: 'NOT_FROM_HERE' });
    const before = contentIn(db);
    const head = headAfter(stationId, state, before, delta);
    const after = contentAfter(before, delta);
    const hash = contentHash(sha256, after, { ...head, revocationNumber: head.revocations.number });
    if (toHex(hash) !== delta.contentHash) return err({ kind: 'NOT_FROM_HERE' });
    return ok({ fromVersion: state.version, head, tables: tableChanges(before, after) });
  });
  return plan();
}
