/** Which acts of the county's person about exceptions were done here (domain/county/acts.ts). */
import type { Migration } from './migration.ts';

export const countyActs: Migration = {
  version: 8,
  name: 'county acts',
  sql: 'CREATE TABLE act_done (act_id INTEGER PRIMARY KEY) STRICT;',
};
