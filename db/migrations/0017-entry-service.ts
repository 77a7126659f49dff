/** Whose hours an entry gave, so that a service of which all was taken back no longer stands in the way of another. */
import type { Migration } from './migration.ts';

export const entryService: Migration = {
  version: 17,
  name: 'entry service',
  refold: true,
  sql: `
    -- Of the sign-in, or of the back-fill as it was recorded; 0: the entry is of no service.
    ALTER TABLE entry_credit ADD COLUMN service_incarnation INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE entry_credit ADD COLUMN service_seq INTEGER NOT NULL DEFAULT 0;
  `,
};
