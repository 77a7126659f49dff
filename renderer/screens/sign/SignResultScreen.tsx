/** The moment of the scan: the whole screen says what was recorded, for whom, and what to do next. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonSummary, SignOutcome } from '../../../electron/contract/views.ts';
import { useApp } from '../../app/AppContext.ts';
import type { Screen, SignResult } from '../../app/state.ts';
import { Figure } from '../../components/Figure.tsx';
import { Frame } from '../../components/Frame.tsx';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { PlatformPicture } from '../../components/Picture.tsx';
import { Press } from '../../components/Press.tsx';
import { clockTime, duration, shortDate } from '../../texts/format.ts';
import { refusalText } from './signText.ts';

type ResultScreen = Extract<Screen, { kind: 'SIGN_RESULT' }>;
/** So many other activities are offered to change to. */
const OFFERED = 3;

export function SignResultScreen({ screen }: { readonly screen: ResultScreen }) {
  const { result, kept } = screen;
  const good = result.kind === 'OUTCOME' && result.outcome.kind !== 'REFUSED';
  const tone = good ? 'green' : result.kind === 'REPEAT' ? 'paper' : 'amber';
  return (
    <Frame name="sign-result" tone={tone}>
      <Body result={result} />
      <Leave kept={kept} />
    </Frame>
  );
}

/** How long the result still stays, and the way to go at once. */
function Leave({ kept }: { readonly kept: boolean }) {
  const { t } = useTranslation();
  const { controller } = useApp();
  return (
    <div className="result-leave">
      <Press className="result-fine" onPress={controller.goHome}>
        {t('common.fine')}
      </Press>
      {kept ? null : (
        <div className="result-time">
          <p>{t('sign.closesSoon')}</p>
          <div className="result-progress">
            <div className="result-progress-bar" />
          </div>
        </div>
      )}
    </div>
  );
}

function Body({ result }: { readonly result: SignResult }) {
  const { t } = useTranslation();
  const { controller } = useApp();
  switch (result.kind) {
    case 'OUTCOME':
      return <Outcome outcome={result.outcome} changed={result.changed} />;
    case 'CARD':
      return (
        <Head
          icon="cross"
          refused
          line={t(`card.${result.problem.kind}`)}
          next={t(`cardNext.${result.problem.kind}`)}
        />
      );
    case 'ALT_CODES':
      return <Head icon="cross" refused line={t('scanner.altCodes')} next={t('scanner.altCodesNext')} />;
    case 'REPEAT':
      return <Head icon="info" person={result.person} line={t('sign.repeat')} next={t('sign.repeatNext')} />;
    case 'FAULT': {
      const { retry, error } = result;
      const unsure = error.kind === 'DISCONNECTED' || error.kind === 'INTERNAL';
      return (
        <Head
          icon="cross"
          line={t(`fault.${error.kind}`)}
          next={t(unsure ? 'fault.nextUnsure' : 'fault.next')}
        >
          {retry === null ? null : (
            <Press look="main" onPress={() => void controller.sign.retry(retry)}>
              {t('common.tryAgain')}
            </Press>
          )}
        </Head>
      );
    }
  }
}

interface HeadProps {
  readonly icon: IconName;
  readonly person?: PersonSummary;
  /** Said before the reason: nothing was recorded. */
  readonly refused?: boolean;
  readonly line: string;
  readonly next: string;
  readonly children?: ReactNode;
}

/** Sign, name, one line of what happened, and what to do next. */
function Head({ icon, person, refused = false, line, next, children }: HeadProps) {
  const { t } = useTranslation();
  return (
    <section className="result-head" role="alert">
      <span className="result-sign">
        <Icon name={icon} />
      </span>
      <div className="result-words">
        {person === undefined ? null : (
          <p className="result-name oneline">
            {person.name === '' ? t('common.noName') : person.name}
            {person.guest ? <span className="result-guest">{t('common.guest')}</span> : null}
          </p>
        )}
        {refused ? <p className="result-refused">{t('sign.refused')}</p> : null}
        <h1 className="result-line">{line}</h1>
        <p className="result-next">{next}</p>
        {children}
      </div>
    </section>
  );
}

function Outcome({ outcome, changed }: { readonly outcome: SignOutcome; readonly changed: boolean }) {
  const { t } = useTranslation();
  switch (outcome.kind) {
    case 'SIGNED_IN':
      return (
        <>
          <Head
            icon="tick"
            person={outcome.person}
            line={`${t(changed ? 'sign.changed' : 'sign.signedIn')} ${clockTime(outcome.atMs)}`}
            next={t('sign.nextIn')}
          />
          <SignedIn outcome={outcome} />
        </>
      );
    case 'SIGNED_OUT':
      return (
        <>
          <Head
            icon="tick"
            person={outcome.person}
            line={`${t('sign.signedOut')} ${clockTime(outcome.atMs)}`}
            next={t('sign.nextOut')}
          />
          <SignedOut outcome={outcome} />
        </>
      );
    case 'REFUSED':
      return (
        <Head
          icon="cross"
          refused
          person={outcome.person}
          line={refusalText(t, outcome.reason)}
          next={t(`sign.refusalNext.${outcome.reason.kind}`)}
        />
      );
  }
}

function SignedIn({ outcome }: { readonly outcome: Extract<SignOutcome, { kind: 'SIGNED_IN' }> }) {
  const { t } = useTranslation();
  const { state, controller } = useApp();
  const { activity, lapsed, otherActivities } = outcome;
  return (
    <section className="result-sheet">
      <div className="result-activity">
        <PlatformPicture platform={activity.platform} />
        <div>
          <p className="soft">{t('sign.activityNow')}</p>
          <p className="result-activity-name">{activity.name}</p>
          <p className="soft">
            {t('date.span', { from: clockTime(activity.startMs), to: clockTime(activity.endMs) })}{' '}
            {activity.place}
          </p>
        </div>
        <p className="result-balance">
          {t('sign.balance')}
          <span className="figure">{t('unit.pointsOf', { points: outcome.balance.availablePoints })}</span>
        </p>
      </div>
      {lapsed === null ? null : (
        <p className="care">
          <Icon name="warning" />
          {t('sign.lapsed', {
            date: shortDate(t, lapsed.signedInMs),
            activity: lapsed.activityName,
          })}
        </p>
      )}
      {otherActivities.length === 0 ? null : (
        <div className="result-others">
          <p className="soft">{t('sign.change')}</p>
          <div className="result-others-keys">
            {otherActivities.slice(0, OFFERED).map((other) => (
              <Press
                key={other.id}
                label={t('sign.otherActivity', { activity: other.name })}
                disabled={state.pending}
                onPress={() => void controller.sign.changeActivity(outcome.seq, other.id)}
              >
                <PlatformPicture platform={other.platform} />
                <span className="oneline">{other.name}</span>
              </Press>
            ))}
          </div>
        </div>
      )}
    </section>
  );
}

function SignedOut({ outcome }: { readonly outcome: Extract<SignOutcome, { kind: 'SIGNED_OUT' }> }) {
  const { t } = useTranslation();
  // Nobody shall be told of points that cannot be spent yet as if they were there (RULES.md B3).
  const waits = outcome.postedWorkingDays !== null && outcome.points > 0;
  return (
    <section className="result-sheet">
      <p className="result-small">
        <PlatformPicture platform={outcome.activity.platform} />
        <span className="strong">{outcome.activity.name}</span>
        <span className="soft">{t('sign.actual', { duration: duration(t, outcome.actualMinutes) })}</span>
      </p>
      <dl className="result-figures">
        <Figure name={t('sign.credited')} value={duration(t, outcome.creditedMinutes)} />
        <Figure
          name={t(waits ? 'sign.earnedPosted' : 'sign.earned')}
          value={t('unit.plusPoints', { points: outcome.points })}
          big
        />
        <Figure
          name={t(waits ? 'sign.postedNow' : 'sign.balance')}
          value={t('unit.pointsOf', { points: outcome.balance.availablePoints })}
        />
      </dl>
      {waits ? (
        <p className="care">
          <Icon name="clock" />
          {t('sign.posted', { days: outcome.postedWorkingDays })}
        </p>
      ) : null}
      {outcome.cappedBy === 'NONE' ? null : (
        <p className="care">
          <Icon name="info" />
          {t(`sign.capped.${outcome.cappedBy}`)}
        </p>
      )}
      {outcome.cappedBy === 'NONE' && outcome.creditedMinutes === 0 ? (
        <p className="care">
          <Icon name="info" />
          {t('sign.noPoints')}
        </p>
      ) : null}
    </section>
  );
}
