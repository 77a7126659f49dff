/**
 * The story of a county that changes a little every day, and a station that hears of it now and then: from any
 * version it had, the changes alone bring it exactly to where a snapshot would; and where the two have drifted
 * apart it notices, and takes nothing over that does not fit.
 */
import { describe, expect, it } from 'vitest';
import Database from 'better-sqlite3';
import { databaseFile } from '../../db/open.ts';
import { openJournalReader } from '../../db/reader.ts';
import type { Store } from '../../db/types.ts';
import { contentHash, contentOf } from '../../domain/reference/content.ts';
import { deltaBetween, deltaSchema, type ReferenceDelta } from '../../domain/reference/delta.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import { REFERENCE_TABLES } from '../../domain/reference/tables.ts';
import { err, ok } from '../../domain/result.ts';
import { toHex } from '../../domain/wire/bytes.ts';
import { fc } from '../harness/property.ts';
import * as v from 'valibot';
import { open, sampleReference, sha256, TestClock } from './support.ts';
import { tempDir } from './tempDir.ts';

/** The delta from one version to another, as the county makes it and the station reads it. */
function deltaFor(first: Reference, last: Reference): ReferenceDelta {
  const hash = contentHash(sha256, contentOf(last), { ...last, revocationNumber: last.revocations.number });
  const { version, madeAtMs } = last;
  const numbers = { fromVersion: first.version, version, madeAtMs, contentHash: toHex(hash) };
  return v.parse(deltaSchema, JSON.parse(JSON.stringify({ ...numbers, ...deltaBetween(first, last) })));
}
function withReference(reference: Reference): { readonly store: Store; readonly dir: string } {
  const dir = tempDir();
  const store = open(dir, new TestClock());
  expect(store.applyReference(reference)).toEqual(ok(null));
  return { store, dir };
}
function planIn(dir: string, delta: ReferenceDelta) {
  const reader = openJournalReader(dir, sha256);
  try {
    return reader.planDelta(delta);
  } finally {
    reader.close();
  }
}
/** Everything that stands in the tables of reference data. */
function tablesIn(dir: string): unknown {
  const db = new Database(databaseFile(dir), { readonly: true });
  try {
    const tables = [...REFERENCE_TABLES.map(({ table }) => table), 'reference_state'];
    const facts = db
      .prepare("SELECT seq, json_extract(text, '$[0]') AS code FROM journal ORDER BY seq")
      .all();
    return [facts, ...tables.map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all())];
  } finally {
    db.close();
  }
}

const some = <T>(items: readonly T[]) => fc.subarray([...items]);
const base = sampleReference();
/** Another day at the county: people come and go, prices and names change, cards are revoked, rules are set. */
const anyChange = fc.record({
  volunteers: some([
    ...base.volunteers,
    ...[5, 6].map((id) => ({ ...(base.volunteers[0] ?? never()), id, name: `新${id}` })),
  ]).chain((list) =>
    fc.boolean().map((renamed) => list.map((one) => (renamed ? { ...one, name: `${one.name}甲` } : one))),
  ),
  cards: some([
    ...base.cards,
    { cardNumber: 1005, volunteerId: 5, generation: 1, issuerId: 1 },
    { cardNumber: 1006, volunteerId: 6, generation: 2, issuerId: 1 },
  ]),
  teams: some(base.teams),
  stations: some([
    { id: 17, name: '七里坪村' },
    { id: 99, name: '别村' },
  ]),
  closings: some([{ id: 31, holder: 'PERSON' as const, holderId: 1, points: 20, toStationId: 99 }]),
  activities: some(base.activities),
  goods: fc.integer({ min: 1, max: 3 }).map((price) =>
    base.goods.map((goods) => ({
      ...{ ...goods, unitPoints: price },
      // Prices that come, and are gone again when they hold.
      ...(price > goods.id && { coming: [{ fromDay: 20_790 + price, unitPoints: price + 1 }] }),
    })),
  ),
  more: fc.nat(2),
  rules: fc.boolean(),
});
function never(): never {
  throw new Error('the sample has people');
}
const anyHistory = fc.array(anyChange, { minLength: 1, maxLength: 5 }).map((days) =>
  days.reduce<Reference[]>(
    (history, { more, rules, ...lists }) => {
      const before = history.at(-1) ?? base;
      const { number, cardNumbers } = before.revocations;
      const revoked = Array.from({ length: more }, (_, i) => 8000 + 10 * history.length + i);
      return [
        ...history,
        {
          ...before,
          ...lists,
          version: before.version + 1,
          madeAtMs: before.madeAtMs + 1000,
          revocations: { number: number + more, cardNumbers: [...cardNumbers, ...revoked] },
          rules: rules ? { ...before.rules, version: before.rules.version + 1 } : before.rules,
        },
      ];
    },
    [base],
  ),
);

describe('deltas of reference data', () => {
  it('lead over any number of versions exactly to where the snapshot leads', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const last = history.at(-1) ?? base;
        const one = withReference(base);
        const planned = planIn(one.dir, deltaFor(base, last));
        if (!planned.ok) throw new Error(planned.error.kind);
        expect(one.store.applyReferenceChange(planned.value)).toEqual(ok(null));
        const other = withReference(base);
        expect(other.store.applyReference(last)).toEqual(ok(null));
        one.store.close();
        other.store.close();
        expect(tablesIn(one.dir)).toEqual(tablesIn(other.dir));
      }),
      { numRuns: 12 },
    );
  });

  it('write nothing but what has changed, and open what the county moved here', () => {
    const { store, dir } = withReference(base);
    const next: Reference = {
      ...base,
      version: 2,
      // The card stands before its owner comes: both are one transaction.
      cards: [...base.cards, { cardNumber: 1005, volunteerId: 5, generation: 1, issuerId: 1 }],
      volunteers: [...base.volunteers, { ...(base.volunteers[0] ?? never()), id: 5 }],
      grants: [
        ...base.grants,
        { ...(base.grants[0] ?? { holder: 'PERSON', holderId: 1, points: 30 }), id: 901 },
      ],
    };
    const planned = planIn(dir, deltaFor(base, next));
    if (!planned.ok) throw new Error(planned.error.kind);
    expect(planned.value.tables.map(({ table, puts, removes }) => [table, puts.length, removes])).toEqual([
      ['volunteer', 1, []],
      ['person', 1, []],
      ['card', 1, []],
    ]);
    const before = store.syncState().recorded;
    expect(store.applyReferenceChange(planned.value)).toEqual(ok(null));
    expect(store.syncState().recorded).toBe(before + 1);
    expect(store.views.card(1005)).toMatchObject({ volunteerId: 5 });
    store.close();
  });

  it('are noticed not to fit where the tables have drifted, or another version is in force', () => {
    const { store, dir } = withReference(base);
    const next: Reference = { ...base, version: 2, teams: [{ id: 1, name: '新名' }] };
    const delta = deltaFor(base, next);
    const drifted = new Database(databaseFile(dir));
    drifted.exec("UPDATE person SET name = '别人' WHERE id = 3");
    drifted.close();
    expect(planIn(dir, delta)).toEqual(err({ kind: 'NOT_FROM_HERE' }));
    expect(planIn(dir, { ...delta, fromVersion: 7 })).toEqual(err({ kind: 'NOT_FROM_HERE' }));
    // The snapshot mends it.
    expect(store.applyReference(next)).toEqual(ok(null));
    expect(store.views.person(3)?.name).toBe('志愿者3');
    store.close();
  });

  it('never take anything back', () => {
    const { store, dir } = withReference(base);
    const next: Reference = { ...base, version: 2, teams: [] };
    const planned = planIn(dir, deltaFor(base, next));
    if (!planned.ok) throw new Error(planned.error.kind);
    const lower = { ...base.revocations, number: base.revocations.number - 1 };
    const { value } = planned;
    expect(store.applyReferenceChange({ ...value, head: { ...value.head, revocations: lower } })).toEqual(
      err({ kind: 'ROLLED_BACK' }),
    );
    expect(store.applyReference({ ...base, version: 5 })).toEqual(ok(null));
    expect(store.applyReferenceChange({ ...value, head: { ...value.head, version: 6 } })).toEqual(
      err({ kind: 'STALE' }),
    );
    store.close();
  });
});
