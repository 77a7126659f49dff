/**
 * The accounts of one station in PostgreSQL: what a run of events needs is read at once, folded in memory by the
 * code that the station runs, and written back at once.
 */
import { sql } from 'kysely';
import type { VerifiedRun } from '../../domain/wire/batch.ts';
import type { JournalEvent } from '../../domain/journal/events.ts';
import {
  accountName,
  type EntryKey,
  type Holder,
  holderNumber,
  HOLDERS,
  LedgerError,
  type Lot,
  LOT_STATES,
  type LotState,
  type Sums,
} from '../../domain/points/account.ts';
import {
  ACT_SIDES,
  foldLedgerWhole,
  isLedgerEvent,
  keyOf,
  type ActSide,
  type LedgerEvent,
} from '../../domain/points/fold.ts';
import { needsOf } from '../../domain/points/needs.ts';
import { MemoryBook } from '../../domain/points/memoryBook.ts';
import type { LedgerTerms } from '../../domain/points/terms.ts';
import { bigints, hexTexts } from './db/arrays.ts';
import type { Tx } from './ingestSql.ts';

interface AccountRow extends Sums {
  readonly holder: number;
  readonly holderId: number;
}
interface LotRow extends Omit<Lot, 'state'> {
  readonly holder: number;
  readonly holderId: number;
  readonly state: number;
}
interface UseRow {
  readonly incarnation: string;
  readonly seq: number;
  readonly holder: number;
  readonly holderId: number;
  readonly lotIncarnation: string;
  readonly lotSeq: number;
  readonly lotPart: number;
  readonly points: number;
  readonly restored: number;
}

const holderIn = ({ holder, holderId }: { holder: number; holderId: number }): Holder => ({
  holder: HOLDERS[holder] ?? 'PERSON',
  holderId,
});

const LOT_COLUMNS = sql`l.holder, l.holder_id AS "holderId", l.incarnation, l.seq, l.part,
  l.earned_day AS "earnedDay", l.at_ms AS "atMs", l.expiry_day AS "expiryDay", l.amount, l.remaining, l.expired,
  l.closed, l.state, l.recorded_by AS "recordedBy", l.confirmed_by AS "confirmedBy",
  l.posted_until_day AS "postedUntilDay"`;

/** Reads the accounts and whatever of their past the events name. */
async function load(
  tx: Tx,
  stationId: number,
  holders: readonly Holder[],
  spenders: readonly Holder[],
  keys: readonly EntryKey[],
  acts: readonly number[],
): Promise<MemoryBook> {
  const book = new MemoryBook();
  if (acts.length > 0) {
    const done = await sql<{ readonly side: number; readonly actId: number }>`
      SELECT side, act_id AS "actId" FROM ledger_act
      WHERE station_id = ${stationId} AND act_id = ANY(${bigints(acts)})`.execute(tx);
    for (const { side, actId } of done.rows) book.putDone(ACT_SIDES[side] as ActSide, actId);
  }
  const terms = await sql<LedgerTerms & { readonly fromVersion: number }>`
    SELECT from_version AS "fromVersion", settlement, expiry, expiry_months AS "expiryMonths"
    FROM ledger_terms WHERE station_id = ${stationId}`.execute(tx);
  for (const { fromVersion, ...rest } of terms.rows) book.setTerms(fromVersion, rest);
  const among = (some: readonly Holder[]) =>
    sql`unnest(${bigints(some.map(holderNumber))}, ${bigints(some.map(({ holderId }) => holderId))})
      AS w (holder, holder_id)`;
  const named = sql`unnest(${hexTexts(keys.map(({ incarnation }) => incarnation))},
    ${bigints(keys.map(({ seq }) => seq))}) AS k (incarnation, seq)`;
  const accounts = await sql<AccountRow>`
    SELECT a.holder, a.holder_id AS "holderId", issued, opened, available, pending, held, spent, expired,
      reversed, closed, arrears
    FROM ${among(holders)} JOIN ledger_account a USING (holder, holder_id) WHERE a.station_id = ${stationId}`.execute(
    tx,
  );
  const lots = await sql<LotRow>`
    SELECT ${LOT_COLUMNS} FROM ${among(spenders)} JOIN ledger_lot l USING (holder, holder_id)
      WHERE l.station_id = ${stationId} AND l.remaining > 0
    UNION SELECT ${LOT_COLUMNS} FROM ${among(holders)} CROSS JOIN ${named}
      JOIN ledger_lot l ON l.holder = w.holder AND l.holder_id = w.holder_id
        AND l.incarnation = k.incarnation AND l.seq = k.seq
      WHERE l.station_id = ${stationId}
    UNION SELECT ${LOT_COLUMNS} FROM ${named} JOIN ledger_use u USING (incarnation, seq)
      JOIN ledger_lot l ON l.station_id = u.station_id AND l.holder = u.holder AND l.holder_id = u.holder_id
        AND l.incarnation = u.lot_incarnation AND l.seq = u.lot_seq AND l.part = u.lot_part
      WHERE u.station_id = ${stationId}`.execute(tx);
  const uses = await sql<UseRow>`
    SELECT u.incarnation, u.seq, u.holder, u.holder_id AS "holderId", u.lot_incarnation AS "lotIncarnation",
      u.lot_seq AS "lotSeq", u.lot_part AS "lotPart", u.points, u.restored
    FROM ${named} JOIN ledger_use u USING (incarnation, seq) WHERE u.station_id = ${stationId}`.execute(tx);
  for (const { holder, holderId, ...sums } of accounts.rows)
    book.put(holderIn({ holder, holderId }), sums, []);
  for (const { holder, holderId, state, ...lot } of lots.rows) {
    const owner = holderIn({ holder, holderId });
    book.put(owner, book.sums(owner), [{ ...lot, state: LOT_STATES[state] as LotState }]);
  }
  for (const use of uses.rows)
    book.putUse(
      holderIn(use),
      { incarnation: use.incarnation, seq: use.seq },
      { incarnation: use.lotIncarnation, seq: use.lotSeq, part: use.lotPart },
      use.points,
      use.restored,
    );
  return book;
}

/** Writes back what the events changed. */
async function save(tx: Tx, stationId: number, book: MemoryBook): Promise<void> {
  const { accounts, lots, uses, done } = book.changes();
  const sums = (name: keyof Sums) => bigints(accounts.map((account) => account.sums[name]));
  if (accounts.length > 0)
    await sql`
      INSERT INTO ledger_account
      SELECT ${stationId}::bigint, * FROM unnest(${bigints(accounts.map(holderNumber))},
        ${bigints(accounts.map(({ holderId }) => holderId))}, ${sums('issued')}, ${sums('opened')},
        ${sums('available')}, ${sums('pending')}, ${sums('held')}, ${sums('spent')}, ${sums('expired')},
        ${sums('reversed')}, ${sums('arrears')}, ${sums('closed')})
      ON CONFLICT (station_id, holder, holder_id) DO UPDATE SET issued = excluded.issued,
        opened = excluded.opened, available = excluded.available, pending = excluded.pending,
        held = excluded.held, spent = excluded.spent, expired = excluded.expired,
        reversed = excluded.reversed, arrears = excluded.arrears, closed = excluded.closed`.execute(tx);
  const lotValues = (of: (lot: Lot) => number) => bigints(lots.map(({ lot }) => of(lot)));
  if (lots.length > 0)
    await sql`
      INSERT INTO ledger_lot
      SELECT ${stationId}::bigint, * FROM unnest(${bigints(lots.map(holderNumber))},
        ${bigints(lots.map(({ holderId }) => holderId))},
        ${hexTexts(lots.map(({ lot }) => lot.incarnation))}, ${lotValues(({ seq }) => seq)},
        ${lotValues(({ part }) => part)}, ${lotValues(({ earnedDay }) => earnedDay)},
        ${lotValues(({ atMs }) => atMs)}, ${lotValues(({ expiryDay }) => expiryDay)},
        ${lotValues(({ amount }) => amount)}, ${lotValues(({ remaining }) => remaining)},
        ${lotValues(({ expired }) => expired)},
        ${lotValues(({ state }) => LOT_STATES.indexOf(state))},
        ${lotValues(({ recordedBy }) => recordedBy)}, ${lotValues(({ confirmedBy }) => confirmedBy)},
        ${lotValues(({ postedUntilDay }) => postedUntilDay)}, ${lotValues(({ closed }) => closed)})
      ON CONFLICT (station_id, holder, holder_id, incarnation, seq, part) DO UPDATE SET
        remaining = excluded.remaining, expiry_day = excluded.expiry_day, expired = excluded.expired, state = excluded.state,
        closed = excluded.closed, confirmed_by = excluded.confirmed_by,
        posted_until_day = excluded.posted_until_day`.execute(tx);
  if (done.length > 0)
    await sql`
      INSERT INTO ledger_act
      SELECT ${stationId}::bigint, * FROM unnest(
        ${bigints(done.map(({ side }) => ACT_SIDES.indexOf(side)))},
        ${bigints(done.map(({ actId }) => actId))})`.execute(tx);
  if (uses.length > 0)
    await sql`
      INSERT INTO ledger_use
      SELECT ${stationId}::bigint, * FROM unnest(
        ${hexTexts(uses.map(({ redemption }) => redemption.incarnation))},
        ${bigints(uses.map(({ redemption }) => redemption.seq))}, ${bigints(uses.map(holderNumber))},
        ${bigints(uses.map(({ holderId }) => holderId))},
        ${hexTexts(uses.map(({ lot }) => lot.incarnation))}, ${bigints(uses.map(({ lot }) => lot.seq))},
        ${bigints(uses.map(({ lot }) => lot.part))}, ${bigints(uses.map(({ points }) => points))},
        ${bigints(uses.map(({ restored }) => restored))})
      ON CONFLICT (station_id, incarnation, seq, holder, holder_id, lot_incarnation, lot_seq, lot_part)
      DO UPDATE SET restored = excluded.restored`.execute(tx);
}

/** What a station may name as an incarnation. */
const INCARNATION = /^[0-9a-f]{16}$/;

function distinct<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [nameOf(item), item])).values()];
}

/**
 * Folds the events of a run into the station's accounts. Answers the seqs of those that contradict them: such a
 * fact is kept as it came and changes no account, until a person has settled it. `before` is given how each entry stood
 * before a step of it, by the step's seq.
 */
export async function foldIntoAccounts(
  tx: Tx,
  { stationId, incarnation }: Pick<VerifiedRun, 'stationId' | 'incarnation'>,
  events: readonly JournalEvent[],
  before: Map<number, readonly Lot[]>,
): Promise<readonly number[]> {
  const facts: readonly LedgerEvent[] = events.filter(isLedgerEvent);
  if (facts.length === 0) return [];
  const needs = facts.map((event) => needsOf(event, incarnation));
  const holders = distinct(
    needs.flatMap((need) => need.holders),
    accountName,
  );
  // Only whoever gives points away is asked for what they hold: most facts of a village just add some.
  const spenders = distinct(
    needs.flatMap((need) => (need.openLots ? need.holders : [])),
    accountName,
  );
  const keys = distinct(
    needs.flatMap(({ key }) => (key !== null && INCARNATION.test(key.incarnation) ? [key] : [])),
    (key) => `${key.incarnation} ${key.seq}`,
  );
  const acts = facts.flatMap((event) => ('actId' in event ? [event.actId] : []));
  const book = await load(tx, stationId, holders, spenders, keys, acts);
  const contradictions: number[] = [];
  for (const event of facts) {
    if ('holder' in event && 'ofSeq' in event)
      before.set(event.seq, book.entry(event, keyOf(event, incarnation)));
    try {
      foldLedgerWhole(book, event, incarnation);
      if (event.type === 'LEDGER_TERMS_SET')
        await sql`
          INSERT INTO ledger_terms VALUES (${stationId}, ${event.fromVersion}, ${event.settlement},
            ${event.expiry}, ${event.expiryMonths})
          ON CONFLICT (station_id, from_version) DO UPDATE SET settlement = excluded.settlement,
            expiry = excluded.expiry, expiry_months = excluded.expiry_months`.execute(tx);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      contradictions.push(event.seq);
    }
  }
  await save(tx, stationId, book);
  return contradictions;
}
