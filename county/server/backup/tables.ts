/** The county's tables as the database itself lists them: a table that a later migration adds is backed up too. */
import { sql } from 'kysely';
import type { CountyDb } from '../db/open.ts';

export interface TableShape {
  readonly name: string;
  /** Those that can be written: generated ones follow from the others. */
  readonly columns: readonly string[];
  /** Numbered by the database; null for none. */
  readonly identity: string | null;
}

/** Every table but the migrator's own and the partitions of others, in the order in which they were made. */
export async function tablesOf(db: CountyDb): Promise<readonly TableShape[]> {
  const { rows } = await sql<{ name: string; columns: readonly string[]; identity: string | null }>`
    SELECT c.relname AS name,
      array_to_json(ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum)) AS columns,
      (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attidentity <> ''
        AND NOT a.attisdropped LIMIT 1) AS identity
    FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relname NOT LIKE 'kysely\\_%'
    ORDER BY c.oid`.execute(db);
  return rows;
}
