/**
 * Every fact a station can record. Facts are appended, never changed; what a screen shows is folded from them
 * (DESIGN.md, The journal).
 *
 * When adding an event or a field: a number once given to a type is never given to another; an event that has
 * left a station is never given other fields: make a new type. Then give it a fold in db/ and in county/, and a
 * line in the wire page.
 */
import { field, fits, type FieldTable, type FieldValues } from './fields.ts';
import { LATER_EVENTS } from './laterEvents.ts';
import { LEDGER_EVENTS } from './ledgerEvents.ts';
import { SERVICE_EVENTS } from './serviceEvents.ts';

export { SCAN_SOURCES, type ScanSource } from './eventParts.ts';

/** The order is that of the codes. */
export const EVENTS = { ...SERVICE_EVENTS, ...LEDGER_EVENTS, ...LATER_EVENTS } as const satisfies Record<
  string,
  { code: number; fields: FieldTable }
>;

export type EventType = keyof typeof EVENTS;
export const EVENT_TYPES = Object.keys(EVENTS) as EventType[];

/** How far the wall clock could be trusted when the event was written. */
export const CLOCK_TRUST = { TRUSTED: 0, UNCONFIRMED: 1, DOUBTFUL: 2 } as const;
export type ClockTrust = (typeof CLOCK_TRUST)[keyof typeof CLOCK_TRUST];

/** What every event carries besides its own fields. The order is the order of the canonical bytes. */
export const HEADER_FIELDS = ['seq', 'atMs', 'boot', 'monoMs', 'trust', 'rulesVersion', 'actorId'] as const;
export interface EventHeader {
  /** Place in the journal of one (station, incarnation), from 1 without a gap. */
  readonly seq: number;
  /** Wall clock, ms since 1970 UTC. */
  readonly atMs: number;
  /** Counts the boots of the operating system that this incarnation has seen, from 1. */
  readonly boot: number;
  /** Monotonic clock of that boot, ms. */
  readonly monoMs: number;
  readonly trust: ClockTrust;
  /** Version of the rule set that the decision was made by; 0 before any arrived. */
  readonly rulesVersion: number;
  /** The keeper who did it, 0 for the volunteer's own act or the program's. */
  readonly actorId: number;
}

export type EventFields<T extends EventType> = FieldValues<(typeof EVENTS)[T]['fields']>;
/** A decided fact that has no place in the journal yet. */
export type EventDraft<T extends EventType = EventType> = T extends EventType
  ? { readonly type: T } & EventFields<T>
  : never;
export type JournalEvent<T extends EventType = EventType> = T extends EventType
  ? EventHeader & { readonly type: T } & EventFields<T>
  : never;

const TYPE_BY_CODE = new Map<number, EventType>(EVENT_TYPES.map((type) => [EVENTS[type].code, type]));

/** The type with a code, or undefined for a code this version does not know. */
export function eventTypeOf(code: number): EventType | undefined {
  return TYPE_BY_CODE.get(code);
}

/** The own fields of a type, in the order of the canonical bytes. */
export function fieldsOf(type: EventType): FieldTable {
  return EVENTS[type].fields;
}

/**
 * Whether an unknown value is an event of a known type whose every field fits, with none missing and none
 * more. It does not judge whether the fact makes sense.
 */
export function isJournalEvent(value: unknown): value is JournalEvent {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Record<string, unknown>;
  const type = record['type'];
  if (typeof type !== 'string' || !Object.hasOwn(EVENTS, type)) return false;
  const fields = fieldsOf(type as EventType);
  const names = Object.keys(fields);
  return (
    Object.keys(record).length === 1 + HEADER_FIELDS.length + names.length &&
    HEADER_FIELDS.every((name) => fits(field.int, record[name])) &&
    names.every((name) => fits(fields[name] as FieldTable[string], record[name]))
  );
}
