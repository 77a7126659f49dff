/** What `npm run mutate` takes away of the ledger's moves between stations. */
import type { Mutation } from './mutation.ts';

const ESCROW_TESTS = [
  'tests/domain/escrow',
  'tests/domain/points/escrow.test.ts',
  'tests/domain/points/lost.test.ts',
];

export const ESCROW_MUTATIONS: readonly Mutation[] = [
  {
    name: "escrow's closing of what moves away",
    file: 'domain/points/spending.ts',
    take: "return finished(move(sums, 'available', 'closed', points), taken.lots, []);",
    put: 'return finished(sums, [], []);',
    tests: ESCROW_TESTS,
  },
  {
    name: "escrow's mark that a side of an act is done",
    file: 'domain/points/fold.ts',
    take: 'if (book.isDone(side, actId)) return;',
    put: 'if (actId < 0) return;',
    tests: ESCROW_TESTS,
  },
  {
    name: "escrow's unique index on acts",
    file: 'db/migrations/0007-escrow.ts',
    take: `      PRIMARY KEY (side, act_id)
    ) STRICT, WITHOUT ROWID;`,
    put: `      CHECK (true)
    ) STRICT;`,
    tests: ['tests/db/migrations/0007-escrow.test.ts'],
  },
  {
    name: "escrow's look whether a closing was done before",
    file: 'domain/points/escrow.ts',
    take: "closings.filter(({ id }) => !facts.isDone('CLOSED', id))",
    put: 'closings.filter(({ id }) => id > 0)',
    tests: ESCROW_TESTS,
  },
  {
    name: "escrow's look whether a grant was opened before",
    file: 'domain/points/escrow.ts',
    take: "grants.filter(({ id }) => !facts.isDone('OPENED', id))",
    put: 'grants.filter(({ id }) => id > 0)',
    tests: ESCROW_TESTS,
  },
  {
    name: "escrow's order: opened only after it was closed",
    file: 'domain/points/transfer.ts',
    take: "toStationId === stationId && state === 'CLOSED')",
    put: "toStationId === stationId && state !== 'OPENED')",
    tests: ESCROW_TESTS,
  },
  {
    name: "escrow's cap on what the county does not know",
    file: 'domain/points/pay.ts',
    take: 'return Math.min(all, Math.max(0, all - fresh + cap - used));',
    put: 'return all + 0 * (fresh + cap + used);',
    tests: ESCROW_TESTS,
  },
  {
    name: "a lost station's slice, opened elsewhere",
    file: 'domain/points/lost.ts',
    take: 'opened: slices.flatMap(',
    put: 'opened: slices.slice(0, 0).flatMap(',
    tests: ESCROW_TESTS,
  },
  {
    name: 'the new way of what was under way to a lost station',
    file: 'domain/points/lost.ts',
    take: '.filter(({ toStationId }) => toStationId === stationId)',
    put: '.filter(({ toStationId }) => toStationId === -stationId)',
    tests: ESCROW_TESTS,
  },
  {
    name: 'the answer to who waits for a lost station',
    file: 'domain/points/lost.ts',
    take: "transfer): Transfer => ({ ...transfer, state: 'CLOSED', lots: [], closedPoints: 0 })",
    put: 'transfer): Transfer => transfer',
    tests: ESCROW_TESTS,
  },
  {
    name: 'the look at what a forgotten declaration has opened',
    file: 'domain/points/lost.ts',
    take: 'return { ...lot, points: lot.points - part };',
    put: 'return { ...lot, points: lot.points - 0 * part };',
    tests: ['tests/domain/points/lost.test.ts', 'tests/county/server/accountMoves.test.ts'],
  },
  {
    name: 'the look whether more was opened than given up',
    file: 'county/server/transfers.ts',
    take: "if (known?.state === 'OPENED' && known.closedPoints > event.points)",
    put: "if (known?.state === 'OPENED' && known.closedPoints > event.points + 1e9)",
    tests: ['tests/county/server/accountMoves.test.ts'],
  },
  {
    name: 'the register that says who is the head of a household',
    file: 'county/server/wishes.ts',
    take: "AND (h->>'headId')::bigint = ${volunteerId}`",
    put: 'AND 0 <= ${volunteerId}::bigint`',
    tests: ['tests/county/server/accountMoves.test.ts'],
  },
  {
    name: 'the household that stays when somebody marries into another',
    file: 'county/server/wishes.ts',
    take: '!old.has(householdId)',
    put: '(old.size < 0 || householdId > 0)',
    tests: ['tests/county/server/accountMoves.test.ts'],
  },
  {
    name: 'the arrears of what was reversed after it left',
    file: 'domain/points/entries.ts',
    take: 'sum + amount - expired, 0);',
    put: 'sum + amount - expired - 1, 0);',
    tests: ESCROW_TESTS,
  },
];
