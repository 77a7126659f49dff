/** What `npm run mutate` takes away of the county's taking in of batches. */
import type { Mutation } from './mutation.ts';

export const COUNTY_MUTATIONS: readonly Mutation[] = [
  {
    name: 'the transaction of what the county takes in',
    file: 'county/server/ingest.ts',
    take: 'return context.db.transaction().execute(async (tx): Promise<Result<store.Head, CountyError>> => {',
    put: 'return context.db.connection().execute(async (tx): Promise<Result<store.Head, CountyError>> => {',
    tests: ['tests/county/server/ingest.test.ts'],
  },
  {
    name: 'the unique key of what the county takes in',
    file: 'county/server/db/migrations/0001-first.ts',
    take: '    PRIMARY KEY (station_id, incarnation, seq, month)\n',
    put: '    CHECK (true)\n',
    tests: ['tests/county/server/ingest.test.ts'],
  },
  {
    name: 'the look whether what the county takes in was granted',
    file: 'county/server/transfers.ts',
    take: "if (known === undefined || known.state === 'CLOSING' || known.closedPoints !== event.points)",
    put: 'if (event.points < 0)',
    tests: ['tests/county/server/transfers.test.ts'],
  },
];
