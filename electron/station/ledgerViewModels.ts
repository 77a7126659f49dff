/** What screens are shown of points: accounts, entries on their way, what lapses soon. */
import type { LedgerLineRow, WaitingRow } from '../../db/views/views.ts';
import type { EntryKey } from '../../domain/points/account.ts';
import type { KeeperFact } from '../../domain/points/facts.ts';
import { mayApprove } from '../../domain/points/settle.ts';
import type { Holder } from '../../domain/points/account.ts';
import { poolOf } from '../../domain/points/pay.ts';
import { noticeOf } from '../../domain/points/terms.ts';
import { shanghaiDay } from '../../domain/time.ts';
import type {
  AccountsView,
  AccountView,
  LapseNoticeView,
  LedgerDesk,
  LedgerLineView,
  WaitingEntryView,
} from '../contract/ledgerViews.ts';
import type { CauseView } from '../contract/pointsDeskViews.ts';
import { waitingBackfills } from './backfill.ts';
import type { Core } from './core.ts';

/** More than this nobody reads at once. */
const SHOWN = 300;
const SHOWN_LINES = 50;

const LINE_KIND: Readonly<Partial<Record<LedgerLineRow['type'], LedgerLineView['kind']>>> = {
  POINTS_AWARDED: 'AWARD',
  ENTRY_OBJECTED: 'OBJECTION',
  OBJECTION_SETTLED: 'OBJECTION_SETTLED',
  ENTRY_REVERSED: 'REVERSAL',
  POINTS_EXPIRED: 'EXPIRY',
  REDEMPTION_UNDONE: 'GIVEN_BACK',
  ALLOWANCE_CLOSED: 'MOVED_AWAY',
  ALLOWANCE_OPENED: 'ALLOWANCE',
};

export function nameOf(core: Core, { holder, holderId }: Holder): string {
  return holder === 'HOUSEHOLD' ? core.views.householdName(holderId) : core.person(holderId).name;
}

/** What an entry was for, in the words of the plan and of the catalogue. */
export function causeView(core: Core, key: EntryKey): CauseView {
  const cause = core.views.causeOf(key);
  switch (cause?.kind) {
    case 'SERVICE':
    case 'SERVICE_LATER':
      return { kind: cause.kind, title: cause.activityName, reason: '' };
    case 'AWARD': {
      const { catalogue } = core.views.rules().ledger.awards;
      const title = catalogue.find(({ id }) => id === cause.awardId)?.name ?? '';
      return { kind: 'AWARD', title, reason: cause.reason };
    }
    case 'GIFT':
    case 'ALLOWANCE':
      return { kind: cause.kind, title: '', reason: cause.kind === 'GIFT' ? cause.reason : '' };
    case undefined:
      return { kind: 'OTHER', title: '', reason: '' };
  }
}

function waitingView(core: Core, row: WaitingRow): WaitingEntryView {
  const { holder, holderId, incarnation, seq, atMs, points, state, postedUntilDay } = row;
  const cause = causeView(core, row);
  return {
    holder,
    holderId,
    incarnation,
    seq,
    name: nameOf(core, row),
    cause,
    atMs,
    points,
    state,
    postedUntilDay,
  };
}

function noticeView(
  core: Core,
  row: Holder & { readonly points: number; readonly expiryDay: number },
  today: number,
): LapseNoticeView | null {
  const notice = noticeOf(row.expiryDay, today, core.views.rules().ledger.expiryNoticeDays);
  if (notice === null) return null;
  const { holder, holderId, points, expiryDay } = row;
  return { holder, holderId, name: nameOf(core, row), points, expiryDay, notice };
}

/** The last day of which anybody is told today. */
function lastNoticeDay(core: Core, today: number): number {
  return today + Math.max(0, ...core.views.rules().ledger.expiryNoticeDays);
}

/** What lapses within the longest notice, of any account, the soonest first. */
function allNotices(core: Core): readonly LapseNoticeView[] {
  const today = shanghaiDay(core.clock.nowMs());
  return core.views
    .lapsingBetween(today, lastNoticeDay(core, today), SHOWN)
    .flatMap((row) => noticeView(core, row, today) ?? []);
}

function accountView(core: Core, account: Holder): AccountView {
  const { available, pending, held, arrears, spent, expired } = core.views.sums(account);
  return { ...account, available, pending, held, arrears, spent, expired };
}

/** The accounts of one volunteer. */
export function accountsOf(core: Core, volunteerId: number): AccountsView {
  const { views } = core;
  const today = shanghaiDay(core.clock.nowMs());
  const householdId = views.member(volunteerId)?.householdId ?? 0;
  const own: Holder = { holder: 'PERSON', holderId: volunteerId };
  const household: Holder = { holder: 'HOUSEHOLD', holderId: householdId };
  const others: readonly Holder[] = [{ holder: 'GIFT', holderId: volunteerId }, household];
  const existing = others.filter((one) => views.sums(one).issued + views.sums(one).opened > 0);
  const holders = [own, ...existing];
  const lastDay = lastNoticeDay(core, today);
  const { ledger } = views.rules();
  return {
    household: householdId === 0 ? null : { id: householdId, name: nameOf(core, household) },
    poolingOffered: ledger.pooling,
    waiting: views.waitingOf([own, ...others], SHOWN_LINES).map((row) => waitingView(core, row)),
    spendablePoints: views.purses(volunteerId, today).available,
    accounts: holders.map((one) => accountView(core, one)),
    notices: holders.flatMap((one) => {
      const soon = views.openLots(one).filter(({ expiryDay }) => expiryDay >= today && expiryDay <= lastDay);
      const days = [...new Set(soon.map(({ expiryDay }) => expiryDay))].sort((a, b) => a - b);
      return days.flatMap((expiryDay) => {
        const lots = soon.filter((lot) => lot.expiryDay === expiryDay);
        const points = lots.reduce((sum, { remaining }) => sum + remaining, 0);
        return noticeView(core, { ...one, points, expiryDay }, today) ?? [];
      });
    }),
    lines: holders
      .flatMap((one) => views.ledgerLines(one, SHOWN_LINES))
      .sort((a, b) => b.atMs - a.atMs || b.seq - a.seq)
      .slice(0, SHOWN_LINES)
      .flatMap(({ seq, atMs, type, points, reason }) => {
        const kind = LINE_KIND[type];
        return kind === undefined ? [] : { seq, atMs, kind, points, reason };
      }),
    poolingConsent: views.consents(householdId, volunteerId),
    pooling: ledger.pooling && poolOf(views, householdId, ledger, today).includes(volunteerId),
  };
}

/** What the keeper sees of points. */
export function ledgerDesk(core: Core, keeper: KeeperFact): LedgerDesk {
  const { views } = core;
  const { points, ledger } = views.rules();
  return {
    settlement: points.settlement,
    mayApprove: mayApprove(keeper),
    giftsEnabled: ledger.gifts.enabled,
    faultyReturnDays: ledger.faultyReturnDays,
    waiting: views.waiting(SHOWN).map((row) => waitingView(core, row)),
    backfills: waitingBackfills(core),
    notices: allNotices(core),
    awards: ledger.awards.catalogue,
  };
}
