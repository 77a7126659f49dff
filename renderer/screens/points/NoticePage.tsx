/** The notice board's sheet: what will be on it, and the key that prints it. */
import { useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { useApp } from '../../app/AppContext.ts';
import { Icon } from '../../components/Icon.tsx';
import { Pager } from '../../components/Pager.tsx';
import { BackKey } from '../../components/BackKey.tsx';
import { Press } from '../../components/Press.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { dayDate } from '../../texts/format.ts';
import { NoticeSheet } from './NoticeSheet.tsx';
import { useAsked } from './useAsked.ts';

const PER_PAGE = 2;
const PER_PAGE_PORTRAIT = 5;

export function NoticePage({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const portrait = usePortrait();
  const { controller } = useApp();
  const [printed, setPrinted] = useState(false);
  const notice = useAsked(controller.keeper.points.notice);
  if (notice === null) return <p>{t('common.loading')}</p>;
  const { posted, redeemed, stock } = notice;
  const print = (): void => {
    setPrinted(true);
    window.print();
  };
  return (
    <>
      <h2>{t('notice.title')}</h2>
      <p className="lead">
        {posted.length === 0
          ? t('notice.onScreenNone')
          : t('notice.onScreen', {
              entries: posted.length,
              redeemed: redeemed.length,
              goods: stock.length,
            })}
      </p>
      <Pager items={posted} perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE} className="desk-list">
        {(entry) => (
          <li key={posted.indexOf(entry)} className="desk-row">
            <span className="line-name">{entry.maskedName}</span>
            <span className="desk-row-text soft oneline">
              {entry.group} · {entry.item}
            </span>
            <span className="figure">{t('unit.pointsOf', { points: entry.points })}</span>
            <span className="tag">{t('points.state.APPROVED', { date: dayDate(t, entry.untilDay) })}</span>
          </li>
        )}
      </Pager>
      <p className={printed ? 'care' : 'soft'} role="status">
        {printed ? <Icon name="info" /> : null}
        {t(printed ? 'notice.printed' : 'notice.privacy')}
      </p>
      <div className="desk-form-keys">
        <BackKey onPress={onClose} />
        <Press look="main" icon="printer" onPress={print}>
          {t('notice.print')}
        </Press>
      </div>
      {createPortal(<NoticeSheet notice={notice} />, document.body)}
    </>
  );
}
