/** Every migration of the county's database by its number. A number once used is never changed. */
import { Migrator, type Migration } from 'kysely/migration';
import type { Kysely } from 'kysely';
import { first } from './0001-first.ts';
import { ledger } from './0002-ledger.ts';
import { escrow } from './0003-escrow.ts';
import { exceptions } from './0004-exceptions.ts';
import { held } from './0005-held.ts';
import { served } from './0006-served.ts';
import { given } from './0007-given.ts';
import { caps } from './0008-caps.ts';
import { roster } from './0009-roster.ts';
import { prices } from './0010-prices.ts';
import { rulesNamed } from './0011-rules-named.ts';
import { capsTogether } from './0012-caps-together.ts';
import { peopleGiven } from './0013-people-given.ts';
import { takenBack } from './0014-taken-back.ts';
import { review } from './0015-review.ts';
import { honor } from './0016-honor.ts';
import { priceDays } from './0017-price-days.ts';
import { revocationList } from './0018-revocation-list.ts';
import { countyList } from './0019-county-list.ts';
import { pooling } from './0020-pooling.ts';
import { merged } from './0021-merged.ts';
import { givenActivities } from './0022-given-activities.ts';
import { trueTimes } from './0023-true-times.ts';
import { attendedEarlier } from './0024-attended-earlier.ts';

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-ledger': ledger,
  '0003-escrow': escrow,
  '0004-exceptions': exceptions,
  '0005-held': held,
  '0006-served': served,
  '0007-given': given,
  '0008-caps': caps,
  '0009-roster': roster,
  '0010-prices': prices,
  '0011-rules-named': rulesNamed,
  '0012-caps-together': capsTogether,
  '0013-people-given': peopleGiven,
  '0014-taken-back': takenBack,
  '0015-review': review,
  '0016-honor': honor,
  '0017-price-days': priceDays,
  '0018-revocation-list': revocationList,
  '0019-county-list': countyList,
  '0020-pooling': pooling,
  '0021-merged': merged,
  '0022-given-activities': givenActivities,
  '0023-true-times': trueTimes,
  '0024-attended-earlier': attendedEarlier,
};

/** Brings a database up to date. Throws if it has migrations that this version does not know. */
export async function migrate(db: Kysely<never>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('migration failed');
}
