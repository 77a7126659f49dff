/** Whether the running incarnation may spend, and what was lost and found again (migration 0009). */
import type { Database } from 'better-sqlite3';
import { parseCanonical } from '../domain/journal/canonical.ts';
import { asideQuery, missingQuery } from './attention.ts';
import { numberQuery, query } from './row.ts';
import type { LostFact, RestoreOutcome, Standing, Store } from './types.ts';

interface StandingRow {
  readonly awaitingReturn: number;
  readonly superseded: number;
  readonly forked: number;
  readonly revoked: number;
}
export type Mark = 'awaiting_return' | 'superseded' | 'forked' | 'revoked';

export interface StandingTable {
  read(): Standing;
  isMarked(mark: Mark): boolean;
  /** Writes only what changes. */
  mark(mark: Mark, value: boolean): void;
}

const UNMARKED: StandingRow = { awaitingReturn: 0, superseded: 0, forked: 0, revoked: 0 };

/** Of the incarnation with an ordinal. */
export function standingTable(db: Database, ordinal: number): StandingTable {
  const select = query<[number], StandingRow>(
    db,
    'SELECT awaiting_return, superseded, forked, revoked FROM standing WHERE incarnation = ?',
  );
  const row = (): StandingRow => select.get(ordinal) ?? UNMARKED;
  const isMarked = (mark: Mark): boolean => {
    const { awaitingReturn, superseded, forked, revoked } = row();
    return { awaiting_return: awaitingReturn, superseded, forked, revoked }[mark] === 1;
  };
  return {
    read() {
      const { awaitingReturn, superseded, forked, revoked } = row();
      if (revoked === 1) return 'REVOKED';
      if (forked === 1) return 'FORKED';
      if (superseded === 1) return 'SUPERSEDED';
      return awaitingReturn === 1 ? 'AWAITING_RETURN' : 'WORKING';
    },
    isMarked,
    mark(mark, value) {
      if (isMarked(mark) === value) return;
      db.prepare<[number, number]>(
        `INSERT INTO standing (incarnation, ${mark}) VALUES (?, ?)
         ON CONFLICT (incarnation) DO UPDATE SET ${mark} = excluded.${mark}`,
      ).run(ordinal, value ? 1 : 0);
    },
  };
}

/** What the store does about its standing. */
export function standingActs(
  standing: StandingTable,
  tools: {
    /** Runs a change in a transaction of its own. */
    readonly change: (work: () => void) => void;
    /** Events of the station's other journals that are here. */
    readonly othersHeld: () => number;
  },
): Pick<Store, 'standing' | 'hearStanding' | 'markForked' | 'markRevoked'> {
  const { change, othersHeld } = tools;
  return {
    standing: () => standing.read(),
    hearStanding({ superseded, others }) {
      const more = others > othersHeld();
      if (standing.isMarked('superseded') === superseded && (!more || standing.isMarked('awaiting_return')))
        return;
      change(() => {
        standing.mark('superseded', superseded);
        if (more) standing.mark('awaiting_return', true);
      });
    },
    markForked() {
      change(() => {
        standing.mark('forked', true);
      });
    },
    markRevoked(revoked) {
      if (standing.isMarked('revoked') === revoked) return;
      change(() => {
        standing.mark('revoked', revoked);
      });
    },
  };
}

/** More than this are counted only. */
const LISTED = 500;

/** What came back and what is lost for good, over all restores of this database. */
export function restoreOutcome(db: Database): Omit<RestoreOutcome, 'awaiting'> {
  const returned = query<[], { readonly count: number; readonly fromMs: number; readonly toMs: number }>(
    db,
    `SELECT coalesce(sum(last_seq - first_seq + 1), 0) AS count, coalesce(min(first_ms), 0) AS from_ms,
       coalesce(max(last_ms), 0) AS to_ms FROM returned`,
  ).get() ?? { count: 0, fromMs: 0, toMs: 0 };
  const missing = missingQuery(db);
  const lines = query<[number], Omit<LostFact, 'aside'>>(
    db,
    `SELECT l.incarnation, l.seq, l.type, l.at_ms, l.volunteer_id FROM lost_event l
     WHERE l.seq > coalesce((SELECT max(j.seq) FROM incarnation i JOIN journal j ON j.incarnation = i.ordinal
       WHERE i.name = l.incarnation), 0) ORDER BY l.incarnation, l.seq LIMIT ?`,
  );
  const aside = query<
    [number],
    { readonly incarnation: string; readonly seq: number; readonly text: string }
  >(
    db,
    `SELECT i.name AS incarnation, a.seq, a.text FROM set_aside a JOIN incarnation i ON i.ordinal = a.incarnation
     ORDER BY a.incarnation, a.seq LIMIT ?`,
  );
  const setAside = aside.all(LISTED).map(({ incarnation, seq, text }): LostFact => {
    const event = parseCanonical(text);
    const volunteerId = event !== undefined && 'volunteerId' in event ? event.volunteerId : 0;
    return { incarnation, seq, type: event?.type ?? '', atMs: event?.atMs ?? 0, volunteerId, aside: true };
  });
  const gone = lines.all(LISTED).map((line): LostFact => ({ ...line, aside: false }));
  const lost = [...gone, ...setAside].slice(0, LISTED);
  const times = lost.map(({ atMs }) => atMs).filter((atMs) => atMs > 0);
  const asideCount = asideQuery(db)() ?? 0;
  const unknownSince = numberQuery(db, 'SELECT max(since_ms) FROM unknown_loss');
  return {
    returned,
    unknownSinceMs: unknownSince() ?? 0,
    lostCount: (missing() ?? 0) + asideCount,
    asideCount,
    lostFromMs: times.length === 0 ? 0 : Math.min(...times),
    lostToMs: times.length === 0 ? 0 : Math.max(...times),
    lost,
  };
}
