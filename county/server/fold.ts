/** What a run of events adds to the county's views. Pure: the same events always add the same. */
import { EVENTS, type JournalEvent } from '../../domain/journal/events.ts';

export interface VolunteerGain {
  minutes: number;
  /** Of these the honour hours, which no scan recorded. */
  honorMinutes: number;
  pointsEarned: number;
  pointsSpent: number;
  /** Allowances that were opened: points that moved here, not new ones. */
  pointsOpened: number;
}
export interface StationGain {
  events: number;
  signIns: number;
  signOuts: number;
  redemptions: number;
  minutes: number;
  honorMinutes: number;
  pointsEarned: number;
  pointsSpent: number;
  lastEventMs: number;
}
export interface Gains {
  /** Numbers of events with an amount that no person can mean; they add nothing until somebody has looked. */
  readonly absurdSeqs: readonly number[];
  readonly station: StationGain;
  readonly volunteers: ReadonlyMap<number, VolunteerGain>;
}

type Credits = Extract<JournalEvent, { type: 'SIGNED_OUT' }>['credits'];

/** More minutes or points in one fact than any village has: a faulty or hostile sender. */
const MAX_AMOUNT = 1_000_000_000;

function isSane(amount: number): boolean {
  return amount >= 0 && amount <= MAX_AMOUNT;
}

/** Whether every amount of an event can be meant. */
function hasSaneAmounts(event: JournalEvent): boolean {
  switch (event.type) {
    case 'SIGNED_OUT':
    case 'ATTENDANCE_CLOSED':
    case 'SERVICE_CREDITED':
    case 'EARLIER_SERVICE_CREDITED':
    case 'BACKFILL_SETTLED':
      return event.credits.every(({ minutes, points }) => isSane(minutes) && isSane(points));
    case 'REDEEMED':
      return isSane(event.totalPoints);
    case 'REDEEMED_SHARED':
    case 'REDEMPTION_UNDONE':
      return isSane(event.totalPoints) && event.shares.every(({ points }) => isSane(points));
    case 'ALLOWANCE_CLOSED':
    case 'ALLOWANCE_OPENED':
      return isSane(event.points) && event.lots.every(({ points }) => isSane(points));
    case 'POINTS_AWARDED':
    case 'ENTRY_REVERSED':
    case 'POINTS_EXPIRED':
      return isSane(event.points);
    default:
      return true;
  }
}

function sumOf(credits: Credits): { minutes: number; points: number } {
  return credits.reduce(
    (sum, { minutes, points }) => ({ minutes: sum.minutes + minutes, points: sum.points + points }),
    { minutes: 0, points: 0 },
  );
}

const NO_GAIN: VolunteerGain = {
  minutes: 0,
  honorMinutes: 0,
  pointsEarned: 0,
  pointsSpent: 0,
  pointsOpened: 0,
};

/** Folds events of one station. Minutes are credited ones. */
export function gainsOf(events: readonly JournalEvent[]): Gains {
  const station: StationGain = {
    events: events.length,
    signIns: 0,
    signOuts: 0,
    redemptions: 0,
    minutes: 0,
    honorMinutes: 0,
    pointsEarned: 0,
    pointsSpent: 0,
    lastEventMs: 0,
  };
  const volunteers = new Map<number, VolunteerGain>();
  const gainOf = (id: number): VolunteerGain => {
    const known = volunteers.get(id) ?? { ...NO_GAIN };
    volunteers.set(id, known);
    return known;
  };
  const earn = (volunteerId: number, credits: Credits, hourKind: 'CREDIT' | 'HONOR'): void => {
    const { minutes, points } = sumOf(credits);
    const honorMinutes = hourKind === 'HONOR' ? minutes : 0;
    const gain = gainOf(volunteerId);
    gain.minutes += minutes;
    gain.honorMinutes += honorMinutes;
    gain.pointsEarned += points;
    station.minutes += minutes;
    station.honorMinutes += honorMinutes;
    station.pointsEarned += points;
  };
  const absurdSeqs: number[] = [];
  for (const event of events) {
    if (!hasSaneAmounts(event)) {
      absurdSeqs.push(event.seq);
      continue;
    }
    station.lastEventMs = Math.max(station.lastEventMs, event.atMs);
    switch (event.type) {
      case 'SIGNED_IN':
        station.signIns += 1;
        break;
      case 'SIGNED_OUT':
        station.signOuts += 1;
        earn(event.volunteerId, event.credits, 'CREDIT');
        break;
      case 'ATTENDANCE_CLOSED':
      case 'SERVICE_CREDITED':
      case 'EARLIER_SERVICE_CREDITED':
        earn(event.volunteerId, event.credits, event.hourKind);
        break;
      case 'BACKFILL_SETTLED':
        earn(event.volunteerId, event.credits, 'HONOR');
        break;
      case 'REDEEMED':
        station.redemptions += 1;
        station.pointsSpent += event.totalPoints;
        gainOf(event.volunteerId).pointsSpent += event.totalPoints;
        break;
      case 'REDEEMED_SHARED':
        station.redemptions += 1;
        station.pointsSpent += event.totalPoints;
        gainOf(event.volunteerId).pointsSpent += event.totalPoints;
        break;
      // What was paid comes back; that the exchange happened stays counted.
      case 'REDEMPTION_UNDONE':
        station.pointsSpent -= event.totalPoints;
        gainOf(event.volunteerId).pointsSpent -= event.totalPoints;
        break;
      case 'POINTS_AWARDED':
        station.pointsEarned += event.points;
        if (event.holder !== 'HOUSEHOLD') gainOf(event.holderId).pointsEarned += event.points;
        break;
      case 'ALLOWANCE_OPENED':
        if (event.holder !== 'HOUSEHOLD') gainOf(event.holderId).pointsOpened += event.points;
        break;
      case 'STATION_STARTED':
      case 'ACTIVITY_CHANGED':
      case 'ATTENDANCE_LAPSED':
      case 'STOCK_MOVED':
      case 'ACTIVITY_OPENED':
      case 'KEEPER_UNLOCKED':
      case 'BACKFILL_RECORDED':
        break;
      // These change accounts (ledger.ts) and no total.
      case 'LEDGER_TERMS_SET':
      case 'ENTRY_CONFIRMED':
      case 'ENTRY_APPROVED':
      case 'ENTRY_POSTED':
      case 'ENTRY_POSTED_UNTIL':
      case 'ENTRY_OBJECTED':
      case 'OBJECTION_SETTLED':
      case 'ENTRY_REVERSED':
      case 'POINTS_EXPIRED':
      case 'POOLING_SET':
      case 'ALLOWANCE_CLOSED':
      case 'ALLOWANCE_REQUESTED':
      case 'COUNTY_ACT_DONE':
      case 'CLOCK_FOUND_WRONG':
      case 'DATE_CONFIRMED':
        break;
    }
  }
  return { absurdSeqs, station, volunteers };
}

/** What entries that were taken back take out of the totals: their hours. Points taken back stand in the accounts. */
export function lossesOf(entries: readonly JournalEvent[]): Pick<Gains, 'station' | 'volunteers'> {
  const { station, volunteers } = gainsOf(entries);
  const none = gainsOf([]).station;
  return {
    station: { ...none, minutes: -station.minutes, honorMinutes: -station.honorMinutes },
    volunteers: new Map(
      [...volunteers].map(([id, { minutes, honorMinutes }]) => [
        id,
        { ...NO_GAIN, minutes: -minutes, honorMinutes: -honorMinutes },
      ]),
    ),
  };
}

/** The code of an event, for the county's table. */
export function codeOf(event: JournalEvent): number {
  return EVENTS[event.type].code;
}
