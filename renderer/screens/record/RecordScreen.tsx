/** One's own record: what can be spent, how long one has served, and what was recorded last. */
import { useTranslation } from 'react-i18next';
import type { AccountsView, LedgerLineView } from '../../../electron/contract/ledgerViews.ts';
import type { PersonView, RecordEntry } from '../../../electron/contract/views.ts';
import { useApp } from '../../app/AppContext.ts';
import { Figure } from '../../components/Figure.tsx';
import { Frame } from '../../components/Frame.tsx';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { Pager } from '../../components/Pager.tsx';
import { Press } from '../../components/Press.tsx';
import { ProblemLine } from '../../components/ProblemLine.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { Elsewhere } from './Elsewhere.tsx';
import { clockTime, dayDate, duration, shortDate, signedPoints } from '../../texts/format.ts';

const PER_PAGE = 4;
const PER_PAGE_PORTRAIT = 5;
/** A guest is told where their points are in the place of so many lines. */
const ELSEWHERE_LINES = 2;

export function RecordScreen() {
  const { t } = useTranslation();
  const portrait = usePortrait();
  const { state, controller } = useApp();
  const { person, accounts } = state.visit;
  if (person === null) return null;
  const notice = accounts?.notices[0];
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
          {person.balance.honorMinutesTotal === 0 ? null : (
            <Figure name={t('record.honor')} value={duration(t, person.balance.honorMinutesTotal)} />
          )}
        </dl>
        <div className="record-keys">
          <Press icon="book" onPress={() => controller.go({ kind: 'ACCOUNT' })}>
            {t('account.open')}
          </Press>
          <Press
            look={nothingHere(person) ? 'plain' : 'main'}
            icon="basket"
            onPress={() => void controller.visit.openShop()}
          >
            {t('shop.title')}
          </Press>
        </div>
        <ProblemLine problem={state.problem} />
      </section>
      <section className="record-recent">
        <Elsewhere person={person} />
        {person.awaitingCountyPoints === 0 ? null : (
          <p className="care">
            <Icon name="clock" />
            {t('record.awaiting', { points: person.awaitingCountyPoints })}
          </p>
        )}
        {notice === undefined ? (
          <h2>{t('record.recent')}</h2>
        ) : (
          <p className="care">
            <Icon name="clock" />
            {t('account.notice', { points: notice.points, date: dayDate(t, notice.expiryDay) })}
          </p>
        )}
        <Pager
          items={linesOf(person, accounts)}
          perPage={linesFor(person, portrait ? PER_PAGE_PORTRAIT : PER_PAGE)}
          className="record-list"
          empty={t('record.none')}
        >
          {(line) => <Entry key={`${line.kind} ${line.seq}`} line={line} />}
        </Pager>
      </section>
    </Frame>
  );
}

/** A guest with nothing to spend here: what is meant now is to bring the points. */
function nothingHere({ elsewhere, balance }: PersonView): boolean {
  return elsewhere?.requestedMs === 0 && balance.availablePoints === 0;
}
function linesFor({ elsewhere, awaitingCountyPoints }: PersonView, most: number): number {
  const forElsewhere = elsewhere === null ? 0 : ELSEWHERE_LINES;
  return Math.max(1, most - forElsewhere - (awaitingCountyPoints === 0 ? 0 : 1));
}

type Kind = RecordEntry['kind'] | LedgerLineView['kind'];
/** A line of 积分明细: hours and exchanges, or whatever else happened to the points. */
type Line =
  | (RecordEntry & { readonly from: 'RECORD' })
  | (LedgerLineView & { readonly from: 'LEDGER'; readonly title: string; readonly minutes: number });

const ICONS: Readonly<Record<Kind, IconName>> = {
  AWARD: 'heart',
  OBJECTION: 'warning',
  OBJECTION_SETTLED: 'info',
  REVERSAL: 'minus',
  EXPIRY: 'clock',
  GIVEN_BACK: 'basket',
  SERVICE: 'heart',
  SERVICE_OPEN: 'clock',
  SERVICE_UNCLOSED: 'warning',
  SERVICE_CLOSED: 'heart',
  BACKFILL: 'heart',
  BACKFILL_WAITING: 'clock',
  REDEMPTION: 'basket',
  ALLOWANCE: 'plus',
  MOVED_AWAY: 'minus',
};

/** Both lists in one, newest first. */
function linesOf(person: PersonView, accounts: AccountsView | null): readonly Line[] {
  const recent = person.recent.map((entry): Line => ({ ...entry, from: 'RECORD' }));
  const ledger = (accounts?.lines ?? []).map((line): Line => ({
    ...line,
    from: 'LEDGER',
    title: line.reason,
    minutes: 0,
  }));
  return [...recent, ...ledger].sort((a, b) => b.atMs - a.atMs);
}

function Entry({ line }: { readonly line: Line }) {
  const { t } = useTranslation();
  const { kind, title, atMs, points, minutes } = line;
  const what = line.from === 'LEDGER' ? t(`account.entry.${line.kind}`) : t(`record.kind.${line.kind}`);
  return (
    <li className={`record-entry record-${kind}`}>
      <Icon name={ICONS[kind]} />
      <div className="record-text">
        <p className="strong oneline">{title === '' ? what : title}</p>
        <p className="soft oneline">
          {shortDate(t, atMs)} {clockTime(atMs)} {what}
        </p>
      </div>
      <p className="record-amount">
        {points === 0 ? null : <span className="figure">{signedPoints(t, points)}</span>}
        {minutes === 0 ? null : <span className="soft">{duration(t, minutes)}</span>}
      </p>
    </li>
  );
}
