/** The keeper's desk: six pages, one at a time. */
import { useTranslation } from 'react-i18next';
import type { KeeperDesk } from '../../../electron/contract/views.ts';
import { useApp } from '../../app/AppContext.ts';
import type { DeskTab, Screen } from '../../app/state.ts';
import { Frame } from '../../components/Frame.tsx';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { Press } from '../../components/Press.tsx';
import { ProblemLine } from '../../components/ProblemLine.tsx';
import { SavedLine } from '../../components/SavedLine.tsx';
import { PointsTab } from '../points/PointsTab.tsx';
import { PresentTab } from './PresentTab.tsx';
import { RapidTab } from './RapidTab.tsx';
import { StockTab } from './StockTab.tsx';
import { SyncTab } from './SyncTab.tsx';
import { TodayTab } from './TodayTab.tsx';

const TABS: readonly { readonly tab: DeskTab; readonly icon: IconName }[] = [
  { tab: 'TODAY', icon: 'home' },
  { tab: 'PRESENT', icon: 'people' },
  { tab: 'STOCK', icon: 'box' },
  { tab: 'POINTS', icon: 'heart' },
  { tab: 'RAPID', icon: 'bolt' },
  { tab: 'SYNC', icon: 'cloudUp' },
];

export function DeskScreen({ screen }: { readonly screen: Extract<Screen, { kind: 'DESK' }> }) {
  const { t } = useTranslation();
  const { state, controller } = useApp();
  const { tab } = screen;
  const desk = state.keeper?.desk ?? null;
  return (
    <Frame name="desk" title={t('desk.title')}>
      <nav className="desk-tabs">
        {TABS.map((entry) => (
          <Press
            key={entry.tab}
            look="choice"
            className="desk-tab"
            chosen={entry.tab === tab}
            onPress={() => {
              controller.go({ kind: 'DESK', tab: entry.tab });
              void controller.keeper.refreshDesk();
            }}
          >
            <Icon name={entry.icon} />
            {t(`desk.tab.${entry.tab}`)}
          </Press>
        ))}
        <Press className="desk-lock" icon="lock" onPress={controller.goHome}>
          {t('desk.lock')}
        </Press>
      </nav>
      <section className="desk-page">
        {state.scanPaused ? (
          <p className="care">
            <Icon name="info" />
            {t('desk.scanPaused')}
          </p>
        ) : null}
        {state.problem === null ? null : <ProblemLine problem={state.problem} />}
        <SavedLine />
        {desk === null ? <p>{t('common.loading')}</p> : <Page screen={screen} desk={desk} />}
      </section>
    </Frame>
  );
}

interface PageProps {
  readonly screen: Extract<Screen, { kind: 'DESK' }>;
  readonly desk: KeeperDesk;
}
function Page({ screen, desk }: PageProps) {
  switch (screen.tab) {
    case 'TODAY':
      return <TodayTab desk={desk} asksDate={screen.question === 'DATE'} />;
    case 'PRESENT':
      return <PresentTab desk={desk} />;
    case 'STOCK':
      return <StockTab desk={desk} />;
    case 'POINTS':
      return <PointsTab desk={desk} />;
    case 'RAPID':
      return <RapidTab desk={desk} />;
    case 'SYNC':
      return <SyncTab />;
  }
}
