/** What kind of record an event is, in a villager's words. */
import type { TFunction } from 'i18next';

const FACTS = {
  SIGNED_IN: 'desk.signIns',
  SIGNED_OUT: 'desk.signOuts',
  ATTENDANCE_CLOSED: 'desk.close',
  SERVICE_CREDITED: 'account.entry.SERVICE_LATER',
  EARLIER_SERVICE_CREDITED: 'desk.close',
  BACKFILL_RECORDED: 'record.kind.BACKFILL_WAITING',
  BACKFILL_SETTLED: 'record.kind.BACKFILL',
  REDEEMED: 'desk.redemptions',
  REDEEMED_SHARED: 'desk.redemptions',
  REDEMPTION_UNDONE: 'points.undo',
  STOCK_MOVED: 'desk.tab.STOCK',
  POINTS_AWARDED: 'points.award',
  ENTRY_REVERSED: 'points.reverse',
  ENTRY_CONFIRMED: 'points.waiting',
  ENTRY_APPROVED: 'points.waiting',
  POOLING_SET: 'account.pooling',
} as const;

/** The word for a type of event; a plain one for what only the machine knows. */
export function factText(t: TFunction, type: string): string {
  return type in FACTS ? t(FACTS[type as keyof typeof FACTS]) : t('account.entry.OTHER_RECORD');
}
