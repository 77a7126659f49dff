/** One's own record: what can be spent, how long one has served, and what was recorded last. */
import { useTranslation } from 'react-i18next';
import type { RecordEntry } from '../../../electron/contract/views.ts';
import { useApp } from '../../app/AppContext.ts';
import { Figure } from '../../components/Figure.tsx';
import { Frame } from '../../components/Frame.tsx';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { Pager } from '../../components/Pager.tsx';
import { Press } from '../../components/Press.tsx';
import { ProblemLine } from '../../components/ProblemLine.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { clockTime, duration, shortDate, signedPoints } from '../../texts/format.ts';

const PER_PAGE = 4;
const PER_PAGE_PORTRAIT = 6;

export function RecordScreen() {
  const { t } = useTranslation();
  const portrait = usePortrait();
  const { state, controller } = useApp();
  const { person } = state.visit;
  if (person === null) return null;
  return (
    <Frame name="record" title={t('record.title')}>
      <section className="record-person">
        <p className="record-name oneline">{person.name === '' ? t('common.noName') : person.name}</p>
        <p className="soft">
          {person.guest ? t('common.guest') : person.teamName}
          {person.maskedPhone === '' ? null : (
            <span> {t('record.phone', { phone: person.maskedPhone })}</span>
          )}
        </p>
        <dl className="record-figures">
          <Figure
            big
            name={t('record.balance')}
            value={t('unit.pointsOf', { points: person.balance.availablePoints })}
          />
          <Figure name={t('record.thisYear')} value={duration(t, person.balance.minutesThisYear)} />
          <Figure name={t('record.total')} value={duration(t, person.balance.minutesTotal)} />
        </dl>
        <Press look="main" icon="basket" onPress={() => void controller.visit.openShop()}>
          {t('shop.title')}
        </Press>
        <ProblemLine problem={state.problem} />
      </section>
      <section className="record-recent">
        <h2>{t('record.recent')}</h2>
        <Pager
          items={person.recent}
          perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE}
          className="record-list"
          empty={t('record.none')}
        >
          {(entry) => <Entry key={entry.seq} entry={entry} />}
        </Pager>
      </section>
    </Frame>
  );
}

const ICONS: Readonly<Record<RecordEntry['kind'], IconName>> = {
  SERVICE: 'heart',
  SERVICE_OPEN: 'clock',
  SERVICE_UNCLOSED: 'warning',
  SERVICE_CLOSED: 'heart',
  REDEMPTION: 'basket',
  ALLOWANCE: 'plus',
  MOVED_AWAY: 'minus',
};

function Entry({ entry }: { readonly entry: RecordEntry }) {
  const { t } = useTranslation();
  return (
    <li className={`record-entry record-${entry.kind}`}>
      <Icon name={ICONS[entry.kind]} />
      <div className="record-text">
        <p className="strong oneline">{entry.title === '' ? t(`record.kind.${entry.kind}`) : entry.title}</p>
        <p className="soft oneline">
          {shortDate(t, entry.atMs)} {clockTime(entry.atMs)} {t(`record.kind.${entry.kind}`)}
        </p>
      </div>
      <p className="record-amount">
        {entry.points === 0 ? null : <span className="figure">{signedPoints(t, entry.points)}</span>}
        {entry.minutes === 0 ? null : <span className="soft">{duration(t, entry.minutes)}</span>}
      </p>
    </li>
  );
}
