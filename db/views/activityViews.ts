/** Readings about activities and attendances. */
import type { Database } from 'better-sqlite3';
import type { AttendanceFact, DayService } from '../../domain/attendance/facts.ts';
import { stationOwnId } from '../../domain/ids.ts';
import { DAY_MS } from '../../domain/time.ts';
import { ATTENDANCE_STATE } from '../folds/attendance.ts';
import { numberQuery, query } from '../row.ts';
import type { IncarnationNames } from '../ledger/names.ts';
import type { ActivityRow, ActivityViews, DayTotals, UnsettledRow } from './views.ts';

const STATES: readonly AttendanceFact['state'][] = ['OPEN', 'SIGNED_OUT', 'UNCLOSED', 'CLOSED'];
const NO_TOTALS: DayTotals = { signIns: 0, signOuts: 0, points: 0, redemptions: 0, redeemedPoints: 0 };
const NO_SERVICE: DayService = { minutes: 0, points: 0 };

type AttendanceRow = Omit<AttendanceFact, 'state' | 'earlier'> & {
  readonly incarnation: number;
  readonly state: number;
};

const ATTENDANCE_COLUMNS = `incarnation, sign_in_seq, volunteer_id, card_number, activity_id, signed_in_ms,
  signed_in_mono_ms, boot, state`;

const PLANNED = `SELECT a.id AS id, a.name, a.team_id, coalesce(t.name, '') AS team_name, a.platform, a.theme,
    a.start_ms, a.end_ms, a.place, a.factor_percent, a.cancelled
  FROM activity a LEFT JOIN team t ON t.id = a.team_id`;
/** What the county has taken into its plan stands there, and counts as it says there. */
const OWN = `SELECT a.id AS id, a.name, a.team_id, coalesce(t.name, '') AS team_name, a.platform, a.theme,
    a.start_ms, a.end_ms, '' AS place, 100 AS factor_percent, 0 AS cancelled
  FROM station_activity a LEFT JOIN team t ON t.id = a.team_id
  WHERE NOT EXISTS (SELECT 1 FROM activity WHERE id = a.id)`;

/** How far around a question the plan is kept in memory: the scans of a day ask for much the same hours. */
const PLAN_MARGIN_MS = DAY_MS;
const MOST_REMEMBERED = 1000;

export interface ActivityViewsAndForget extends Omit<ActivityViews, 'serviceOfDay'> {
  /** What was credited to a volunteer on a day, by the dates that were recorded. */
  creditedOn(volunteerId: number, day: number): DayService;
  /** Must be called after anything that may have changed the plan, a rollback included. */
  forgetPlan(): void;
}

function statementsOf(db: Database) {
  return {
    open: query<[number], AttendanceRow>(
      db,
      `SELECT ${ATTENDANCE_COLUMNS} FROM attendance WHERE volunteer_id = ? AND state = ${ATTENDANCE_STATE.OPEN}`,
    ),
    bySeq: query<[number, number], AttendanceRow>(
      db,
      `SELECT ${ATTENDANCE_COLUMNS} FROM attendance WHERE incarnation = ? AND sign_in_seq = ?`,
    ),
    present: query<[number], AttendanceRow>(
      db,
      `SELECT ${ATTENDANCE_COLUMNS} FROM attendance INDEXED BY attendance_present
       WHERE state = ${ATTENDANCE_STATE.OPEN} ORDER BY incarnation DESC, sign_in_seq LIMIT ?`,
    ),
    unsettled: query<[number], AttendanceRow>(
      db,
      `SELECT * FROM (
         SELECT ${ATTENDANCE_COLUMNS} FROM attendance INDEXED BY attendance_present WHERE state = ${ATTENDANCE_STATE.OPEN}
         UNION ALL
         SELECT ${ATTENDANCE_COLUMNS} FROM attendance INDEXED BY attendance_unclosed
         WHERE state = ${ATTENDANCE_STATE.UNCLOSED}
       ) ORDER BY state, incarnation DESC, sign_in_seq LIMIT ?`,
    ),
    planned: query<[number], ActivityRow>(db, `${PLANNED} WHERE a.id = ?`),
    own: query<[number], ActivityRow>(db, `${OWN} AND a.id = ?`),
    plan: query<number[], ActivityRow>(
      db,
      `${PLANNED} WHERE a.end_ms > ? AND a.start_ms < ? UNION ALL ${OWN} AND a.end_ms > ? AND a.start_ms < ?
       ORDER BY start_ms, id`,
    ),
    presentAt: numberQuery(
      db,
      `SELECT count(*) FROM attendance WHERE activity_id = ? AND state = ${ATTENDANCE_STATE.OPEN}`,
    ),
    signIns: numberQuery(
      db,
      'SELECT count(*) FROM attendance WHERE volunteer_id = ? AND activity_id = ? AND day = ?',
    ),
    team: numberQuery(db, 'SELECT team_id FROM volunteer WHERE id = ?'),
    service: query<[number, number], DayService>(
      db,
      'SELECT minutes, points FROM service_day WHERE volunteer_id = ? AND day = ?',
    ),
    hourPoints: numberQuery(
      db,
      'SELECT coalesce(sum(points), 0) FROM service_day WHERE volunteer_id = ? AND day >= ? AND day < ?',
    ),
    totals: query<[number], DayTotals>(
      db,
      'SELECT sign_ins, sign_outs, points, redemptions, redeemed_points FROM day_total WHERE day = ?',
    ),
    lastOwn: numberQuery(db, 'SELECT max(id) FROM station_activity'),
    awaiting: numberQuery(db, 'SELECT awaiting_return FROM standing WHERE incarnation = ?'),
  };
}

/** Of what is still to come back some may have opened activities too: fewer than this. */
const STEP_WHILE_AWAITING = 500;

/** Prepares the readings; `incarnation` is the ordinal of the running one. */
export function activityViews(
  db: Database,
  stationId: number,
  incarnation: number,
  names: IncarnationNames,
): ActivityViewsAndForget {
  const statements = statementsOf(db);
  function factOf({ incarnation: of, ...row }: AttendanceRow): AttendanceFact {
    const fact = { ...row, state: STATES[row.state] as AttendanceFact['state'] };
    // The boots of another incarnation are none of this one's: 0 is no boot.
    return of === incarnation ? fact : { ...fact, earlier: names.nameOf(of), boot: 0 };
  }
  const fact = (row: AttendanceRow | undefined): AttendanceFact | null =>
    row === undefined ? null : factOf(row);

  let plan: readonly ActivityRow[] = [];
  /** Those that were asked for by number: a list of attendances asks for the same few again and again. */
  const byId = new Map<number, ActivityRow>();
  let planFromMs = 0;
  let planToMs = -1;

  return {
    openAttendance: (volunteerId) => fact(statements.open.get(volunteerId)),
    attendance(signInSeq, earlier) {
      const ordinal = earlier === undefined ? incarnation : names.ordinalOf(earlier);
      return ordinal === undefined ? null : fact(statements.bySeq.get(ordinal, signInSeq));
    },
    activity(id) {
      const known = byId.get(id);
      if (known !== undefined) return known;
      const found = statements.planned.get(id) ?? statements.own.get(id);
      if (found === undefined) return null;
      if (byId.size >= MOST_REMEMBERED) byId.clear();
      byId.set(id, found);
      return found;
    },
    activitiesBetween(fromMs, toMs) {
      if (fromMs < planFromMs || toMs > planToMs) {
        planFromMs = fromMs - PLAN_MARGIN_MS;
        planToMs = toMs + PLAN_MARGIN_MS;
        plan = statements.plan.all(planFromMs, planToMs, planFromMs, planToMs);
      }
      return plan.filter((activity) => activity.endMs > fromMs && activity.startMs < toMs);
    },
    signInsOfDay: (volunteerId, activityId, day) => statements.signIns(volunteerId, activityId, day) ?? 0,
    teamOf: (volunteerId) => statements.team(volunteerId) ?? 0,
    creditedOn: (volunteerId, day) => statements.service.get(volunteerId, day) ?? NO_SERVICE,
    hourPointsBetween: (volunteerId, fromDay, toDay) =>
      statements.hourPoints(volunteerId, fromDay, toDay) ?? 0,
    presentCount: (activityId) => statements.presentAt(activityId) ?? 0,
    present: (limit) => statements.present.all(limit).map(factOf),
    unsettled: (limit) => statements.unsettled.all(limit).map((row) => factOf(row) as UnsettledRow),
    dayTotals: (day) => statements.totals.get(day) ?? NO_TOTALS,
    nextStationActivityId() {
      const last = statements.lastOwn();
      const lastN = last === undefined ? 0 : last - stationOwnId(stationId, 1) + 1;
      const step = statements.awaiting(incarnation) === 1 ? STEP_WHILE_AWAITING : 1;
      return stationOwnId(stationId, lastN + step);
    },
    forgetPlan() {
      byId.clear();
      plan = [];
      planToMs = -1;
      planFromMs = 0;
    },
  };
}
