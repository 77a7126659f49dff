/**
 * Which columns a batch has. They follow from the table of events alone: a column for each header field, then
 * one for each (field name, kind) in the order in which the table first names it. Types that share a field,
 * such as `volunteerId`, share its column: that is what lets a column be derived from another.
 */
import { EVENTS, EVENT_TYPES, HEADER_FIELDS, type EventType } from '../journal/events.ts';
import type { FieldSpec } from '../journal/fields.ts';

export interface Column {
  /** Place in COLUMNS; the number by which MINUS and MAPPED name it. */
  readonly index: number;
  readonly name: string;
  readonly spec: FieldSpec;
  /** The types of events that have this field; null for a header field, which all have. */
  readonly types: ReadonlySet<EventType> | null;
}

/** The column of event codes; it is written first. */
export const CODE_COLUMN = 0;
/** `seq` is not written: it is counted from the batch's first. It keeps a number so that MINUS can name it. */
export const SEQ_COLUMN = 1;

function signature(name: string, spec: FieldSpec): string {
  const detail = spec.kind === 'choice' ? spec.of : spec.kind === 'rows' ? Object.keys(spec.columns) : [];
  return [spec.kind, name, ...detail].join(' ');
}

function buildColumns(): Column[] {
  const columns: Column[] = ['type', ...HEADER_FIELDS].map((name, index) => ({
    index,
    name,
    spec: { kind: 'int' },
    types: null,
  }));
  const bySignature = new Map<
    string,
    { index: number; name: string; spec: FieldSpec; types: Set<EventType> }
  >();
  for (const type of EVENT_TYPES) {
    for (const [name, spec] of Object.entries<FieldSpec>(EVENTS[type].fields)) {
      const key = signature(name, spec);
      const known = bySignature.get(key);
      if (known !== undefined) {
        known.types.add(type);
        continue;
      }
      const column = { index: columns.length, name, spec, types: new Set([type]) };
      bySignature.set(key, column);
      columns.push(column);
    }
  }
  return columns;
}

/** All columns of wire version 1. New types of events come last in EVENTS, so that no number changes. */
export const COLUMNS: readonly Column[] = buildColumns();

/**
 * From which earlier columns it is worth trying to derive a column, by name. This is the encoder's choice and
 * no part of the format.
 */
export const WORTH_DERIVING_FROM: Readonly<Record<string, readonly string[]>> = {
  monoMs: ['atMs'],
  signInSeq: ['seq'],
  cardNumber: ['volunteerId'],
  activityId: ['volunteerId'],
  outAtMs: ['atMs'],
  startMs: ['atMs'],
  endMs: ['startMs'],
  minutes: ['day'],
  points: ['minutes'],
  unitPoints: ['goodsId'],
};
