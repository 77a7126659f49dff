/** What was recorded today. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeeperDesk } from '../../../electron/contract/views.ts';
import { Figure } from '../../components/Figure.tsx';
import { useApp } from '../../app/AppContext.ts';
import { Icon } from '../../components/Icon.tsx';
import { Press } from '../../components/Press.tsx';
import { clockTime, fullDate, weekday } from '../../texts/format.ts';
import { DeskForm } from './DeskForm.tsx';
import { DoubtfulPage } from './DoubtfulPage.tsx';

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

/**
 * Rules of this village that the county's do not allow: whoever wrote them believes that they hold. The first is named,
 * the log names all. Times in doubt are told first: there is room for one.
 */
function LooserWishes({ desk }: { readonly desk: KeeperDesk }) {
  const { t } = useTranslation();
  const { todayTimes, looserWishes } = desk;
  const [name] = looserWishes;
  if (name === undefined || todayTimes.doubtful + todayTimes.unconfirmed > 0) return null;
  return (
    <p className="care">
      <Icon name="warning" />
      {t('desk.looserWishes', { rules: looserWishes.length, name })}
    </p>
  );
}

/** Only somebody who knows the date can say that it is right, as long as the county has not been heard. */
function ConfirmDate({ atMs, onClose }: { readonly atMs: number; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { controller } = useApp();
  const now = { date: fullDate(t, atMs), weekday: weekday(t, atMs), time: clockTime(atMs) };
  return (
    <DeskForm
      title={t('clock.confirmTitle', now)}
      confirm={t('clock.confirmYes')}
      onClose={onClose}
      onConfirm={(requestId) => controller.keeper.confirmDate({ requestId })}
    >
      <p className="soft">{t('clock.confirmWhy')}</p>
    </DeskForm>
  );
}

/** `asksDate`: the keeper came for the question of the date. */
export function TodayTab({ desk, asksDate }: { readonly desk: KeeperDesk; readonly asksDate: boolean }) {
  const { t } = useTranslation();
  const [confirming, setConfirming] = useState(asksDate ? desk.dateToConfirmMs : null);
  const [listing, setListing] = useState(false);
  if (listing) return <DoubtfulPage onClose={() => setListing(false)} />;
  if (confirming !== null) return <ConfirmDate atMs={confirming} onClose={() => setConfirming(null)} />;
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
      <Press className="today-doubtful" onPress={() => setListing(true)}>
        {t('clock.list')}
      </Press>
      <LooserWishes desk={desk} />
      {desk.dateToConfirmMs === null ? null : (
        <>
          <p className="care">
            <Icon name="info" />
            {t('clock.toConfirm')}
          </p>
          <Press onPress={() => setConfirming(desk.dateToConfirmMs)}>{t('clock.confirm')}</Press>
        </>
      )}
    </>
  );
}
