/** What was recorded today. */
import { useTranslation } from 'react-i18next';
import type { KeeperDesk } from '../../../electron/contract/views.ts';
import { Figure } from '../../components/Figure.tsx';
import { Icon } from '../../components/Icon.tsx';

/** Records whose time the clock made doubtful: they count, and somebody has to know. */
function TimesInDoubt({ desk }: { readonly desk: KeeperDesk }) {
  const { t } = useTranslation();
  const { doubtful, unconfirmed } = desk.todayTimes;
  if (doubtful > 0)
    return (
      <p className="care">
        <Icon name="warning" />
        {t('clock.todayDoubtful', { records: doubtful })}
      </p>
    );
  return unconfirmed === 0 ? null : (
    <p className="soft">{t('clock.todayUnconfirmed', { records: unconfirmed })}</p>
  );
}

export function TodayTab({ desk }: { readonly desk: KeeperDesk }) {
  const { t } = useTranslation();
  const { today, attendances } = desk;
  const unclosed = attendances.filter((one) => one.unclosed).length;
  return (
    <>
      <h2>{t('desk.keeper', { name: desk.keeperName })}</h2>
      <dl className="desk-figures">
        <Figure name={t('desk.signIns')} value={t('unit.times', { times: today.signIns })} />
        <Figure name={t('desk.signOuts')} value={t('unit.times', { times: today.signOuts })} />
        <Figure name={t('desk.pointsGiven')} value={t('unit.pointsOf', { points: today.points })} />
        <Figure name={t('desk.redemptions')} value={t('unit.times', { times: today.redemptions })} />
        <Figure
          name={t('desk.redeemedPoints')}
          value={t('unit.pointsOf', { points: today.redeemedPoints })}
        />
        <Figure
          name={t('desk.presentNow')}
          value={t('unit.people', { people: attendances.length - unclosed })}
        />
        <Figure name={t('desk.unclosed')} value={t('unit.people', { people: unclosed })} />
      </dl>
      <TimesInDoubt desk={desk} />
    </>
  );
}
