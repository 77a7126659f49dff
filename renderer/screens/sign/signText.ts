/** What the station says about a sign-in or sign-out, in words. */
import type { TFunction } from 'i18next';
import type { SignRefusal } from '../../../electron/contract/views.ts';

/** Why nothing was recorded, in the villager's words. */
export function refusalText(t: TFunction, reason: SignRefusal): string {
  switch (reason.kind) {
    case 'TOO_MANY_PAIRS':
      return t('sign.refusal.TOO_MANY_PAIRS', { limit: reason.limit });
    case 'TOO_LATE_TO_CHANGE':
      return t('sign.refusal.TOO_LATE_TO_CHANGE', { limit: reason.limitMinutes });
    default:
      return t(`sign.refusal.${reason.kind}`);
  }
}
