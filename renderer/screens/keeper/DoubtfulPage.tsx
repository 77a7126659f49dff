/** Which records have a doubtful time: of whom, when they were recorded, and why their time is in doubt. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { MINUTE_MS } from '../../../domain/time.ts';
import { useApp } from '../../app/AppContext.ts';
import { BackKey } from '../../components/BackKey.tsx';
import { Pager } from '../../components/Pager.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { clockTime, duration, fullDate } from '../../texts/format.ts';
import { factText } from '../backup/factText.ts';
import { useAsked } from '../points/useAsked.ts';

const PER_PAGE = 3;
const PER_PAGE_PORTRAIT = 6;
const DAY_MINUTES = 1440;

/** By how much the clock was wrong, in words. */
function offText(t: TFunction, offByMs: number | null): string {
  if (offByMs === null) return t('clock.DOUBTFUL');
  const minutes = Math.round(Math.abs(offByMs) / MINUTE_MS);
  const by =
    minutes < DAY_MINUTES
      ? duration(t, minutes)
      : t('clock.days', { days: Math.round(minutes / DAY_MINUTES) });
  return t(offByMs > 0 ? 'clock.ahead' : 'clock.behind', { by });
}

export function DoubtfulPage({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const portrait = usePortrait();
  const { controller } = useApp();
  const records = useAsked(controller.keeper.points.doubtful);
  if (records === null) return <p>{t('common.loading')}</p>;
  return (
    <>
      <h2>{t('clock.listTitle')}</h2>
      <p className="soft">{t('clock.listWhy')}</p>
      <Pager
        items={records}
        perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE}
        className="desk-list"
        empty={t('clock.listNone')}
      >
        {({ key, type, person, atMs, offByMs }) => (
          <li key={key} className="desk-row">
            <div className="desk-row-text">
              <p className="line-name oneline">
                {factText(t, type)} {person?.name ?? ''}
              </p>
              <p className="soft oneline">
                {t('clock.writtenAt', { date: fullDate(t, atMs), time: clockTime(atMs) })}
              </p>
            </div>
            <span className="tag tag-care">{offText(t, offByMs)}</span>
          </li>
        )}
      </Pager>
      <div className="desk-form-keys">
        <BackKey onPress={onClose} />
      </div>
    </>
  );
}
