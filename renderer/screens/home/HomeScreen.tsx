/** The first screen: what time it is, what is on, and the three things one can do here. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { ActivityView, HomeView, ShopHours } from '../../../electron/contract/views.ts';
import type { AppState } from '../../app/state.ts';
import { useApp } from '../../app/AppContext.ts';
import { useStationTime } from '../../app/useStationTime.ts';
import { Frame } from '../../components/Frame.tsx';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { AppEmblem, PlatformPicture, ScanPicture } from '../../components/Picture.tsx';
import { Press } from '../../components/Press.tsx';
import { clockTime, fullDate, shortDate, weekday } from '../../texts/format.ts';

/** So many rows there is room for; with more activities the last row says how many. */
const ROWS = 5;
const ROWS_LARGE_TEXT = 4;
/** So many the question for the date takes the place of. */
const ROWS_OF_DATE = 1;

export function HomeScreen() {
  const { t } = useTranslation();
  const { home } = useApp().state;
  if (home === null)
    return (
      <Frame name="waiting" head={<Emblem home={null} />}>
        {t('common.loading')}
      </Frame>
    );
  return (
    <Frame name="home" head={<Emblem home={home} />}>
      {home.ready ? <Actions home={home} /> : <NotReady />}
      <section className="home-side">
        <Clock />
        <ConfirmDate />
        <Today activities={home.todayActivities} />
      </section>
    </Frame>
  );
}

function Emblem({ home }: { readonly home: HomeView | null }) {
  const { t } = useTranslation();
  return (
    <div className="home-emblem">
      <AppEmblem />
      {!home?.ready ? null : (
        <div>
          <h1 className="oneline">{t('bar.station', { village: home.villageName })}</h1>
          <p className="soft oneline">
            {home.countyName} {home.townshipName}
          </p>
        </div>
      )}
    </div>
  );
}

function Actions({ home }: { readonly home: HomeView }) {
  const { t } = useTranslation();
  const { controller, state } = useApp();
  const stopped = state.status !== null && state.status.standing !== 'WORKING';
  return (
    <section className="home-actions">
      <div className="home-sign">
        <ScanPicture text={t('picture.scan')} />
        <div className="home-sign-text">
          <h2 className="home-sign-title">{t('home.sign')}</h2>
          <p className="home-sign-how">{t('home.signHow')}</p>
          <Press
            className="home-by-hand"
            icon="card"
            onPress={() => controller.go({ kind: 'BY_HAND', next: 'SIGN' })}
          >
            {t('home.signByHand')}
          </Press>
        </div>
      </div>
      <Press className="home-action" onPress={() => controller.go({ kind: 'BY_HAND', next: 'RECORD' })}>
        <ActionText icon="book" title={t('home.record')} how={t('home.recordHow')} />
      </Press>
      <Press className="home-action" onPress={() => void controller.visit.openShop()}>
        <ActionText
          icon="basket"
          title={t('home.shop')}
          how={stopped ? t('home.shopStopped') : shopLine(t, home.shop)}
        />
      </Press>
    </section>
  );
}

function ActionText(props: { readonly icon: IconName; readonly title: string; readonly how: string }) {
  return (
    <>
      <Icon name={props.icon} />
      <span className="home-action-text">
        <span className="home-action-title">{props.title}</span>
        <span className="soft">{props.how}</span>
      </span>
    </>
  );
}

function shopLine(t: TFunction, hours: ShopHours): string {
  if (hours.open) return t('home.shopOpen');
  if (hours.nextOpenMs === 0) return t('home.shopClosed');
  return t('home.shopNext', {
    date: shortDate(t, hours.nextOpenMs),
    time: clockTime(hours.nextOpenMs),
  });
}

function Clock() {
  const { t } = useTranslation();
  const nowMs = useStationTime();
  if (nowMs === 0) return null;
  return (
    <div className="home-clock">
      <time className="home-time figure">{clockTime(nowMs)}</time>
      <p className="home-date">
        {fullDate(t, nowMs)} <span className="strong">{weekday(t, nowMs)}</span>
      </p>
    </div>
  );
}

/** The keeper is asked where it is seen; nobody else has to care, and every scan is taken all the same. */
function ConfirmDate() {
  const { t } = useTranslation();
  const { controller, state } = useApp();
  const nowMs = useStationTime();
  if (!asksDate(state)) return null;
  return (
    <Press className="home-confirm" onPress={() => controller.go({ kind: 'KEEPER_PIN', next: 'DATE' })}>
      <Icon name="calendar" />
      <span>
        {t('home.confirmDate')}{' '}
        <span className="home-confirm-day">
          {fullDate(t, nowMs)} {weekday(t, nowMs)}
        </span>
      </span>
    </Press>
  );
}
function asksDate({ home, status }: AppState): boolean {
  return home?.ready === true && status?.dateToConfirm === true;
}

type When = 'now' | 'later' | 'over';
function whenIs(activity: ActivityView, nowMs: number): When {
  if (nowMs >= activity.endMs) return 'over';
  return nowMs >= activity.startMs ? 'now' : 'later';
}
const ORDER: Readonly<Record<When, number>> = { now: 0, later: 1, over: 2 };

function Today({ activities }: { readonly activities: readonly ActivityView[] }) {
  const { t } = useTranslation();
  const nowMs = useStationTime();
  const sorted = activities
    .map((activity) => ({ activity, when: whenIs(activity, nowMs) }))
    .sort((a, b) => ORDER[a.when] - ORDER[b.when] || a.activity.startMs - b.activity.startMs);
  const { state } = useApp();
  const rows = (state.largeText ? ROWS_LARGE_TEXT : ROWS) - (asksDate(state) ? ROWS_OF_DATE : 0);
  const shown = sorted.length <= rows ? rows : rows - 1;
  const more = sorted.length - shown;
  return (
    <div className="home-today">
      <h2>{t('home.today')}</h2>
      {sorted.length === 0 ? <p className="soft">{t('home.noneToday')}</p> : null}
      <ul>
        {sorted.slice(0, shown).map(({ activity, when }) => (
          <TodayRow key={activity.id} activity={activity} when={when} />
        ))}
      </ul>
      {more > 0 ? <p className="soft">{t('home.more', { activities: more })}</p> : null}
    </div>
  );
}

function TodayRow({ activity, when }: { readonly activity: ActivityView; readonly when: When }) {
  const { t } = useTranslation();
  return (
    <li className={`today-row today-${when}`}>
      <PlatformPicture platform={activity.platform} />
      <div className="today-text">
        <p className="today-name oneline">{activity.name}</p>
        <p className="soft oneline">
          {t('date.span', { from: clockTime(activity.startMs), to: clockTime(activity.endMs) })}{' '}
          {activity.place}
        </p>
      </div>
      <p className="today-when">
        {when === 'now' ? <span className="tag">{t('home.now')}</span> : null}
        {when === 'over' ? <span className="soft">{t('home.over')}</span> : null}
        {when === 'later' ? <span>{t('home.later', { time: clockTime(activity.startMs) })}</span> : null}
        {when === 'now' ? (
          <span className="soft">{t('home.present', { people: activity.presentCount })}</span>
        ) : null}
      </p>
    </li>
  );
}

function NotReady() {
  const { t } = useTranslation();
  return (
    <section className="home-not-ready">
      <Icon name="cloudUp" />
      <h1>{t('home.notReady')}</h1>
      <p>{t('home.notReadyWhy')}</p>
    </section>
  );
}
