/** What the desk lists: the village's own people among the county's, and what was exchanged in a month. */
import type { Migration } from './migration.ts';

export const desk: Migration = {
  version: 6,
  name: 'desk',
  sql: `
    CREATE INDEX volunteer_of_station ON volunteer (home_station_id);
    CREATE INDEX redeemed_in_month ON redeemed_month (month_day);
  `,
};
