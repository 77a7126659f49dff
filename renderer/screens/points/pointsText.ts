/** Entries and refusals of the ledger, in words. */
import type { TFunction } from 'i18next';
import type { LedgerRefusal, WaitingEntryView } from '../../../electron/contract/ledgerViews.ts';
import type { CauseView } from '../../../electron/contract/pointsDeskViews.ts';
import { dayDate } from '../../texts/format.ts';

/** What an entry was for: the activity or the award, or what kind of points they are. */
export function causeText(t: TFunction, { kind, title }: CauseView): string {
  if (kind === 'SERVICE_LATER' && title !== '') return `${title} · ${t('account.entry.SERVICE_LATER')}`;
  return title === '' ? t(`account.entry.${kind}`) : title;
}

/** Where an entry stands. */
export function stateText(t: TFunction, { state, postedUntilDay }: WaitingEntryView): string {
  return state === 'APPROVED'
    ? t('points.state.APPROVED', { date: dayDate(t, postedUntilDay) })
    : t(`points.state.${state}`);
}

/** What the ledger says against a form; goods are named by whoever shows them. */
export function ledgerRefusalText(
  t: TFunction,
  reason: Exclude<LedgerRefusal, { kind: 'KEEPER_GONE' | 'NOT_FOUND' }>,
): string {
  switch (reason.kind) {
    case 'WRONG_STATE':
      return t(`points.refusal.WRONG_STATE.${reason.state}`);
    case 'AWARD_CAP':
    case 'ISSUE_CEILING':
      return t(`points.refusal.${reason.kind}`, { limit: reason.limit, left: reason.left });
    case 'TOO_LATE':
      return reason.limitDays === 0
        ? t('points.refusal.TOO_LATE_TODAY')
        : t('points.refusal.TOO_LATE', { days: reason.limitDays });
    case 'NOT_IN_IT':
      return t('points.refusal.NOT_IN_IT', { goods: '' });
    case 'AWAITING_RETURN':
    case 'SUPERSEDED':
    case 'FORKED':
    case 'REVOKED':
      return t(`shop.refusal.${reason.kind}`);
    case 'PERSON_GONE':
    case 'OWN_HOUSEHOLD':
    case 'SAME_PERSON':
    case 'ROLE':
    case 'GIFTS_OFF':
    case 'NOTHING_LEFT':
      return t(`points.refusal.${reason.kind}`);
  }
}
