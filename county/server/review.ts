/**
 * A person of the county looks at what was laid aside, and takes it in or discards it. What is taken in enters the
 * journal and the accounts as anything else; who decided so, and why, stays with it in quarantine.
 */
import { sql } from 'kysely';
import { err, ok, type Result } from '../../domain/result.ts';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { unhex } from './codecs.ts';
import type { CountyContext } from './context.ts';
import { namesFor, type Names } from './exceptions/names.ts';
import { decodeHeld } from './held.ts';
import { ingestRun } from './ingest.ts';

/** Facts of a batch that are shown one by one. */
const SHOWN = 50;
const PAGE = 20;

export interface Aside {
  readonly stationId: number;
  readonly stationName: string;
  readonly incarnation: string;
  readonly firstSeq: number;
  readonly headHash: string;
  readonly receivedMs: number;
  readonly reason: string;
  /** How many events; 0: it cannot be read. */
  readonly count: number;
  /** The first of them. */
  readonly events: readonly JournalEvent[];
  /** The county's last event of this journal: what is taken in must go on from there. */
  readonly durableSeq: number;
}
export interface AsideList extends Names {
  readonly total: number;
  readonly aside: readonly Aside[];
}

/** What waits for a decision, in the order in which it can be taken in; `from` leaves out so many. */
export async function listAside(context: CountyContext, from: number): Promise<AsideList> {
  const { db } = context;
  const { rows } = await sql<Omit<Aside, 'count' | 'events'> & { envelope: string; total: number }>`
    SELECT q.station_id AS "stationId", s.name AS "stationName", q.incarnation, q.first_seq AS "firstSeq",
      q.head_hash AS "headHash", q.received_ms AS "receivedMs", q.reason, q.envelope,
      coalesce(i.durable_seq, 0)::bigint AS "durableSeq", count(*) OVER ()::bigint AS total
    FROM quarantine q JOIN station s USING (station_id) LEFT JOIN incarnation i USING (station_id, incarnation)
    WHERE q.state = 'KEPT'
    ORDER BY q.station_id, q.incarnation, q.first_seq, q.received_ms, q.head_hash
    LIMIT ${PAGE} OFFSET ${from}`.execute(db);
  let total = 0;
  const aside = rows.map(({ envelope, total: all, ...row }): Aside => {
    total = all;
    const events = decodeHeld(unhex(envelope), context.wire)?.events ?? [];
    return { ...row, count: events.length, events: events.slice(0, SHOWN) };
  });
  const names = await namesFor(
    db,
    aside.map(({ stationId }) => stationId),
    aside.flatMap(({ events }) => events),
  );
  return { total, aside, ...names };
}

export interface Decision extends Pick<Aside, 'stationId' | 'incarnation' | 'firstSeq' | 'headHash'> {
  readonly how: string;
  /** Who decides, and why: both are kept and are not empty. */
  readonly by: string;
  readonly note: string;
}
export type DecisionRefusal =
  | { readonly kind: 'NOT_FOUND' }
  | { readonly kind: 'ALREADY_SETTLED' }
  | { readonly kind: 'MALFORMED' }
  /** It cannot be read; it contradicts what is stored; what comes before it is missing. */
  | { readonly kind: 'NOTHING_THERE' }
  | { readonly kind: 'FORK' }
  | { readonly kind: 'GAP' }
  /** Its points were opened elsewhere: entered now, they would be there twice. */
  | { readonly kind: 'LOST_STATION' };

/** Enters a batch that was laid aside; the same again changes nothing. */
async function takeIn(
  context: CountyContext,
  { stationId }: Decision,
  envelope: Uint8Array,
  receivedMs: number,
): Promise<Result<null, DecisionRefusal>> {
  const lost = await context.db
    .selectFrom('lost_station')
    .select('station_id')
    .where('station_id', '=', stationId)
    .executeTakeFirst();
  if (lost !== undefined) return err({ kind: 'LOST_STATION' });
  const run = decodeHeld(envelope, context.wire);
  if (run?.stationId !== stationId) return err({ kind: 'NOTHING_THERE' });
  const taken = await ingestRun(context, run, envelope, receivedMs);
  if (taken.ok) return ok(null);
  return err({ kind: taken.error.kind === 'GAP' ? 'GAP' : 'FORK' });
}

/** Decides on what was laid aside: how TAKE_IN or DISCARD. */
export async function decideAside(
  context: CountyContext,
  decision: Decision,
): Promise<Result<{ readonly state: 'TAKEN' | 'DISCARDED' }, DecisionRefusal>> {
  const by = decision.by.trim();
  const note = decision.note.trim();
  if (by === '' || note === '' || !['TAKE_IN', 'DISCARD'].includes(decision.how))
    return err({ kind: 'MALFORMED' });
  const row = await context.db
    .selectFrom('quarantine')
    .selectAll()
    .where('station_id', '=', decision.stationId)
    .where('incarnation', '=', decision.incarnation)
    .where('first_seq', '=', decision.firstSeq)
    .where('head_hash', '=', decision.headHash)
    .executeTakeFirst();
  if (row === undefined) return err({ kind: 'NOT_FOUND' });
  if (row.state !== 'KEPT') return err({ kind: 'ALREADY_SETTLED' });
  if (decision.how === 'TAKE_IN') {
    const taken = await takeIn(context, decision, unhex(row.envelope), row.received_ms);
    if (!taken.ok) return taken;
  }
  const state = decision.how === 'TAKE_IN' ? 'TAKEN' : 'DISCARDED';
  const decided = await context.db
    .updateTable('quarantine')
    .set({ state, decided_ms: context.nowMs(), decided_by: by, note })
    .where('station_id', '=', row.station_id)
    .where('incarnation', '=', row.incarnation)
    .where('first_seq', '=', row.first_seq)
    .where('head_hash', '=', row.head_hash)
    .where('state', '=', 'KEPT')
    .executeTakeFirst();
  return decided.numUpdatedRows === 0n ? err({ kind: 'ALREADY_SETTLED' }) : ok({ state });
}
