/** What the decisions on attendance look at. db/ answers these from its views; a test from plain objects. */
import type { ScanSource } from '../journal/events.ts';

/** An attendance as far as a decision needs it. */
export interface AttendanceFact {
  /** Sequence of its SIGNED_IN in the journal of the running incarnation, or of `earlier`. */
  readonly signInSeq: number;
  /** The name of the earlier incarnation that it is of: nobody can sign out of it any more. Absent: the running one. */
  readonly earlier?: string;
  readonly volunteerId: number;
  readonly cardNumber: number;
  readonly activityId: number;
  readonly signedInMs: number;
  readonly signedInMonoMs: number;
  /** The boot that `signedInMonoMs` counts from. */
  readonly boot: number;
  readonly state: 'OPEN' | 'SIGNED_OUT' | 'UNCLOSED' | 'CLOSED';
}

/** An activity of the plan, or one that a keeper opened. */
export interface ActivityFact {
  readonly id: number;
  /** 0: not of one team. */
  readonly teamId: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Points are multiplied by this many hundredths (RULES.md B1.3). */
  readonly factorPercent: number;
  readonly cancelled: boolean;
}

/** What was already credited to a volunteer on one day, at this station. */
export interface DayService {
  /** Credited minutes of both kinds (RULES.md B1.2). */
  readonly minutes: number;
  readonly points: number;
  /**
   * Present where nobody has vouched for the dates of a service (db/settledDays.ts): all its days may be one then, and
   * count together. BINDING: so do other days, and there is more here than was credited on the day itself.
   */
  readonly dates?: 'UNSURE' | 'BINDING';
}

/** A reading of both clocks in a boot that the running incarnation has seen. */
export interface Moment {
  readonly atMs: number;
  readonly boot: number;
  readonly monoMs: number;
}

export interface ServiceFacts {
  /** What counts against the caps of a day (as of `shanghaiDay`) for a service that began at a moment. */
  serviceOfDay(volunteerId: number, day: number, signedIn: Moment): DayService;
  /** Points from hours from `fromDay` to the day before `toDay`. */
  hourPointsBetween(volunteerId: number, fromDay: number, toDay: number): number;
  /** Points the station issued to all in the month that begins on a day, hours and awards together. */
  issuedInMonth(monthDay: number): number;
}

export interface AttendanceFacts extends ServiceFacts {
  /** The open attendance of a volunteer; there is never more than one. */
  openAttendance(volunteerId: number): AttendanceFact | null;
  /** The attendance that a SIGNED_IN began, of the running incarnation unless another is named. */
  attendance(signInSeq: number, earlier?: string): AttendanceFact | null;
  activity(activityId: number): ActivityFact | null;
  /** Activities of the plan that are on between two instants, cancelled ones too. */
  activitiesBetween(fromMs: number, toMs: number): readonly ActivityFact[];
  /** How often the volunteer signed in to the activity on a day (as of `shanghaiDay`). */
  signInsOfDay(volunteerId: number, activityId: number, day: number): number;
  /** The volunteer's team; 0 for none and for a guest. */
  teamOf(volunteerId: number): number;
}

/** The instant a decision is made at: exactly what the header of the event will carry. */
export interface DecisionTime {
  readonly atMs: number;
  readonly monoMs: number;
  readonly boot: number;
}

export interface ScanRequest {
  readonly volunteerId: number;
  readonly cardNumber: number;
  readonly source: ScanSource;
  /** RAPID: each scan is a check-in to `activityId`, without a touch. */
  readonly mode: 'NORMAL' | 'RAPID';
  /** The activity chosen by touch (or by rapid mode); null: the station proposes. */
  readonly activityId: number | null;
}
