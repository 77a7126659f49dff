/** What screens are shown of points: accounts, entries on their way, what lapses soon. */
import type { LedgerLineRow } from '../../db/views/views.ts';
import type { Holder } from '../../domain/points/account.ts';
import { poolOf } from '../../domain/points/pay.ts';
import { noticeOf, NOTICE_DAYS } from '../../domain/points/terms.ts';
import { shanghaiDay } from '../../domain/time.ts';
import type {
  AccountsView,
  AccountView,
  LapseNoticeView,
  LedgerDesk,
  LedgerLineView,
} from '../contract/ledgerViews.ts';
import type { Core } from './core.ts';

/** More than this nobody reads at once. */
const SHOWN = 300;
const SHOWN_LINES = 50;
const LONGEST_NOTICE = Math.max(...NOTICE_DAYS);

const LINE_KIND: Readonly<Partial<Record<LedgerLineRow['type'], LedgerLineView['kind']>>> = {
  POINTS_AWARDED: 'AWARD',
  ENTRY_OBJECTED: 'OBJECTION',
  OBJECTION_SETTLED: 'OBJECTION_SETTLED',
  ENTRY_REVERSED: 'REVERSAL',
  POINTS_EXPIRED: 'EXPIRY',
  REDEMPTION_UNDONE: 'GIVEN_BACK',
};

function nameOf(core: Core, { holder, holderId }: Holder): string {
  return holder === 'HOUSEHOLD' ? core.views.householdName(holderId) : core.person(holderId).name;
}

function noticeView(
  core: Core,
  row: Holder & { readonly points: number; readonly expiryDay: number },
  today: number,
): LapseNoticeView | null {
  const notice = noticeOf(row.expiryDay, today);
  if (notice === null) return null;
  const { holder, holderId, points, expiryDay } = row;
  return { holder, holderId, name: nameOf(core, row), points, expiryDay, notice };
}

/** What lapses within the longest notice, of any account, the soonest first. */
function allNotices(core: Core): readonly LapseNoticeView[] {
  const today = shanghaiDay(core.clock.nowMs());
  return core.views
    .lapsingBetween(today, today + LONGEST_NOTICE, SHOWN)
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
  const others: readonly Holder[] = [
    { holder: 'GIFT', holderId: volunteerId },
    { holder: 'HOUSEHOLD', holderId: householdId },
  ];
  const existing = others.filter((one) => views.sums(one).issued > 0);
  const holders = [own, ...existing];
  const lastDay = today + LONGEST_NOTICE;
  return {
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
    pooling: views.rules().ledger.pooling && poolOf(views, householdId, today).includes(volunteerId),
  };
}

/** What the keeper sees of points. */
export function ledgerDesk(core: Core): LedgerDesk {
  const { views } = core;
  const { points, ledger } = views.rules();
  return {
    settlement: points.settlement,
    waiting: views.waiting(SHOWN).map((row) => ({
      holder: row.holder,
      holderId: row.holderId,
      incarnation: row.incarnation,
      seq: row.seq,
      name: nameOf(core, row),
      atMs: row.atMs,
      points: row.points,
      state: row.state,
      postedUntilDay: row.postedUntilDay,
    })),
    notices: allNotices(core),
    awards: ledger.awards.catalogue,
  };
}
