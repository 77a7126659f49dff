/** Facts that a run points back to: of the run itself, or read from what came before it by one statement. */
import { sql } from 'kysely';
import { parseCanonical } from '../../../domain/journal/canonical.ts';
import { EVENTS, type JournalEvent } from '../../../domain/journal/events.ts';
import { bigints, hexTexts } from '../db/arrays.ts';
import { ownField } from '../db/canonicalText.ts';
import type { Place, Tx } from '../ingestSql.ts';

/** What a station may name as an incarnation; any other text would be none of the county's. */
const INCARNATION = /^[0-9a-f]{16}$/;

/** A fact of the run's own station. */
export interface Pointer {
  /** Empty: the run's own. */
  readonly incarnation: string;
  readonly seq: number;
}
export interface PastFacts {
  /** Undefined where the county does not hold it, or cannot read it. */
  at(incarnation: string, seq: number): JournalEvent | undefined;
  signIn(seq: number): JournalEvent<'SIGNED_IN'> | undefined;
  /** The activities that an attendance was of before a seq, in their order: its sign-in's, and what it became. */
  activitiesOf(signInSeq: number, beforeSeq: number): readonly number[];
  /** What ended an attendance before a seq, or credited it later, in their order. */
  creditsOf(signInSeq: number, beforeSeq: number): readonly Credited[];
}

/** What gives the hours of an attendance. */
export type Credited = JournalEvent<'SIGNED_OUT' | 'ATTENDANCE_CLOSED' | 'SERVICE_CREDITED'>;
export const isCredited = (event: JournalEvent): event is Credited =>
  event.type === 'SIGNED_OUT' || event.type === 'ATTENDANCE_CLOSED' || event.type === 'SERVICE_CREDITED';

type OfAttendance = Credited | JournalEvent<'ACTIVITY_CHANGED'>;
const isOfAttendance = (event: JournalEvent): event is OfAttendance =>
  event.type === 'ACTIVITY_CHANGED' || isCredited(event);
/** All of them name their sign-in in the first of their own fields. */
const OF_ATTENDANCE = (
  ['ACTIVITY_CHANGED', 'SIGNED_OUT', 'ATTENDANCE_CLOSED', 'SERVICE_CREDITED'] as const
).map((type) => EVENTS[type].code);
const SIGN_IN_SEQ = ownField('SIGNED_OUT', 'signInSeq');

/**
 * Reads what a run points back to. `attendances` are seqs of sign-ins, of which the changes of their activity and what
 * was credited for them are wanted too.
 */
export async function readPast(
  tx: Tx,
  at: Place,
  events: readonly JournalEvent[],
  { facts, attendances }: { readonly facts: readonly Pointer[]; readonly attendances: readonly number[] },
): Promise<PastFacts> {
  const known = new Map<string, JournalEvent>();
  const ofAttendances: OfAttendance[] = [];
  const incarnationOf = (name: string): string => (name === '' ? at.incarnation : name);
  const keep = (incarnation: string, event: JournalEvent): void => {
    known.set(`${incarnation} ${event.seq}`, event);
    if (isOfAttendance(event) && incarnation === at.incarnation) ofAttendances.push(event);
  };
  const firstSeq = events[0]?.seq ?? 0;
  const earlier = attendances.filter((seq) => seq > 0 && seq < firstSeq);
  const wanted = [...facts, ...earlier.map((seq) => ({ incarnation: '', seq }))]
    .map(({ incarnation, seq }) => ({ incarnation: incarnationOf(incarnation), seq }))
    .filter(({ incarnation, seq }) => incarnation !== at.incarnation || seq < firstSeq)
    .filter(({ incarnation }) => INCARNATION.test(incarnation));
  if (wanted.length > 0) {
    const fromSeq = earlier.reduce((least, seq) => Math.min(least, seq), firstSeq);
    const { rows } = await sql<{ incarnation: string; body: string }>`
      SELECT e.incarnation, e.body FROM event e
        JOIN unnest(${hexTexts(wanted.map(({ incarnation }) => incarnation))},
          ${bigints(wanted.map(({ seq }) => seq))}) AS w (incarnation, seq)
          ON e.incarnation = w.incarnation AND e.seq = w.seq
        WHERE e.station_id = ${at.stationId}
      UNION ALL SELECT incarnation, body FROM event WHERE station_id = ${at.stationId}
        AND incarnation = ${at.incarnation} AND seq > ${fromSeq} AND seq < ${firstSeq}
        AND code = ANY(${bigints(OF_ATTENDANCE)}) AND ${SIGN_IN_SEQ} = ANY(${bigints(earlier)})`.execute(tx);
    for (const { incarnation, body } of rows) {
      const event = parseCanonical(body);
      if (event !== undefined) keep(incarnation, event);
    }
  }
  for (const event of events) keep(at.incarnation, event);
  ofAttendances.sort((a, b) => a.seq - b.seq);
  const before = (signInSeq: number, seq: number) =>
    ofAttendances.filter((event) => event.signInSeq === signInSeq && event.seq < seq);
  const factAt = (incarnation: string, seq: number) => known.get(`${incarnationOf(incarnation)} ${seq}`);
  const signIn = (seq: number): JournalEvent<'SIGNED_IN'> | undefined => {
    const event = factAt('', seq);
    return event?.type === 'SIGNED_IN' ? event : undefined;
  };
  return {
    at: factAt,
    signIn,
    activitiesOf(signInSeq, beforeSeq) {
      const first = signIn(signInSeq);
      if (first === undefined) return [];
      const later = before(signInSeq, beforeSeq);
      return [first.activityId, ...later.flatMap((one) => ('activityId' in one ? [one.activityId] : []))];
    },
    creditsOf: (signInSeq, beforeSeq) => before(signInSeq, beforeSeq).filter(isCredited),
  };
}
