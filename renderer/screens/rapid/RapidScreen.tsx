/** Rapid mode: one card after another, no touch. Counts in figures that can be read from the back of the hall. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useApp } from '../../app/AppContext.ts';
import type { RapidEntry } from '../../app/state.ts';
import { useStationTime } from '../../app/useStationTime.ts';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { AppEmblem } from '../../components/Picture.tsx';
import { Press } from '../../components/Press.tsx';
import { SavedLine } from '../../components/SavedLine.tsx';
import { StatusSigns } from '../../components/StatusBar.tsx';
import { clockTime } from '../../texts/format.ts';
import { refusalText } from '../sign/signText.ts';

const ICONS: Readonly<Record<RapidEntry['outcome'], IconName>> = {
  IN: 'tick',
  REPEAT: 'info',
  REFUSED: 'cross',
};

export function RapidScreen() {
  const { t } = useTranslation();
  const { state, controller } = useApp();
  const nowMs = useStationTime();
  const { rapid, home, status } = state;
  const activity = home?.todayActivities.find((one) => one.id === status?.rapidActivityId);
  const [latest, ...earlier] = rapid.entries;
  return (
    <div className="frame tone-paper" data-screen="rapid">
      <header className="bar bar-top">
        <div className="home-emblem">
          <AppEmblem />
          <h1>{t('rapid.title')}</h1>
        </div>
        <p className="rapid-activity oneline">{activity?.name}</p>
        <p className="rapid-clock figure">{nowMs === 0 ? null : clockTime(nowMs)}</p>
      </header>
      <main className="content rapid">
        <section className="rapid-count">
          <p className="lead">{t('rapid.counted')}</p>
          <p className="rapid-figure figure" role="status">
            {rapid.counted}
          </p>
          <p className="lead">{t('unit.people', { people: '' })}</p>
        </section>
        <section className="rapid-stream" role="log">
          <SavedLine />
          <p className="sentence">{t('rapid.how')}</p>
          {latest === undefined ? (
            <p className="rapid-latest rapid-none">{t('rapid.waiting')}</p>
          ) : (
            <p key={latest.serial} className={`rapid-latest rapid-${latest.outcome}`}>
              <Icon name={ICONS[latest.outcome]} />
              <span className="oneline">{entryText(t, latest)}</span>
            </p>
          )}
          <ul className="rapid-earlier">
            {earlier.map((entry) => (
              <li key={entry.serial} className={`rapid-${entry.outcome}`}>
                <Icon name={ICONS[entry.outcome]} />
                <span className="oneline">{entryText(t, entry)}</span>
              </li>
            ))}
          </ul>
        </section>
      </main>
      <footer className="bar bar-bottom">
        <StatusSigns />
        <div className="bar-right">
          <Press
            look="quiet"
            icon="lock"
            onPress={() => controller.go({ kind: 'KEEPER_PIN', next: 'END_RAPID' })}
          >
            {t('rapid.end')}
          </Press>
        </div>
      </footer>
    </div>
  );
}

function entryText(t: TFunction, entry: RapidEntry): string {
  const name = entry.name === '' ? t('common.noName') : entry.name;
  const { result } = entry;
  if (entry.outcome === 'REPEAT') return t('rapid.repeat', { name });
  if (entry.outcome === 'IN') return name;
  if (result.kind === 'CARD') return t(`card.${result.problem.kind}`);
  if (result.kind === 'FAULT') return t(`fault.${result.error.kind}`);
  if (result.kind === 'OUTCOME' && result.outcome.kind === 'REFUSED')
    return `${name} ${refusalText(t, result.outcome.reason)}`;
  return name;
}
