/** fast-check arbitraries for journal events, made from the same table as everything else. */
import { EVENT_TYPES, fieldsOf, type EventType, type JournalEvent } from '../../domain/journal/events.ts';
import type { FieldSpec } from '../../domain/journal/fields.ts';
import { fc } from './property.ts';

const safeInt = fc.maxSafeInteger();
const text = fc.string({ unit: 'grapheme', maxLength: 40 });

function valueOf(spec: FieldSpec): fc.Arbitrary<unknown> {
  switch (spec.kind) {
    case 'int':
      return safeInt;
    case 'text':
      return text;
    case 'choice':
      return fc.constantFrom(...spec.of);
    case 'rows': {
      const columns = Object.keys(spec.columns);
      return fc.array(fc.record(Object.fromEntries(columns.map((name) => [name, safeInt]))), {
        maxLength: 5,
      });
    }
  }
}

/** Any event of one type that fits its fields; whether it makes sense is not its concern. */
export function eventOfType(type: EventType): fc.Arbitrary<JournalEvent> {
  const own = Object.fromEntries(Object.entries(fieldsOf(type)).map(([name, spec]) => [name, valueOf(spec)]));
  return fc.record({
    type: fc.constant(type),
    seq: fc.nat(),
    atMs: safeInt,
    boot: fc.nat(),
    monoMs: fc.maxSafeNat(),
    trust: fc.constantFrom(0, 1, 2),
    rulesVersion: fc.nat(),
    actorId: fc.nat(),
    ...own,
  }) as unknown as fc.Arbitrary<JournalEvent>;
}

/** Any event of any type. */
export const anyEvent: fc.Arbitrary<JournalEvent> = fc.constantFrom(...EVENT_TYPES).chain(eventOfType);
