/** What the keeper looks through to correct points, and the sheet for the notice board. */
import type { ExchangeRow, VillagerRow } from '../../db/views/deskViews.ts';
import { maskedName } from '../../domain/people/maskedName.ts';
import type { Holder } from '../../domain/points/account.ts';
import { monthStartDay, shanghaiDay } from '../../domain/time.ts';
import type { StationHandlers } from '../contract/contract.ts';
import type { ExchangeView, NoticeView, PersonEntryView } from '../contract/pointsDeskViews.ts';
import type { Core } from './core.ts';
import type { Keepers } from './keeper.ts';
import { causeView, nameOf } from './ledgerViewModels.ts';

type PointsDeskHandlers = Pick<
  StationHandlers,
  'listVillagers' | 'listEntries' | 'listExchanges' | 'getNotice'
>;

/** A village has a few hundred; more than this is no list to choose from by touch. */
const MOST_VILLAGERS = 5000;
const SHOWN_ENTRIES = 60;
const SHOWN_EXCHANGES = 200;
const POSTED = 2000;

function entriesOf(core: Core, volunteerId: number): readonly PersonEntryView[] {
  const { views } = core;
  const householdId = views.member(volunteerId)?.householdId ?? 0;
  const holders: readonly Holder[] = [
    { holder: 'PERSON', holderId: volunteerId },
    { holder: 'GIFT', holderId: volunteerId },
    ...(householdId === 0 ? [] : [{ holder: 'HOUSEHOLD', holderId: householdId } as const]),
  ];
  return (
    holders
      .flatMap((holder) =>
        views
          .entries(holder, SHOWN_ENTRIES)
          .map((row) => ({ ...holder, ...row, cause: causeView(core, row) })),
      )
      // What the county has moved here is the county's to move away.
      .filter(({ cause }) => cause.kind !== 'ALLOWANCE')
      .sort((a, b) => b.atMs - a.atMs || b.seq - a.seq)
      .slice(0, SHOWN_ENTRIES)
  );
}

function exchangeView(core: Core, row: ExchangeRow, today: number): ExchangeView {
  const { incarnation, seq, volunteerId, atMs, lines } = row;
  const days = Math.abs(today - shanghaiDay(atMs));
  const { cancelDays, faultyReturnDays } = core.views.rules().ledger;
  return {
    incarnation,
    seq,
    atMs,
    person: core.person(volunteerId),
    lines: lines.map(({ name, unit, ...line }) => ({
      ...line,
      name: name ?? `#${line.goodsId}`,
      unit: unit ?? '',
    })),
    points: lines.reduce((sum, { quantity, unitPoints }) => sum + quantity * unitPoints, 0),
    cancellable: days <= cancelDays,
    returnable: days <= faultyReturnDays,
  };
}

function exchangesOf(core: Core, volunteerId: number | null): readonly ExchangeView[] {
  const today = shanghaiDay(core.clock.nowMs());
  return core.views
    .exchanges(volunteerId, SHOWN_EXCHANGES)
    .map((row) => exchangeView(core, row, today))
    .filter(({ cancellable, returnable }) => (volunteerId === null ? cancellable : returnable));
}

/** The village group that a household's name begins with, 3组; else the team. */
function groupOf(teamName: string, householdName: string): string {
  return /^[0-9一二三四五六七八九十]+组/.exec(householdName)?.[0] ?? teamName;
}

function noticeOf(core: Core): NoticeView {
  const { views } = core;
  const nowMs = core.clock.nowMs();
  const home = views.referenceInfo();
  const monthDay = monthStartDay(shanghaiDay(nowMs));
  const villagers = new Map<number, VillagerRow>(
    views.villagers(MOST_VILLAGERS).map((row) => [row.volunteerId, row]),
  );
  const personGroup = (volunteerId: number): string => {
    const row = villagers.get(volunteerId);
    return row === undefined ? core.person(volunteerId).teamName : groupOf(row.teamName, row.householdName);
  };
  /** A household goes by its head: the name in the register holds one in full. */
  const who = (holder: Holder) => {
    const { holderId } = holder;
    if (holder.holder !== 'HOUSEHOLD')
      return {
        maskedName: maskedName(nameOf(core, holder)),
        group: personGroup(holderId),
        volunteerId: holderId,
      };
    const head = core.person(views.headOf(holderId)).name;
    return {
      maskedName: maskedName(head),
      group: groupOf('', views.householdName(holderId)),
      volunteerId: 0,
    };
  };
  return {
    madeMs: nowMs,
    villageName: home?.stationName ?? '',
    townshipName: home?.townshipName ?? '',
    posted: views
      .waiting(POSTED)
      .filter(({ state }) => state === 'APPROVED')
      .map((row) => {
        const { kind, title } = causeView(core, row);
        return { ...who(row), kind, item: title, points: row.points, untilDay: row.postedUntilDay };
      })
      .sort((a, b) => a.untilDay - b.untilDay),
    monthDay,
    redeemed: views.redeemedInMonth(monthDay).map(({ volunteerId, goodsName, quantity, points }) => ({
      maskedName: maskedName(core.person(volunteerId).name),
      group: personGroup(volunteerId),
      goodsName: goodsName ?? '—',
      quantity,
      points,
    })),
    prices: views.comingPrices(),
    stock: views.shelf().map(({ name, unit, stock }) => ({ name, unit, quantity: stock })),
  };
}

export function createPointsDesk(core: Core, keepers: Keepers): PointsDeskHandlers {
  const closed = (keeperToken: string): boolean => keepers.use(keeperToken) === undefined;
  return {
    listVillagers: ({ keeperToken }) =>
      closed(keeperToken)
        ? { kind: 'KEEPER_GONE' }
        : { kind: 'VILLAGERS', villagers: core.views.villagers(MOST_VILLAGERS) },
    listEntries: ({ keeperToken, volunteerId }) =>
      closed(keeperToken)
        ? { kind: 'KEEPER_GONE' }
        : { kind: 'ENTRIES', entries: entriesOf(core, volunteerId) },
    listExchanges: ({ keeperToken, volunteerId }) =>
      closed(keeperToken)
        ? { kind: 'KEEPER_GONE' }
        : { kind: 'EXCHANGES', exchanges: exchangesOf(core, volunteerId) },
    getNotice: ({ keeperToken }) =>
      closed(keeperToken) ? { kind: 'KEEPER_GONE' } : { kind: 'NOTICE', notice: noticeOf(core) },
  };
}
