/** Readings about people, cards and keepers, and the reference data in force. */
import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { Card, Keeper, Team } from '../../domain/reference/reference.ts';
import { DEFAULT_RULES, ruleSetSchema, type RuleSet, type RuleWishes } from '../../domain/rules/ruleSet.ts';
import { tightenBy } from '../../domain/rules/tighten.ts';
import { civilDate, DAY_MS, shanghaiDay } from '../../domain/time.ts';
import { ATTENDANCE_STATE } from '../folds/attendance.ts';
import { BACKFILL_STATE } from '../folds/backfill.ts';
import { numberQuery, query } from '../row.ts';
import { BACKFILL_ACTIVITY } from './backfillViews.ts';
import type { BalanceRow, PeopleViews, PersonRow, RecordRow, ReferenceInfo } from './views.ts';

export interface PeopleViewsAndForget extends PeopleViews {
  /** Must be called after the reference data changed. */
  forgetReference(): void;
}

type ReferenceRow = ReferenceInfo & { readonly rules: string };
interface ServiceRow {
  readonly incarnation: number;
  readonly seq: number;
  readonly atMs: number;
  readonly state: number;
  readonly activityName: string | null;
  readonly minutes: number;
  readonly points: number;
}
interface OtherRow {
  readonly incarnation: number;
  readonly seq: number;
  readonly atMs: number;
  readonly points: number;
}

/** So many people are kept in memory at once: more than the largest village has. */
const MOST_PEOPLE = 2000;

const SERVICE_KIND: Readonly<Record<number, RecordRow['kind']>> = {
  [ATTENDANCE_STATE.OPEN]: 'SERVICE_OPEN',
  [ATTENDANCE_STATE.UNCLOSED]: 'SERVICE_UNCLOSED',
  [ATTENDANCE_STATE.CLOSED]: 'SERVICE_CLOSED',
};

function recordStatements(db: Database) {
  return {
    services: query<[number, number], ServiceRow>(
      db,
      `SELECT s.incarnation, s.sign_in_seq AS seq, s.signed_in_ms AS at_ms, s.state,
         coalesce((SELECT name FROM activity WHERE id = s.activity_id),
                  (SELECT name FROM station_activity WHERE id = s.activity_id)) AS activity_name,
         s.credited_minutes AS minutes, s.points
       FROM attendance s WHERE s.volunteer_id = ? ORDER BY s.day DESC LIMIT ?`,
    ),
    redemptions: query<[number, number], OtherRow>(
      db,
      // What came back was no exchange in the end: only the rest is shown, and nothing if there is none.
      `SELECT r.incarnation, r.seq, r.at_ms, coalesce((SELECT sum(undone * unit_points) FROM redemption_line l
           WHERE l.incarnation = r.incarnation AND l.seq = r.seq), 0) - r.total_points AS points
       FROM redemption r WHERE r.volunteer_id = ? AND points < 0
       ORDER BY r.incarnation DESC, r.seq DESC LIMIT ?`,
    ),
    lines: query<[number, number], RecordRow['lines'][number]>(
      db,
      `SELECT (SELECT name FROM goods WHERE id = goods_id) AS name, quantity - undone AS quantity
       FROM redemption_line WHERE incarnation = ? AND seq = ? AND undone < quantity ORDER BY line`,
    ),
    backfills: query<[number, number], Omit<ServiceRow, 'state'> & { readonly waiting: number }>(
      db,
      `SELECT b.incarnation, b.seq, b.start_ms AS at_ms, b.state = ${BACKFILL_STATE.WAITING} AS waiting,
         ${BACKFILL_ACTIVITY} AS activity_name,
         iif(b.state = ${BACKFILL_STATE.WAITING}, b.minutes, b.credited_minutes) AS minutes, b.points
       FROM backfill b WHERE b.volunteer_id = ? AND b.state <> ${BACKFILL_STATE.REJECTED}
       ORDER BY b.day DESC LIMIT ?`,
    ),
    moves: query<[number, number], OtherRow & { readonly stationName: string | null }>(
      db,
      `SELECT incarnation, seq, at_ms, CASE side WHEN 0 THEN -points ELSE points END AS points,
         (SELECT name FROM county_station WHERE id = other_station_id) AS station_name
       FROM county_act WHERE holder = 0 AND holder_id = ? AND points > 0 ORDER BY incarnation DESC, seq DESC LIMIT ?`,
    ),
  };
}

function statementsOf(db: Database) {
  return {
    reference: query<[], ReferenceRow>(
      db,
      `SELECT version, made_at_ms, station_name, township_name, county_name, revocation_number, rules
       FROM reference_state WHERE id = 1`,
    ),
    person: query<[number], PersonRow>(
      db,
      `SELECT v.id AS volunteer_id, p.name, p.masked_phone, p.birth_year, v.home_station_id, v.household_id,
         v.team_id, coalesce(t.name, '') AS team_name
       FROM volunteer v JOIN person p ON p.id = v.id LEFT JOIN team t ON t.id = v.team_id WHERE v.id = ?`,
    ),
    card: query<[number], Card>(
      db,
      'SELECT card_number, volunteer_id, generation, issuer_id FROM card WHERE card_number = ?',
    ),
    generation: numberQuery(db, 'SELECT max(generation) FROM card WHERE volunteer_id = ?'),
    revoked: numberQuery(db, 'SELECT 1 FROM revoked_card WHERE card_number = ?'),
    key: query<[number], { readonly publicKey: string }>(db, 'SELECT public_key FROM issuer WHERE id = ?'),
    keepers: query<[], Keeper>(db, 'SELECT id, name, role, pin_salt, pin_hash FROM keeper ORDER BY id'),
    teams: query<[], Team>(db, 'SELECT id, name FROM team ORDER BY id'),
    account: query<[number, number], { readonly availablePoints: number; readonly minutesTotal: number }>(
      db,
      `SELECT available - (SELECT coalesce(sum(remaining), 0) FROM lot INDEXED BY lot_open
         WHERE holder = a.holder AND holder_id = a.holder_id AND remaining > 0 AND state >= 4
           AND expiry_day < ?) AS available_points, minutes AS minutes_total
       FROM account a WHERE holder = 0 AND holder_id = ?`,
    ),
    minutes: query<[number, number, number], { readonly minutes: number; readonly honor: number }>(
      db,
      `SELECT coalesce(sum(minutes), 0) AS minutes, coalesce(sum(honor_minutes), 0) AS honor
       FROM service_day WHERE volunteer_id = ? AND day >= ? AND day < ?`,
    ),
    honor: numberQuery(db, 'SELECT coalesce(sum(honor_minutes), 0) FROM service_day WHERE volunteer_id = ?'),
  };
}

/** Newest first, by the order of the journal and not by the wall clock. */
function newestFirst(a: RecordRow, b: RecordRow): number {
  return b.incarnation - a.incarnation || b.seq - a.seq;
}

function recordReader(db: Database): PeopleViews['record'] {
  const statements = recordStatements(db);
  return (volunteerId, limit) => {
    const services = statements.services.all(volunteerId, limit).map(({ state, ...row }): RecordRow => ({
      ...row,
      kind: SERVICE_KIND[state] ?? 'SERVICE',
      lines: [],
    }));
    const redemptions = statements.redemptions.all(volunteerId, limit).map((row): RecordRow => ({
      ...row,
      kind: 'REDEMPTION',
      activityName: null,
      lines: [],
      minutes: 0,
    }));
    const backfills = statements.backfills.all(volunteerId, limit).map(({ waiting, ...row }): RecordRow => ({
      ...row,
      kind: waiting === 1 ? 'BACKFILL_WAITING' : 'BACKFILL',
      lines: [],
    }));
    const moves = statements.moves.all(volunteerId, limit).map((row): RecordRow => ({
      ...row,
      kind: row.points < 0 ? 'MOVED_AWAY' : 'ALLOWANCE',
      activityName: null,
      lines: [],
      minutes: 0,
    }));
    const shown = [...services, ...backfills, ...redemptions, ...moves].sort(newestFirst).slice(0, limit);
    // Of those alone that are shown: most of ten years' exchanges are not.
    return shown.map((row) =>
      row.kind === 'REDEMPTION' ? { ...row, lines: statements.lines.all(row.incarnation, row.seq) } : row,
    );
  };
}

const NO_BALANCE: BalanceRow = {
  availablePoints: 0,
  minutesThisYear: 0,
  minutesTotal: 0,
  honorMinutesThisYear: 0,
  honorMinutesTotal: 0,
};

/** Prepares the readings. */
export function peopleViews(db: Database, wishes: RuleWishes = {}): PeopleViewsAndForget {
  const statements = statementsOf(db);
  let reference: ReferenceInfo | null = null;
  let rules: RuleSet = DEFAULT_RULES;
  let looser: readonly string[] = [];
  let known = false;
  /** Whoever was asked for: lists name the same few people again and again. */
  const people = new Map<number, PersonRow | null>();

  /** The county's rules, as far as they may be tightened as this station wishes. */
  function rulesBeside(county: RuleSet): RuleSet {
    const own = tightenBy(county, wishes);
    looser = own.looser;
    return own.rules;
  }

  function load(): void {
    if (known) return;
    const row = statements.reference.get();
    if (row === undefined) {
      reference = null;
      rules = rulesBeside(DEFAULT_RULES);
    } else {
      const { rules: text, ...info } = row;
      reference = info;
      rules = rulesBeside(v.parse(ruleSetSchema, JSON.parse(text)));
    }
    known = true;
  }

  return {
    referenceInfo() {
      load();
      return reference;
    },
    rules() {
      load();
      return rules;
    },
    looserWishes() {
      load();
      return looser;
    },
    person(volunteerId) {
      let person = people.get(volunteerId);
      if (person === undefined) {
        person = statements.person.get(volunteerId) ?? null;
        if (people.size >= MOST_PEOPLE) people.clear();
        people.set(volunteerId, person);
      }
      return person;
    },
    card: (cardNumber) => statements.card.get(cardNumber) ?? null,
    publicKeyOf(issuerId) {
      const row = statements.key.get(issuerId);
      return row === undefined ? undefined : Buffer.from(row.publicKey, 'hex');
    },
    latestGeneration: (volunteerId) => statements.generation(volunteerId) ?? 0,
    isRevoked: (cardNumber) => statements.revoked(cardNumber) !== undefined,
    keepers: () => statements.keepers.all(),
    teams: () => statements.teams.all(),
    balance(volunteerId, nowMs): BalanceRow {
      const today = shanghaiDay(nowMs);
      const account = statements.account.get(today, volunteerId);
      if (account === undefined) return NO_BALANCE;
      const { year } = civilDate(today);
      const firstDay = Date.UTC(year, 0, 1) / DAY_MS;
      const nextYear = Date.UTC(year + 1, 0, 1) / DAY_MS;
      const thisYear = statements.minutes.get(volunteerId, firstDay, nextYear);
      return {
        ...account,
        minutesThisYear: thisYear?.minutes ?? 0,
        honorMinutesThisYear: thisYear?.honor ?? 0,
        honorMinutesTotal: statements.honor(volunteerId) ?? 0,
      };
    },
    record: recordReader(db),
    forgetReference() {
      known = false;
      people.clear();
    },
  };
}
