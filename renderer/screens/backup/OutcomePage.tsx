/** What restores have come to: what the county gave back, and what is gone or has not come yet. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { RestoredView } from '../../../electron/contract/backupViews.ts';
import { BackKey } from '../../components/BackKey.tsx';
import { Figure } from '../../components/Figure.tsx';
import { Pager } from '../../components/Pager.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { clockTime, shortDate } from '../../texts/format.ts';
import { factText } from './factText.ts';

const PER_PAGE = 1;
const PER_PAGE_PORTRAIT = 4;

const moment = (t: TFunction, atMs: number): string => `${shortDate(t, atMs)} ${clockTime(atMs)}`;

/** Where the disk took with it what nobody else had: from when on that can be. */
export function unknownText(t: TFunction, sinceMs: number): string {
  return t('backup.lostUnknown', { time: moment(t, sinceMs) });
}

/** One line for the list of backups: that something is missing since a restore; null where nothing is. */
export function missingText(t: TFunction, restored: RestoredView | null): string | null {
  if (restored === null) return null;
  if (restored.lostCount === 0)
    return restored.unknownSinceMs === 0 ? null : unknownText(t, restored.unknownSinceMs);
  const { awaiting, lostCount, asideCount } = restored;
  const key = awaiting
    ? 'backup.outcome.awaiting'
    : lostCount === asideCount
      ? 'backup.outcome.onlyAside'
      : 'backup.outcome.missing';
  return t(key, { records: restored.lostCount });
}

/** When what came back and what is missing had been recorded, as far as that can be told, and what to do. */
function outcomeText(t: TFunction, restored: RestoredView): string {
  const { awaiting, returnedCount, returnedFromMs, returnedToMs, lostCount, lostFromMs, lostToMs } = restored;
  const { unknownSinceMs } = restored;
  const span = (fromMs: number, toMs: number) => ({ from: moment(t, fromMs), to: moment(t, toMs) });
  return [
    returnedCount === 0 ? null : t('backup.outcome.returnedSpan', span(returnedFromMs, returnedToMs)),
    lostFromMs === 0 ? null : t('backup.outcome.lostSpan', span(lostFromMs, lostToMs)),
    awaiting ? t('backup.outcome.awaitingWhy') : null,
    restored.asideCount > 0 ? t('backup.outcome.asideWhy', { records: restored.asideCount }) : null,
    unknownSinceMs > 0 ? unknownText(t, unknownSinceMs) : null,
    !awaiting && (lostCount > 0 || unknownSinceMs > 0) ? t('backup.outcome.lostWhy') : null,
    !awaiting && lostCount === 0 && unknownSinceMs === 0 ? t('backup.lostNone') : null,
  ]
    .filter((part) => part !== null)
    .join('。');
}

export function OutcomePage(props: { readonly restored: RestoredView; readonly onClose: () => void }) {
  const { restored, onClose } = props;
  const { t } = useTranslation();
  const portrait = usePortrait();
  const { awaiting, returnedCount, lostCount, lost } = restored;
  return (
    <>
      <h2>{t('backup.outcome.title')}</h2>
      <dl className="desk-figures">
        <Figure name={t('backup.outcome.returned')} value={t('unit.records', { records: returnedCount })} />
        <Figure
          name={t(awaiting ? 'backup.outcome.awaited' : 'backup.outcome.lost')}
          value={t('unit.records', { records: lostCount })}
        />
      </dl>
      <p className="soft">{outcomeText(t, restored)}</p>
      <Pager items={lost} perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE} className="desk-list">
        {({ incarnation, seq, type, atMs, person, aside }) => (
          <li key={`${incarnation} ${seq}`} className="desk-row">
            <p className="desk-row-text oneline">
              {type === ''
                ? t('backup.lostUnread', { seq })
                : `${moment(t, atMs)} ${factText(t, type)} ${person?.name ?? ''}`}
            </p>
            <span className="tag tag-care">
              {t(
                aside ? 'backup.outcome.aside' : awaiting ? 'backup.outcome.awaited' : 'backup.outcome.lost',
              )}
            </span>
          </li>
        )}
      </Pager>
      <div className="desk-form-keys">
        <BackKey onPress={onClose} />
      </div>
    </>
  );
}
