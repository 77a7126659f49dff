/** From the rows of the store's views to what the contract shows. */
import type { ActivityRow, GoodsRow, RecordRow, Views } from '../../db/views/views.ts';
import type { Holder } from '../../domain/points/account.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import type {
  ActivityView,
  Balance,
  Elsewhere,
  GoodsView,
  PersonSummary,
  RecordEntry,
} from '../contract/views.ts';

/** A person as the station knows them; a guest it knows nothing of has no name. */
export function personSummary(views: Views, stationId: number, volunteerId: number): PersonSummary {
  const row = views.person(volunteerId);
  if (row === null) return { volunteerId, name: '', guest: true, teamName: '' };
  const { name, teamName, homeStationId } = row;
  return { volunteerId, name, guest: homeStationId !== stationId, teamName };
}

/** An activity at an instant: who is there, and whether one may sign in now. */
export function activityView(views: Views, row: ActivityRow, nowMs: number): ActivityView {
  const { id, name, teamName, platform, theme, place, startMs, endMs } = row;
  const fromMs = startMs - views.rules().attendance.signInBeforeStartMinutes * MINUTE_MS;
  return {
    id,
    name,
    teamName,
    platform,
    theme,
    place,
    startMs,
    endMs,
    presentCount: views.presentCount(id),
    openForSignIn: !row.cancelled && nowMs >= fromMs && nowMs < endMs,
  };
}

/** The activity with an id; one that the plan no longer has is shown by its number. */
export function activityViewOf(views: Views, activityId: number, nowMs: number): ActivityView {
  const row = views.activity(activityId);
  if (row !== null) return activityView(views, row, nowMs);
  return {
    id: activityId,
    name: `#${activityId}`,
    teamName: '',
    platform: 0,
    theme: 0,
    place: '',
    startMs: 0,
    endMs: 0,
    presentCount: views.presentCount(activityId),
    openForSignIn: false,
  };
}

export function goodsView({
  id,
  name,
  unit,
  picture,
  unitPoints,
  stock,
  staple,
  scarce,
}: GoodsRow): GoodsView {
  return { id, name, unit, picture, unitPoints, stock, staple, scarce };
}

export function balanceOf(views: Views, volunteerId: number, nowMs: number): Balance {
  const { availablePoints, ...minutes } = views.balance(volunteerId, nowMs);
  return { availablePoints, ...minutes };
}

/** The household of this village that a volunteer is the head of; 0 for none. */
export function headedBy(views: Views, volunteerId: number): number {
  const householdId = views.member(volunteerId)?.householdId ?? 0;
  return householdId !== 0 && views.headOf(householdId) === volunteerId ? householdId : 0;
}

/**
 * Where the points of a guest are, or of a villager whose own, gifts or, as its head, household's went away; null for
 * whoever has theirs here.
 */
export function elsewhereOf(views: Views, stationId: number, volunteerId: number): Elsewhere | null {
  const homeStationId = views.person(volunteerId)?.homeStationId ?? 0;
  const householdId = headedBy(views, volunteerId);
  const mine: readonly Holder[] = [
    { holder: 'PERSON', holderId: volunteerId },
    { holder: 'GIFT', holderId: volunteerId },
    ...(householdId === 0 ? [] : [{ holder: 'HOUSEHOLD', holderId: householdId } as const]),
  ];
  // Points that paid for another registration of the same person stayed at this station.
  const wentTo = mine.map((holder) => views.wentTo(holder)).find((id) => id !== null && id !== stationId);
  // Where they went from here is nearer the truth than where a guest is at home.
  const where = wentTo ?? (homeStationId === stationId ? null : homeStationId);
  if (where === null) return null;
  const requestedMs = views.requestUnderWay(volunteerId)?.atMs ?? 0;
  return { stationName: views.stationName(where), requestedMs };
}

/** One line of a volunteer's record. Goods are listed as `rice ×2、oil ×1`; a name that is gone is a dash. */
export function recordEntry({
  seq,
  atMs,
  kind,
  activityName,
  stationName,
  lines,
  minutes,
  points,
}: RecordRow): RecordEntry {
  const goods = lines.map((line) => `${line.name ?? '—'} ×${line.quantity}`).join('、');
  return { seq, atMs, kind, title: activityName ?? stationName ?? goods, minutes, points };
}
