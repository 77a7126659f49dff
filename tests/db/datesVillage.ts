/** A village whose machine is switched off and on with whatever date, and what its people are credited with. */
import { expect } from 'vitest';
import type { Store } from '../../db/types.ts';
import { decideScan, type ScanDecision } from '../../domain/attendance/decide.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import { ok } from '../../domain/result.ts';
import { shanghaiDay } from '../../domain/time.ts';
import { readStation } from '../harness/station.ts';
import { HOUR_MS, MORNING_MS, open, recordDrafts, sampleReference, TestClock } from './support.ts';
import { tempDir } from './tempDir.ts';

/** Of one volunteer and day: reached after two hours, so that a short story passes it. */
export const CAP = { minutes: 120, points: 20 };

/** A village on whose machine somebody turns the clock; `realMs` is the time of the world. */
export class Village {
  readonly dir = tempDir();
  readonly clock = new TestClock();
  readonly reference: Reference;
  realMs = MORNING_MS;
  store: Store;
  #boots = 0;
  #inMs = 0;
  #inSeq = 0;
  /** Services by when they really were. */
  readonly services: { readonly fromMs: number; readonly toMs: number; readonly signInSeq: number }[] = [];

  constructor() {
    this.store = open(this.dir, this.clock);
    const reference = sampleReference({ grants: [] });
    const [activity] = reference.activities;
    if (activity === undefined) throw new Error('no activity');
    const { attendance, points } = reference.rules;
    this.reference = {
      ...reference,
      rules: {
        ...reference.rules,
        attendance: { ...attendance, maxPairsPerActivityDay: 1000, maxDayMinutes: CAP.minutes },
        points: { ...points, maxPerDay: CAP.points, maxPerMonth: 100_000 },
      },
      // On whatever the date, so that only the caps stand in the way.
      activities: [{ ...activity, startMs: 0, endMs: Date.UTC(2150, 0, 1) }],
    };
    this.store.applyReference(this.reference);
  }
  pass(ms: number): void {
    this.clock.advance(ms);
    this.realMs += ms;
  }
  /** Scans the card; a villager is never refused. Answers what was decided. */
  scan(): ScanDecision {
    const common = { volunteerId: 1, cardNumber: 1001, source: 'HID', mode: 'NORMAL' } as const;
    let decision: ScanDecision | undefined;
    const recorded = this.store.record(null, 0, (now) => {
      const { views } = this.store;
      const decided = decideScan(views, { ...common, activityId: null }, views.rules(), now);
      if (!decided.ok) throw new Error(`refused: ${decided.error.kind}`);
      decision = decided.value;
      return ok(decided.value.drafts);
    });
    if (decision === undefined || !recorded.ok) throw new Error('nothing was decided');
    if (decision.kind === 'SIGN_IN') {
      this.#inMs = this.realMs;
      this.#inSeq = recorded.value.events.at(-1)?.seq ?? 0;
    } else this.services.push({ fromMs: this.#inMs, toMs: this.realMs, signInSeq: this.#inSeq });
    return decision;
  }
  /** In, so many hours, out; answers the points. */
  serve(hours = 2): number {
    this.scan();
    this.pass(hours * HOUR_MS);
    return this.scan().ended?.credit.points ?? 0;
  }
  /** Off for a while, and on again with another date. */
  reboot(offMs: number, wallMs: number): void {
    this.store.close();
    this.realMs += offMs;
    this.#boots += 1;
    Object.assign(this.clock, { wallMs, mono: 5000, boot: `boot-${this.#boots}` });
    this.store = open(this.dir, this.clock);
  }
  restart(): void {
    this.store.close();
    this.store = open(this.dir, this.clock);
  }
  keeperConfirms(): void {
    recordDrafts(this.store, [{ type: 'DATE_CONFIRMED' }]);
  }
  /** What services were credited with in the end, by the seq of the sign-in. */
  credited(): ReadonlyMap<number, typeof CAP> {
    const sql = 'SELECT sign_in_seq AS seq, credited_minutes AS minutes, points FROM attendance';
    const rows = readStation<typeof CAP & { readonly seq: number }>(this.dir, sql);
    return new Map(rows.map(({ seq, minutes, points }) => [seq, { minutes, points }]));
  }
  /** The points of each service, in their order. */
  points(): readonly number[] {
    const credited = this.credited();
    return this.services.map(({ signInSeq }) => credited.get(signInSeq)?.points ?? 0);
  }
  /** The most that was credited on any one real day, of the services that lie within it. */
  most(): typeof CAP {
    const credited = this.credited();
    const days = new Map<number, { minutes: number; points: number }>();
    for (const { fromMs, toMs, signInSeq } of this.services) {
      const day = shanghaiDay(fromMs);
      const { minutes, points } = credited.get(signInSeq) ?? { minutes: 0, points: 0 };
      if (shanghaiDay(toMs) !== day) continue;
      const sum = days.get(day) ?? { minutes: 0, points: 0 };
      days.set(day, { minutes: sum.minutes + minutes, points: sum.points + points });
    }
    const sums = [...days.values()];
    return {
      minutes: Math.max(0, ...sums.map(({ minutes }) => minutes)),
      points: Math.max(0, ...sums.map(({ points }) => points)),
    };
  }
}

export function withVillage(story: (village: Village) => void): void {
  const village = new Village();
  try {
    story(village);
    expect(village.most().minutes).toBeLessThanOrEqual(CAP.minutes);
    expect(village.most().points).toBeLessThanOrEqual(CAP.points);
  } finally {
    village.store.close();
  }
}
