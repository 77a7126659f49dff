/** What each entry counted for, so that it counts for nothing once it is taken back; and who approved it. */
import type { Migration } from './migration.ts';

export const entryCredit: Migration = {
  version: 15,
  name: 'entry credit',
  refold: true,
  sql: `
    -- By part of an entry (a day of its service); gone when the entry is taken back. volunteer_id 0: no hours.
    -- household_id: whose cap of awards it counts against, 0 for none.
    CREATE TABLE entry_credit (
      incarnation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      part INTEGER NOT NULL,
      volunteer_id INTEGER NOT NULL,
      day INTEGER NOT NULL,
      minutes INTEGER NOT NULL,
      honor_minutes INTEGER NOT NULL,
      points INTEGER NOT NULL,
      household_id INTEGER NOT NULL,
      PRIMARY KEY (incarnation, seq, part)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX entry_credit_of_volunteer ON entry_credit (volunteer_id, incarnation, seq) WHERE volunteer_id <> 0;
    -- 0: nobody yet.
    ALTER TABLE lot ADD COLUMN approved_by INTEGER NOT NULL DEFAULT 0;
  `,
};
