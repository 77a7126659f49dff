/** Hours that no scan recorded, and what speaks against them, in words. */
import type { TFunction } from 'i18next';
import type { BackfillRefusal, BackfillView } from '../../../electron/contract/backfillViews.ts';
import { clockTime, duration, shortDate } from '../../texts/format.ts';

type Own = Extract<
  BackfillRefusal,
  {
    kind: 'OUT_OF_PLAN' | 'TOO_SHORT' | 'NOT_OVER' | 'TOO_OLD' | 'OVERLAP' | 'DAY_FULL' | 'ALREADY_SETTLED';
  }
>;

export function backfillRefusalText(t: TFunction, reason: Own): string {
  switch (reason.kind) {
    case 'OUT_OF_PLAN':
    case 'OVERLAP':
      return t(`backfill.refusal.${reason.kind}`, {
        from: clockTime(reason.fromMs),
        to: clockTime(reason.toMs),
      });
    case 'TOO_SHORT':
      return t('backfill.refusal.TOO_SHORT', { minutes: reason.leastMinutes });
    case 'TOO_OLD':
      return t('backfill.refusal.TOO_OLD', { days: reason.limitDays });
    case 'DAY_FULL':
      return t('backfill.refusal.DAY_FULL', { length: duration(t, reason.limitMinutes) });
    case 'NOT_OVER':
    case 'ALREADY_SETTLED':
      return t(`backfill.refusal.${reason.kind}`);
  }
}

/** The activity, or that it is in no plan here. */
export function activityText(t: TFunction, { activityName }: Pick<BackfillView, 'activityName'>): string {
  return activityName === '' ? t('backfill.other') : activityName;
}

/** 11月22日 08:00，2 小时 30 分钟. */
export function whenText(
  t: TFunction,
  { startMs, minutes }: Pick<BackfillView, 'startMs' | 'minutes'>,
): string {
  return t('backfill.rowWhen', {
    date: shortDate(t, startMs),
    time: clockTime(startMs),
    length: duration(t, minutes),
  });
}
