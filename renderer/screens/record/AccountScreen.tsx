/** What one's points are: what can be spent, what waits and until when, what is owed, what lapses soon. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { AccountsView, WaitingEntryView } from '../../../electron/contract/ledgerViews.ts';
import { useApp } from '../../app/AppContext.ts';
import { Figure } from '../../components/Figure.tsx';
import { Frame } from '../../components/Frame.tsx';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { Pager } from '../../components/Pager.tsx';
import { Press } from '../../components/Press.tsx';
import { ProblemLine } from '../../components/ProblemLine.tsx';
import { SavedLine } from '../../components/SavedLine.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { dayDate } from '../../texts/format.ts';
import { causeText } from '../points/pointsText.ts';

const PER_PAGE = 4;
const PER_PAGE_PORTRAIT = 5;

/** One plain line about some of the points. */
interface Line {
  readonly key: string;
  readonly icon: IconName;
  readonly care: boolean;
  readonly name: string;
  readonly why: string;
  readonly points: number;
}

function waitingLine(t: TFunction, entry: WaitingEntryView): Line {
  const item = causeText(t, entry.cause);
  const { incarnation, seq, holder, points, state } = entry;
  const common = { key: `${holder} ${incarnation} ${seq}`, points };
  if (state === 'HELD')
    return {
      ...common,
      icon: 'warning',
      care: true,
      name: t('account.held'),
      why: t('account.heldWhy', { item }),
    };
  if (state === 'APPROVED') {
    const date = dayDate(t, entry.postedUntilDay);
    const why = t('account.postedWhy', { item, date });
    return { ...common, icon: 'clock', care: false, name: t('account.posted'), why };
  }
  return {
    ...common,
    icon: 'clock',
    care: false,
    name: t('account.checking'),
    why: t('account.checkingWhy', { item }),
  };
}

/** What lapses soon first, what is owed next, then what waits and what is there beside one's own. */
function linesOf(t: TFunction, { notices, accounts, waiting, household }: AccountsView): readonly Line[] {
  const own = accounts.find(({ holder }) => holder === 'PERSON');
  const beside = (holder: 'GIFT' | 'HOUSEHOLD'): number =>
    accounts.find((one) => one.holder === holder)?.available ?? 0;
  const owed = own?.arrears ?? 0;
  const line = (
    key: string,
    icon: IconName,
    points: number,
    name: string,
    why: string,
    care = false,
  ): Line => ({
    key,
    icon,
    care,
    name,
    why,
    points,
  });
  return [
    ...(owed === 0
      ? []
      : [line('arrears', 'warning', -owed, t('account.arrears'), t('account.arrearsWhy'), true)]),
    ...waiting.map((entry) => waitingLine(t, entry)),
    ...(beside('GIFT') === 0
      ? []
      : [line('gift', 'heart', beside('GIFT'), t('account.gift'), t('account.giftWhy'))]),
    ...(beside('HOUSEHOLD') === 0
      ? []
      : [
          line(
            'household',
            'people',
            beside('HOUSEHOLD'),
            t('account.household'),
            t('account.householdWhy', { name: household?.name ?? '' }),
          ),
        ]),
    ...notices.map(({ holder, points, expiryDay }) =>
      line(
        `notice ${holder} ${expiryDay}`,
        'clock',
        points,
        t('account.lapses'),
        t('account.notice', { points, date: dayDate(t, expiryDay) }),
        true,
      ),
    ),
  ];
}

export function AccountScreen() {
  const { t } = useTranslation();
  const portrait = usePortrait();
  const { state, controller } = useApp();
  const { person, accounts } = state.visit;
  if (person === null) return null;
  return (
    <Frame name="account" title={t('account.title')}>
      <section className="record-person">
        <p className="record-name oneline">{person.name === '' ? t('common.noName') : person.name}</p>
        <dl className="record-figures">
          <Figure
            big
            name={t('account.spendable')}
            value={t('unit.pointsOf', {
              points: accounts?.spendablePoints ?? person.balance.availablePoints,
            })}
          />
        </dl>
        <SavedLine />
        {accounts === null || !accounts.poolingOffered || accounts.household === null ? null : (
          <Press icon="people" onPress={controller.account.openPooling}>
            {t(poolingKey(accounts))}
          </Press>
        )}
        <Press look="main" icon="basket" onPress={() => void controller.visit.openShop()}>
          {t('shop.title')}
        </Press>
        <ProblemLine problem={state.problem} />
      </section>
      <section className="record-recent">
        {accounts === null ? (
          <p>{t('common.loading')}</p>
        ) : (
          <Pager
            items={linesOf(t, accounts)}
            perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE}
            className="record-list"
            empty={t('account.noneWaiting')}
          >
            {(line) => (
              <li key={line.key} className={line.care ? 'record-entry account-care' : 'record-entry'}>
                <Icon name={line.icon} />
                <div className="record-text">
                  <p className="strong oneline">{line.name}</p>
                  <p className="soft account-why">{line.why}</p>
                </div>
                <p className="record-amount">
                  <span className="figure">{t('unit.pointsOf', { points: line.points })}</span>
                </p>
              </li>
            )}
          </Pager>
        )}
      </section>
    </Frame>
  );
}

function poolingKey({ pooling, poolingConsent }: AccountsView) {
  if (pooling) return 'account.poolingOn';
  return poolingConsent ? 'account.poolingMine' : 'account.pooling';
}
