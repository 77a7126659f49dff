/** Which county gave a waiting line back: one that was restored since may not have it any more. */
import type { Migration } from './migration.ts';

export const returnEpoch: Migration = {
  version: 13,
  name: 'return epoch',
  sql: `
    -- Of the county; '' where nobody knows any more, and for lines that were read here.
    ALTER TABLE waiting_line ADD COLUMN epoch TEXT NOT NULL DEFAULT '';
  `,
};
