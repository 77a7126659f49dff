/** Facts for the decisions on attendance, kept in plain objects. */
import type {
  ActivityFact,
  AttendanceFact,
  AttendanceFacts,
  DecisionTime,
  ScanRequest,
} from '../../../domain/attendance/facts.ts';
import type { MemberFact } from '../../../domain/points/facts.ts';

/** An instant in Shanghai: `at('2026-11-23', '08:10')`. */
export function at(date: string, time: string): number {
  return Date.parse(`${date}T${time}:00+08:00`);
}

export const MINUTE = 60_000;

export function activity(id: number, change: Partial<ActivityFact> = {}): ActivityFact {
  return {
    id,
    teamId: 0,
    startMs: at('2026-11-23', '08:00'),
    endMs: at('2026-11-23', '11:00'),
    factorPercent: 100,
    cancelled: false,
    ...change,
  };
}

export class PlainFacts implements AttendanceFacts {
  activities: ActivityFact[] = [];
  attendances: AttendanceFact[] = [];
  teams = new Map<number, number>();
  /** By day. */
  service = new Map<number, { minutes: number; points: number }>();
  signIns = new Map<number, number>();

  members: MemberFact[] = [];

  member(volunteerId: number): MemberFact | null {
    return this.members.find((one) => one.volunteerId === volunteerId) ?? null;
  }
  membersOf(householdId: number): readonly MemberFact[] {
    return this.members.filter((one) => one.householdId === householdId);
  }
  openAttendance(volunteerId: number): AttendanceFact | null {
    return this.attendances.find((a) => a.volunteerId === volunteerId && a.state === 'OPEN') ?? null;
  }
  attendance(signInSeq: number): AttendanceFact | null {
    return this.attendances.find((a) => a.signInSeq === signInSeq) ?? null;
  }
  activity(activityId: number): ActivityFact | null {
    return this.activities.find(({ id }) => id === activityId) ?? null;
  }
  activitiesBetween(fromMs: number, toMs: number): readonly ActivityFact[] {
    return this.activities.filter(({ startMs, endMs }) => endMs > fromMs && startMs < toMs);
  }
  signInsOfDay(_volunteerId: number, activityId: number): number {
    return this.signIns.get(activityId) ?? 0;
  }
  teamOf(volunteerId: number): number {
    return this.teams.get(volunteerId) ?? 0;
  }
  serviceOfDay(_volunteerId: number, day: number): { minutes: number; points: number } {
    return this.service.get(day) ?? { minutes: 0, points: 0 };
  }
  issued = 0;
  issuedInMonth(): number {
    return this.issued;
  }
  hourPointsBetween(_volunteerId: number, fromDay: number, toDay: number): number {
    let sum = 0;
    for (const [day, { points }] of this.service) if (day >= fromDay && day < toDay) sum += points;
    return sum;
  }
}

/** Somebody who signed in at `atMs`, monotonic 0, in boot 1. */
export function openSince(atMs: number, change: Partial<AttendanceFact> = {}): AttendanceFact {
  return {
    signInSeq: 5,
    volunteerId: 1,
    cardNumber: 1001,
    activityId: 1,
    signedInMs: atMs,
    signedInMonoMs: 0,
    boot: 1,
    state: 'OPEN',
    ...change,
  };
}

/** The decision's time so many minutes after `fromMs`, when both clocks ran well since monotonic 0. */
export function after(fromMs: number, minutes: number, change: Partial<DecisionTime> = {}): DecisionTime {
  return { atMs: fromMs + minutes * MINUTE, monoMs: minutes * MINUTE, boot: 1, ...change };
}

export function scan(change: Partial<ScanRequest> = {}): ScanRequest {
  return { volunteerId: 1, cardNumber: 1001, source: 'HID', mode: 'NORMAL', activityId: null, ...change };
}
