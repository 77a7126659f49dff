/**
 * Arrays as one parameter each. The drivers would escape and quote every element by itself, which costs the county
 * more than all its cryptography; numbers and hexadecimal need neither.
 */
import { sql, type RawBuilder } from 'kysely';

/** Integers as a bigint[]. */
export function bigints(values: readonly number[]): RawBuilder<readonly number[]> {
  return sql`${`{${values.join(',')}}`}::text::bigint[]`;
}

/** Hexadecimal texts as a text[]. Throws for anything else, since nothing here is escaped. */
export function hexTexts(values: readonly string[]): RawBuilder<readonly string[]> {
  if (!values.every((value) => /^[0-9a-f]+$/.test(value))) throw new RangeError('not hexadecimal');
  return sql`${`{${values.join(',')}}`}::text::text[]`;
}

/** Lines as rows of one column: canonical texts hold no line break, since JSON escapes it. Throws for one that does. */
export function lines(values: readonly string[]): RawBuilder<string> {
  const joined = values.join('\n');
  let breaks = 0;
  for (let at = joined.indexOf('\n'); at >= 0; at = joined.indexOf('\n', at + 1)) breaks += 1;
  if (breaks !== values.length - 1) throw new RangeError('a line break within a line');
  return sql`string_to_table(${joined}::text, chr(10))`;
}
