/** What `npm run mutate` takes away: a text that stands exactly once in a file, and the tests that must go red. */
import { COUNTY_MUTATIONS } from './countyMutations.ts';
import { ESCROW_MUTATIONS } from './escrowMutations.ts';
import type { Mutation } from './mutation.ts';

const STORE = 'db/store.ts';
const JOURNAL = 'db/migrations/0001-journal.ts';
const MIGRATION_TESTS = ['tests/db/migrations/0001-journal.test.ts', 'tests/db/store.test.ts'];

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'the unique index on requests',
    file: JOURNAL,
    take: `      id TEXT NOT NULL PRIMARY KEY,
      incarnation INTEGER NOT NULL,
      first_seq INTEGER NOT NULL,
      last_seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;`,
    put: `      id TEXT NOT NULL,
      incarnation INTEGER NOT NULL,
      first_seq INTEGER NOT NULL,
      last_seq INTEGER NOT NULL
    ) STRICT;`,
    tests: MIGRATION_TESTS,
  },
  {
    name: 'the look for an earlier answer to the same request',
    file: STORE,
    take: 'const earlier = id === null ? undefined : requests.replay(id);',
    put: 'const earlier: Recorded | undefined = id === id ? undefined : requests.replay(String(id));',
    tests: ['tests/db/store.test.ts'],
  },
  {
    name: 'the check that the points are there',
    file: 'domain/shop/decide.ts',
    take: `if (needed > available + awaitingCounty) return err({ kind: 'NOT_ENOUGH_POINTS', available, needed });
  if (needed > available)`,
    put: `if (needed > available + 1e9) return err({ kind: 'NOT_ENOUGH_POINTS', available, needed });
  if (needed > available + 1e9)`,
    tests: ['tests/domain/shop'],
  },
  {
    name: 'the check that the goods are there',
    file: 'domain/shop/decide.ts',
    take: 'if (sum > goods.stock) return',
    put: 'if (sum > goods.stock + 1e9) return',
    tests: ['tests/domain/shop'],
  },
  {
    name: 'the transaction',
    file: STORE,
    take: `  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');`,
    put: `  const [begin, commit, rollback] = [1, 2, 3].map(() => ({ run: () => undefined })) as [
    { run: () => void }, { run: () => void }, { run: () => void }];`,
    tests: ['tests/db/store.test.ts', 'tests/electron/faultPoints.test.ts'],
  },
  {
    name: 'the commit before the yes',
    file: STORE,
    take: 'if (result.ok) commit.run();',
    put: 'if (result.ok) setTimeout(() => commit.run(), 50);',
    tests: ['tests/electron/faultPoints.test.ts'],
  },
  {
    name: 'the fsync of each commit',
    file: 'db/open.ts',
    take: "db.pragma('synchronous = FULL');",
    put: "db.pragma('synchronous = NORMAL');",
    tests: ['tests/db/store.test.ts'],
  },
  {
    name: 'the trigger against changing an event',
    file: JOURNAL,
    take: 'BEFORE UPDATE ON journal',
    put: 'BEFORE UPDATE ON journal WHEN 0',
    tests: MIGRATION_TESTS,
  },
  {
    name: 'the trigger against deleting an event',
    file: JOURNAL,
    take: 'BEFORE DELETE ON journal',
    put: 'BEFORE DELETE ON journal WHEN 0',
    tests: MIGRATION_TESTS,
  },
  {
    name: 'the trigger against gaps',
    file: JOURNAL,
    take: 'WHEN NEW.seq <> 1 + coalesce(',
    put: 'WHEN 0 AND NEW.seq <> 1 + coalesce(',
    tests: MIGRATION_TESTS,
  },
  {
    name: 'the rule that nobody is in two places',
    file: 'db/migrations/0002-views.ts',
    take: 'CREATE UNIQUE INDEX attendance_open',
    put: 'CREATE INDEX attendance_open',
    tests: ['tests/db/migrations/0002-views.test.ts', 'tests/db/histories.test.ts'],
  },
  {
    name: 'the lock of the folder',
    file: 'db/lock.ts',
    take: "db.exec('BEGIN EXCLUSIVE');",
    put: "db.exec('BEGIN');",
    tests: ['tests/db/open.test.ts'],
  },
  {
    name: 'the comparison of the hashes',
    file: 'db/verify.ts',
    take: 'if (Buffer.compare(hash, line.hash) !== 0) return',
    put: 'if (hash.length !== line.hash.length) return',
    tests: ['tests/db/verify.test.ts', 'tests/db/corruption.test.ts'],
  },
  {
    name: "the station's own time",
    file: 'db/clockTrust.ts',
    take: 'return { atMs: expectedMs, trust: CLOCK_TRUST.DOUBTFUL };',
    put: 'return { atMs: now.atMs, trust: CLOCK_TRUST.DOUBTFUL };',
    tests: ['tests/db/clockCaps.test.ts'],
  },
  {
    name: 'the proof of a backup',
    file: 'db/backup/make.ts',
    take: 'if (finding !== null) return bad(describeFinding(finding));',
    put: 'if (finding !== null && describeFinding(finding) === "") return bad("");',
    tests: ['tests/db/backup.test.ts'],
  },
  {
    name: 'the chain in what a restore carries over',
    file: 'db/backup/salvage.ts',
    take: '|| Buffer.compare(expected, line.hash) !== 0) break;',
    put: ') break;',
    tests: ['tests/db/backup.test.ts'],
  },
  {
    name: 'the new incarnation after a restore',
    file: 'db/incarnation.ts',
    take: 'found?.hardwareId === hardwareId && !rolledBack)',
    put: "(found?.hardwareId === hardwareId || found?.hardwareId === '') && rolledBack !== null)",
    tests: ['tests/db/backup.test.ts'],
  },
  ...COUNTY_MUTATIONS,
  ...ESCROW_MUTATIONS,
  {
    name: 'the second person of a reversal',
    file: 'domain/points/correct.ts',
    take: 'if (maker.id === checker.id || samePerson) return',
    put: 'if (maker.id === -1 && samePerson) return',
    tests: ['tests/domain/points/decisions.test.ts'],
  },
  {
    name: 'the second person of an approval',
    file: 'domain/points/settle.ts',
    take: 'if (keeper.id === confirmedBy || keeper.id === recordedBy) return',
    put: 'if (keeper.id === -1 - confirmedBy - recordedBy) return',
    tests: ['tests/domain/points/decisions.test.ts'],
  },
  {
    name: "the turns of batches that end one volunteer's services (needs PostgreSQL)",
    file: 'county/server/ingest.ts',
    take: 'await takeTurns(tx, fresh);',
    put: 'await takeTurns(tx, []);',
    tests: ['tests/county/server/doubledAtOnce.test.ts'],
  },
  {
    name: "the county's own count of the caps of months",
    file: 'county/server/exceptions/caps.ts',
    take: 'if (beyond) found.push',
    put: 'if (beyond && use.cap === CAP.DAY) found.push',
    tests: ['tests/county/server/caps.test.ts'],
  },
  {
    name: "the look at a fact's numbers before the county counts them",
    file: 'county/server/exceptions/caps.ts',
    take: 'isSane(use) && (use.counted',
    put: '(use.counted',
    tests: ['tests/county/server/caps.test.ts'],
  },
  {
    name: 'the count of days together while nobody vouched for the date',
    file: 'db/settledDays.ts',
    take: 'if (!isSettled) together.push(mostToday(',
    put: 'if (volunteerId < 0) together.push(mostToday(',
    tests: ['tests/db/settledDays.test.ts'],
  },
  {
    name: 'the count of what older boots credited on the day that the county settles',
    file: 'db/settledDays.ts',
    take: 'return plus(creditedOn(volunteerId, day), sumOf(elsewhere));',
    put: 'return plus(creditedOn(volunteerId, day), sumOf(elsewhere.slice(elsewhere.length)));',
    tests: ['tests/db/settledDays.test.ts'],
  },
  {
    name: 'the dates that a keeper cannot mean, since a later start contradicts them',
    file: 'db/cutCredit.ts',
    take: 'return cut.atMs < next + WRONG_CLOCK_MS;',
    put: 'return cut.atMs < next * 2;',
    tests: ['tests/db/cutCredit.test.ts'],
  },
  {
    name: 'the wait for the keeper where something undated may be of the same day',
    file: 'db/cutCredit.ts',
    take: 'if (JSON.stringify(due) === JSON.stringify(dueOf(cut, mostOn)))',
    put: 'if (dueOf(cut, mostOn).length >= 0)',
    tests: ['tests/db/cutCredit.test.ts'],
  },
  {
    name: "the word on the time that outlives the program's restart",
    file: 'db/clockTrust.ts',
    take: 'let expected: Reading | null = told ?? null;',
    put: 'let expected: Reading | null = told?.byCounty === undefined ? null : lastSure ?? null;',
    tests: ['tests/db/settledDays.test.ts'],
  },
  {
    name: 'the days of one service together while its dates are unsure',
    file: 'domain/attendance/credit.ts',
    take: 'return maxDayMinutes - ofDay.minutes - (ofDay.dates === undefined ? 0 : soFar);',
    put: 'return maxDayMinutes - ofDay.minutes - (ofDay.dates === undefined ? soFar : 0) * 0;',
    tests: ['tests/db/settledDays.test.ts'],
  },
  {
    name: 'the refusal to spend while what was lost may still come back',
    file: 'electron/station/spending.ts',
    take: "return standing === 'WORKING' ? ok(null)",
    put: "return standing !== 'REVOKED' ? ok(null)",
    tests: ['tests/scenarios/backFromTheBackup.test.ts'],
  },
];
