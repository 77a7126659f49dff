/** The events of a batch as columns, and back (WIRE.md, Columns). */
import {
  EVENTS,
  eventTypeOf,
  fieldsOf,
  HEADER_FIELDS,
  isJournalEvent,
  type EventType,
  type JournalEvent,
} from '../journal/events.ts';
import { MAX_ROWS, MAX_TEXT, type FieldSpec } from '../journal/fields.ts';
import { err, ok, type Result } from '../result.ts';
import type { ByteReader, ByteWriter, WireFault } from './bytes.ts';
import type { Sibling } from './intForms.ts';
import { readInts, type EarlierColumn } from './readInts.ts';
import { writeInts } from './writeInts.ts';
import { CODE_COLUMN, COLUMNS, SEQ_COLUMN, WORTH_DERIVING_FROM, type Column } from './layout.ts';

type RowsSpec = Extract<FieldSpec, { kind: 'rows' }>;
type Cells = Record<string, unknown>;

export type ColumnsError =
  | { readonly kind: WireFault }
  /** A type of event that this version does not know: the sender is newer. `place`: events before it. */
  | { readonly kind: 'UNKNOWN_EVENT'; readonly code: number; readonly place: number };

/** Earlier columns with whole numbers, dense over all events, so that later ones can be derived from them. */
class Scope {
  readonly #byIndex = new Map<number, readonly (number | undefined)[]>();
  readonly #byName = new Map<string, number>();

  add(index: number, name: string, dense: readonly (number | undefined)[]): void {
    this.#byIndex.set(index, dense);
    // The first column of a name is the one the encoder's hints mean.
    if (!this.#byName.has(name)) this.#byName.set(name, index);
  }

  #at(index: number, places: readonly number[]): Sibling {
    const dense = this.#byIndex.get(index) ?? [];
    return { index, values: places.map((place) => dense[place]) };
  }

  /** The columns that the encoder should try for a column of this name. */
  hints(name: string, places: readonly number[]): Sibling[] {
    return (WORTH_DERIVING_FROM[name] ?? []).flatMap((other) => {
      const index = this.#byName.get(other);
      return index === undefined ? [] : [this.#at(index, places)];
    });
  }

  /** The values of an earlier column at these places, for a reader that meets its number. */
  lookUp(places: readonly number[]): EarlierColumn {
    return (index) => (this.#byIndex.has(index) ? this.#at(index, places).values : undefined);
  }
}

/** The places of the events that have a column. */
function placesOf(column: Column, types: readonly EventType[]): number[] {
  const places: number[] = [];
  types.forEach((type, place) => {
    if (column.types?.has(type) ?? true) places.push(place);
  });
  return places;
}

function scatter(
  count: number,
  places: readonly number[],
  values: readonly number[],
): (number | undefined)[] {
  const dense = new Array<number | undefined>(count).fill(undefined);
  places.forEach((place, i) => (dense[place] = values[i]));
  return dense;
}

function writeTexts(out: ByteWriter, texts: readonly string[]): void {
  const words = [...new Set(texts)];
  const place = new Map(words.map((word, i) => [word, i]));
  out.varint(words.length);
  for (const word of words) out.text(word);
  writeInts(
    out,
    texts.map((text) => place.get(text) ?? 0),
    [],
  );
}

function readTexts(reader: ByteReader, count: number): string[] {
  const size = reader.varint(count);
  // A text of MAX_TEXT UTF-16 units needs at most three bytes for each.
  const words = Array.from({ length: size }, () => reader.text(3 * MAX_TEXT));
  return readInts(reader, count).map((place) => {
    const word = words[place];
    if (word === undefined) reader.fail('MALFORMED');
    return word ?? '';
  });
}

function writeRows(out: ByteWriter, spec: RowsSpec, fields: readonly (readonly Cells[])[]): void {
  writeInts(
    out,
    fields.map((rows) => rows.length),
    [],
  );
  const flat = fields.flat();
  const places = flat.map((_, i) => i);
  const scope = new Scope();
  Object.keys(spec.columns).forEach((name, index) => {
    const values = flat.map((row) => row[name] as number);
    writeInts(out, values, scope.hints(name, places));
    scope.add(index, name, values);
  });
}

function readRows(reader: ByteReader, spec: RowsSpec, count: number): Cells[][] {
  const sizes = readInts(reader, count);
  if (sizes.some((size) => size < 0 || size > MAX_ROWS)) reader.fail('MALFORMED');
  if (reader.fault !== null) return Array.from({ length: count }, () => []);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const places = Array.from({ length: total }, (_, i) => i);
  const flat = places.map((): Cells => ({}));
  const scope = new Scope();
  Object.keys(spec.columns).forEach((name, index) => {
    const values = readInts(reader, total, scope.lookUp(places));
    values.forEach((value, i) => Object.assign(flat[i] ?? {}, { [name]: value }));
    scope.add(index, name, values);
  });
  let at = 0;
  return sizes.map((size) => flat.slice(at, (at += size)));
}

function writeColumn(
  out: ByteWriter,
  column: Column,
  places: readonly number[],
  scope: Scope,
  records: readonly Cells[],
): void {
  const { spec, name } = column;
  const values = places.map((place) => records[place]?.[name]);
  if (places.length === 0) return;
  if (spec.kind === 'text') {
    writeTexts(out, values as string[]);
    return;
  }
  if (spec.kind === 'rows') {
    writeRows(out, spec, values as Cells[][]);
    return;
  }
  const numbers =
    spec.kind === 'int' ? (values as number[]) : values.map((value) => spec.of.indexOf(value as string));
  writeInts(out, numbers, scope.hints(name, places));
  scope.add(column.index, name, scatter(records.length, places, numbers));
}

/** Writes the events as columns. They must follow each other without a gap; `seq` itself is not written. */
export function writeEvents(out: ByteWriter, events: readonly JournalEvent[]): void {
  const records = events as unknown as readonly Cells[];
  const types = events.map((event) => event.type);
  const all = types.map((_, place) => place);
  writeInts(
    out,
    types.map((type) => EVENTS[type].code),
    [],
  );
  const scope = new Scope();
  scope.add(
    SEQ_COLUMN,
    'seq',
    events.map((event) => event.seq),
  );
  for (const column of COLUMNS) {
    if (column.index === CODE_COLUMN || column.index === SEQ_COLUMN) continue;
    writeColumn(out, column, column.types === null ? all : placesOf(column, types), scope, records);
  }
}

function readColumn(
  reader: ByteReader,
  column: Column,
  places: readonly number[],
  scope: Scope,
  records: readonly Cells[],
): void {
  const { spec, name } = column;
  const count = places.length;
  if (count === 0) return;
  let values: readonly unknown[];
  if (spec.kind === 'text') values = readTexts(reader, count);
  else if (spec.kind === 'rows') values = readRows(reader, spec, count);
  else {
    const numbers = readInts(reader, count, scope.lookUp(places));
    scope.add(column.index, name, scatter(records.length, places, numbers));
    values = spec.kind === 'int' ? numbers : numbers.map((place) => spec.of[place]);
  }
  places.forEach((place, i) => {
    const record = records[place];
    if (record !== undefined) record[name] = values[i];
  });
}

/** Fields in the order of the journal, so that an event that came by wire looks like one that was recorded. */
function inOrder(type: EventType, cells: Cells): Cells {
  const event: Cells = { type };
  for (const name of HEADER_FIELDS) event[name] = cells[name];
  for (const name in fieldsOf(type)) event[name] = cells[name];
  return event;
}

/** Reads `count` events as `writeEvents` wrote them, counting `seq` from `firstSeq`. Leaves the reader after them. */
export function readEvents(
  reader: ByteReader,
  firstSeq: number,
  count: number,
): Result<readonly JournalEvent[], ColumnsError> {
  const types: EventType[] = [];
  for (const code of readInts(reader, count)) {
    const type = eventTypeOf(code);
    if (reader.fault !== null) return err({ kind: reader.fault });
    if (type === undefined) return err({ kind: 'UNKNOWN_EVENT', code, place: types.length });
    types.push(type);
  }
  const all = types.map((_, place) => place);
  const records = all.map((place): Cells => ({ seq: firstSeq + place }));
  const scope = new Scope();
  scope.add(
    SEQ_COLUMN,
    'seq',
    all.map((place) => firstSeq + place),
  );
  for (const column of COLUMNS) {
    if (column.index === CODE_COLUMN || column.index === SEQ_COLUMN) continue;
    readColumn(reader, column, column.types === null ? all : placesOf(column, types), scope, records);
    if (reader.fault !== null) return err({ kind: reader.fault });
  }
  const events: JournalEvent[] = [];
  for (const [place, type] of types.entries()) {
    const event = inOrder(type, records[place] ?? {});
    if (!isJournalEvent(event)) return err({ kind: 'MALFORMED' });
    events.push(event);
  }
  return ok(events);
}
