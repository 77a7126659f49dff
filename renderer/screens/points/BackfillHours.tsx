/** When a back-filled service began and how long it was, by large keys in half hours. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackfillPlanView } from '../../../electron/contract/backfillViews.ts';
import { DAY_MS, dayStartMs, MINUTE_MS, shanghaiDay } from '../../../domain/time.ts';
import { BackKey } from '../../components/BackKey.tsx';
import { Press } from '../../components/Press.tsx';
import { Stepper } from '../../components/Stepper.tsx';
import { clockTime, duration, shortDate } from '../../texts/format.ts';

export type Planned = BackfillPlanView['activities'][number];
export interface Hours {
  readonly startMs: number;
  readonly minutes: number;
}

const EIGHT_MS = 8 * 60 * MINUTE_MS;

/** What the start and the end must lie between; outside the plan any time of the days that are still open. */
function boundsOf({ nowMs, withinDays }: BackfillPlanView, activity: Planned | null) {
  if (activity !== null) return { fromMs: activity.startMs, toMs: Math.min(activity.endMs, nowMs) };
  return { fromMs: dayStartMs(shanghaiDay(nowMs)) - withinDays * DAY_MS, toMs: nowMs };
}

export function HoursPage(props: {
  readonly plan: BackfillPlanView;
  readonly name: string;
  /** Null: outside the plan. */
  readonly activity: Planned | null;
  readonly onNext: (hours: Hours) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { plan, activity, name } = props;
  const { unitMinutes, maxMinutes } = plan;
  const { fromMs, toMs } = boundsOf(plan, activity);
  const [startMs, setStartMs] = useState(
    activity?.startMs ?? dayStartMs(shanghaiDay(plan.nowMs) - 1) + EIGHT_MS,
  );
  const longest = Math.min(maxMinutes, Math.floor((toMs - startMs) / MINUTE_MS / unitMinutes) * unitMinutes);
  const [wanted, setWanted] = useState(longest);
  const minutes = Math.min(wanted, longest);
  const stepMs = unitMinutes * MINUTE_MS;
  const canStart = (ms: number): boolean => ms >= fromMs && ms + stepMs <= toMs;
  const step = (label: string, value: string, byMs: number) => (
    <div className="quantity-steppers">
      <span className="lead hours-name">{label}</span>
      <Stepper
        value={value}
        lessLabel={`${label} ${t('backfill.less')}`}
        moreLabel={`${label} ${t('backfill.more')}`}
        canLess={canStart(startMs - byMs)}
        canMore={canStart(startMs + byMs)}
        onLess={() => setStartMs(startMs - byMs)}
        onMore={() => setStartMs(startMs + byMs)}
      />
    </div>
  );
  return (
    <div className="desk-form">
      <h2>{t('backfill.hours', { name })}</h2>
      <div className="desk-form-fields">
        <p className="soft">{t('backfill.limits', { most: duration(t, maxMinutes) })}</p>
        {activity === null ? step(t('backfill.day'), shortDate(t, startMs), DAY_MS) : null}
        {step(t('backfill.start'), clockTime(startMs), stepMs)}
        <div className="quantity-steppers">
          <span className="lead hours-name">{t('backfill.length')}</span>
          <Stepper
            value={duration(t, minutes)}
            lessLabel={`${t('backfill.length')} ${t('backfill.less')}`}
            moreLabel={`${t('backfill.length')} ${t('backfill.more')}`}
            canLess={minutes > unitMinutes}
            canMore={minutes + unitMinutes <= longest}
            onLess={() => setWanted(minutes - unitMinutes)}
            onMore={() => setWanted(minutes + unitMinutes)}
          />
        </div>
      </div>
      <div className="desk-form-keys">
        <BackKey onPress={props.onClose} />
        <Press
          look="main"
          disabled={minutes < unitMinutes}
          onPress={() => props.onNext({ startMs, minutes })}
        >
          {t('backfill.next')}
        </Press>
      </div>
    </div>
  );
}
