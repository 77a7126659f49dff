/** Single fields out of the canonical texts that the county keeps its events as. */
import { sql, type RawBuilder } from 'kysely';
import { fieldsOf, HEADER_FIELDS, type EventFields, type EventType } from '../../../domain/journal/events.ts';

/** A number of an event's own fields, as SQL over the column `body`; only for rows with the code of that type. */
export function ownField<T extends EventType>(
  type: T,
  name: keyof EventFields<T> & string,
): RawBuilder<number> {
  const place = 1 + HEADER_FIELDS.length + Object.keys(fieldsOf(type)).indexOf(name);
  return sql<number>`(body::json->>${sql.lit(place)})::bigint`;
}
