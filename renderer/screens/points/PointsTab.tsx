/** Points at the desk: one page for each thing that can be done with them, and a choice before them. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LedgerDesk } from '../../../electron/contract/ledgerViews.ts';
import type { KeeperDesk } from '../../../electron/contract/views.ts';
import { useApp } from '../../app/AppContext.ts';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { Press } from '../../components/Press.tsx';
import { AwardPage } from './AwardPage.tsx';
import { BackfillPage } from './BackfillPage.tsx';
import { GiftPage } from './GiftPage.tsx';
import { NoticePage } from './NoticePage.tsx';
import { ReversePage } from './ReversePage.tsx';
import { UndoPage } from './UndoPage.tsx';
import { WaitingPage } from './WaitingPage.tsx';

type Page = 'waiting' | 'award' | 'gift' | 'backfill' | 'reverse' | 'undo' | 'notice';
const ICONS: Readonly<Record<Page, IconName>> = {
  waiting: 'tick',
  award: 'heart',
  undo: 'basket',
  backfill: 'clock',
  notice: 'printer',
  reverse: 'minus',
  gift: 'plus',
};

export function PointsTab({ desk }: { readonly desk: KeeperDesk }) {
  const { t } = useTranslation();
  const { state, controller } = useApp();
  const [page, setPage] = useState<Page | null>(null);
  const ledger = state.keeper?.ledger ?? null;
  useEffect(() => void controller.keeper.points.refreshLedger(), [controller]);
  if (ledger === null) return <p>{t('common.loading')}</p>;
  const onClose = (): void => setPage(null);
  switch (page) {
    case 'waiting':
      return <WaitingPage ledger={ledger} onClose={onClose} />;
    case 'award':
      return <AwardPage ledger={ledger} onClose={onClose} />;
    case 'backfill':
      return <BackfillPage onClose={onClose} />;
    case 'gift':
      return <GiftPage onClose={onClose} />;
    case 'reverse':
      return <ReversePage onClose={onClose} />;
    case 'undo':
      return <UndoPage ledger={ledger} goods={desk.goods} onClose={onClose} />;
    case 'notice':
      return <NoticePage onClose={onClose} />;
    case null:
      return <Menu ledger={ledger} onChoose={setPage} />;
  }
}

function Menu({
  ledger,
  onChoose,
}: {
  readonly ledger: LedgerDesk;
  readonly onChoose: (page: Page) => void;
}) {
  const { t } = useTranslation();
  const pages = (Object.keys(ICONS) as Page[]).filter((page) => page !== 'gift' || ledger.giftsEnabled);
  const toDo = ledger.waiting.filter(({ state }) => state !== 'APPROVED').length + ledger.backfills.length;
  const lapsing = new Set(ledger.notices.map(({ holder, holderId }) => `${holder} ${holderId}`)).size;
  const how = (page: Page): string => {
    if (page !== 'waiting') return t(`points.${page}How`);
    return toDo === 0 ? t('points.waitingNone') : t('points.waitingCount', { count: toDo });
  };
  return (
    <>
      <h2>{t('points.menu')}</h2>
      <ul className="points-menu">
        {pages.map((page) => (
          <li key={page}>
            <Press className="points-card" onPress={() => onChoose(page)}>
              <Icon name={ICONS[page]} />
              <span className="points-card-text">
                <span className="line-name">{t(`points.${page}`)}</span>
                <span className="soft">{how(page)}</span>
              </span>
            </Press>
          </li>
        ))}
      </ul>
      {lapsing === 0 ? null : (
        <p className="care">
          <Icon name="clock" />
          {t('points.lapsing', { people: lapsing })}
        </p>
      )}
    </>
  );
}
