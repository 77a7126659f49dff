/* global AbortSignal, document, fetch, setTimeout */
/**
 * Fills the county's page and keeps it fresh. Everything that came from outside is set as text, never as HTML.
 * @typedef {import('../server/stations.ts').Overview} Overview
 * @typedef {import('../server/stations.ts').StationOverview} Station
 */
import { refreshAside, renderAside } from './aside.js';
import { element, figure, find, locale, page, when } from './dom.js';
import { refreshInbox, renderInbox } from './inbox.js';
import { TEXTS as INBOX_TEXTS } from './inboxTexts.js';
import { isLoggedIn, onSession, renderSession } from './session.js';
import { stationActs } from './stationActs.js';
import { onFilter, wantedStations } from './stationFilter.js';
import { renderStick } from './stick.js';
import { refreshTransfers, renderTransfers } from './transfers.js';
import { refreshVillages, renderVillages } from './villages.js';

const REFRESH_MS = 5000;
/** A station that was silent for a day is shown as such: the line may be down, or the machine off. */
const SILENT_MS = 86_400_000;
/** A clock that is this far off is worth a word. */
const CLOCK_OFF_MS = 120_000;

const TEXTS = {
  zh: {
    title: '新时代文明实践中心',
    subtitle: '各站记录到达县级的情况',
    sample: '这是示例数据，人名均为虚构。',
    sums: '合计',
    alerts: '需要有人处理',
    stations: '站点',
    station: '站点',
    stationsUnit: '个',
    events: '已到记录',
    eventsUnit: '条',
    minutes: '服务时长',
    honorMinutes: '其中荣誉时长',
    minutesUnit: '分钟',
    earned: '发放积分',
    spent: '兑换积分',
    pointsUnit: '分',
    signIns: '签到',
    redemptions: '兑换',
    timesUnit: '次',
    queue: '未到记录',
    version: '程序版本',
    reference: '基础数据',
    is: '：',
    behind: (/** @type {Station} */ s) =>
      `第 ${s.reportedReferenceVersion} 版，最新第 ${s.referenceVersion} 版`,
    current: (/** @type {Station} */ s) => `第 ${s.referenceVersion} 版，已是最新`,
    never: '✕ 尚未联系',
    lost: (/** @type {string} */ when) => `✕ ${when} 已申报丢失，积分转到别的站`,
    notEnrolled: '✕ 尚未登记',
    silent: (/** @type {string} */ when) => `! 超过一天没有联系，上次 ${when}`,
    waiting: (/** @type {string} */ when) => `! 还有记录未到，上次联系 ${when}`,
    good: (/** @type {string} */ when) => `✓ 记录已全部到达，上次联系 ${when}`,
    clock: (/** @type {number} */ minutes) =>
      `! 该站时钟${minutes > 0 ? '快' : '慢'}了约 ${Math.abs(minutes)} 分钟`,
    fresh: (/** @type {string} */ when) => `更新于 ${when}`,
    held: (/** @type {string} */ count) => `U盘送来的 ${count} 条记录在等更早的记录`,
    loginFirst: '请先点右上角“管理员登录”，登录后可查看各站情况。',
    trouble: '暂时取不到新数据，显示的是之前的数据。',
    none: '还没有站点。',
    alertPlace: (/** @type {number} */ id, /** @type {number} */ seq) =>
      `${id} 号站${seq > 0 ? `，记录 ${seq}` : ''}`,
    newer: (/** @type {string} */ when) =>
      `有站点的程序比县里的新（${when} 联系过）：请更新县里的程序。记录都还在站里，更新后会自动送来。`,
    older: (/** @type {string} */ when) => `有站点的程序太旧（${when} 联系过）：请更新那个站点的程序。`,
    other: 'English',
  },
  en: {
    title: 'New-Era Civilization Practice Centre',
    subtitle: 'What has reached the county from each station',
    sample: 'This is sample data; all names are made up.',
    sums: 'Total',
    alerts: 'Needs a person',
    stations: 'Stations',
    station: 'Stations',
    stationsUnit: '',
    events: 'Records here',
    eventsUnit: '',
    minutes: 'Service time',
    honorMinutes: 'of it honour hours',
    minutesUnit: 'min',
    earned: 'Points earned',
    spent: 'Points spent',
    pointsUnit: 'points',
    signIns: 'Sign-ins',
    redemptions: 'Redemptions',
    timesUnit: '',
    queue: 'Records not here yet',
    version: 'Program version',
    reference: 'Reference data',
    is: ': ',
    behind: (/** @type {Station} */ s) =>
      `version ${s.reportedReferenceVersion}, newest is ${s.referenceVersion}`,
    current: (/** @type {Station} */ s) => `version ${s.referenceVersion}, newest`,
    never: '✕ Never heard from',
    lost: (/** @type {string} */ when) => `✕ Declared lost ${when}; its points go to other stations`,
    notEnrolled: '✕ Not enrolled',
    silent: (/** @type {string} */ when) => `! Silent for more than a day, last contact ${when}`,
    waiting: (/** @type {string} */ when) => `! Records still to come, last contact ${when}`,
    good: (/** @type {string} */ when) => `✓ All records are here, last contact ${when}`,
    clock: (/** @type {number} */ minutes) =>
      `! The station's clock is about ${Math.abs(minutes)} min ${minutes > 0 ? 'fast' : 'slow'}`,
    fresh: (/** @type {string} */ when) => `Updated ${when}`,
    held: (/** @type {string} */ count) => `${count} records that came by stick wait for earlier ones`,
    loginFirst: 'Log in above to see the stations.',
    trouble: 'No new data can be had just now; what is shown is older.',
    none: 'There are no stations yet.',
    alertPlace: (/** @type {number} */ id, /** @type {number} */ seq) =>
      `Station ${id}${seq > 0 ? `, record ${seq}` : ''}`,
    newer: (/** @type {string} */ when) =>
      `A station runs a newer program than the county (it called ${when}): update the county. Its records are kept and will come by themselves.`,
    older: (/** @type {string} */ when) =>
      `A station runs a program too old for this county (it called ${when}): update that station.`,
    other: '中文',
  },
};

/** @type {Overview | undefined} */
let shown;
/** The county shows its stations to nobody who is not logged in. */
let loginFirst = false;

/**
 * @param {string} name
 * @param {string} value
 * @param {string} unit
 */
function pair(name, value, unit) {
  const group = element('div', '', element('dt', '', name));
  group.append(element('dd', '', value, ...(unit === '' ? [] : [element('span', 'unit', unit)])));
  return group;
}

/** What has still to come, that of older journals with it. @param {Station} station */
const queueOf = ({ recorded, durable, olderUnsent }) => Math.max(0, recorded - durable) + olderUnsent;

/** @param {Station} station @param {number} nowMs @returns {['good' | 'waiting' | 'missing', string]} */
function stateOf(station, nowMs) {
  const t = TEXTS[page.language];
  if (station.lostMs > 0) return ['missing', t.lost(when(station.lostMs))];
  if (!station.enrolled) return ['missing', t.notEnrolled];
  if (station.lastContactMs === 0) return ['missing', t.never];
  const last = when(station.lastContactMs);
  if (nowMs - station.lastContactMs > SILENT_MS) return ['missing', t.silent(last)];
  return queueOf(station) > 0 ? ['waiting', t.waiting(last)] : ['good', t.good(last)];
}

/** @param {Station} station @param {number} nowMs */
function card(station, nowMs) {
  const t = TEXTS[page.language];
  const [state, sentence] = stateOf(station, nowMs);
  const title = element('h3', '', `${station.stationId} · ${station.name}`);
  const place = element('p', 'quiet', station.townshipName);
  const made = element('article', '', element('header', '', title, place));
  made.append(element('p', `state ${state}`, sentence));
  const minutesOff = Math.round(station.clockOffsetMs / 60_000);
  if (station.lastContactMs > 0 && Math.abs(station.clockOffsetMs) > CLOCK_OFF_MS)
    made.append(element('p', 'state waiting', t.clock(minutesOff)));
  if (station.held > 0) made.append(element('p', 'state waiting', t.held(figure(station.held))));
  const current = station.reportedReferenceVersion >= station.referenceVersion;
  made.append(
    element(
      'dl',
      'figures',
      pair(t.events, figure(station.events), t.eventsUnit),
      pair(t.queue, figure(queueOf(station)), t.eventsUnit),
      pair(t.signIns, figure(station.signIns), t.timesUnit),
      pair(t.redemptions, figure(station.redemptions), t.timesUnit),
      pair(t.minutes, figure(station.minutes), t.minutesUnit),
      pair(t.earned, figure(station.pointsEarned), t.pointsUnit),
      pair(t.spent, figure(station.pointsSpent), t.pointsUnit),
    ),
    element(
      'p',
      'quiet',
      `${t.honorMinutes}${t.is}${figure(station.honorMinutes)} ${t.minutesUnit} · ${t.reference}${t.is}${current ? t.current(station) : t.behind(station)} · ${t.version}${t.is}${station.appVersion || '–'}`,
    ),
    stationActs(station),
  );
  return made;
}

/** @param {'newer' | 'older'} which @param {number} lastMs */
function versionNote(which, lastMs) {
  find(which).hidden = lastMs === 0;
  find(which).textContent = TEXTS[page.language][which](when(lastMs));
}

function render() {
  const t = TEXTS[page.language];
  document.documentElement.lang = locale();
  for (const node of document.querySelectorAll('[data-text]')) {
    const text = t[/** @type {keyof typeof t} */ (node.getAttribute('data-text'))];
    if (typeof text === 'string') node.textContent = text;
  }
  const other = find('language');
  other.textContent = t.other;
  other.lang = page.language === 'zh' ? 'en' : 'zh-CN';
  renderSession();
  renderStick();
  renderInbox();
  renderTransfers();
  renderVillages();
  renderAside();
  find('login-first').hidden = !loginFirst;
  find('main').hidden = loginFirst;
  // Names of villages do not stay in a page that nobody is logged in to.
  if (loginFirst) find('stations').replaceChildren();
  if (shown === undefined) return;
  const { stations, alerts, nowMs, sample, unreadable } = shown;
  const sum = (/** @type {(station: Station) => number} */ of) =>
    figure(stations.reduce((total, station) => total + of(station), 0));
  find('sample').hidden = !sample;
  versionNote('newer', unreadable.newerMs);
  versionNote('older', unreadable.olderMs);
  find('sums').replaceChildren(
    pair(t.station, figure(stations.length), t.stationsUnit),
    pair(
      t.events,
      sum((s) => s.events),
      t.eventsUnit,
    ),
    pair(
      t.minutes,
      sum((s) => s.minutes),
      t.minutesUnit,
    ),
    pair(
      t.honorMinutes,
      sum((s) => s.honorMinutes),
      t.minutesUnit,
    ),
    pair(
      t.earned,
      sum((s) => s.pointsEarned),
      t.pointsUnit,
    ),
    pair(
      t.spent,
      sum((s) => s.pointsSpent),
      t.pointsUnit,
    ),
  );
  // Whoever is logged in reads the same as the inbox, with names and what to do about it.
  find('alerts-section').hidden = alerts.length === 0 || isLoggedIn();
  find('alerts').replaceChildren(
    ...alerts.map(({ kind, stationId, seq, createdMs }) => {
      const sentence = INBOX_TEXTS[page.language].kinds[kind] ?? kind;
      const line = element('li', '', element('strong', '', sentence));
      line.append(element('p', 'quiet', `${t.alertPlace(stationId, seq)} · ${when(createdMs)}`));
      return line;
    }),
  );
  renderStations();
  find('freshness').textContent = t.fresh(when(nowMs));
}

/** What is offered where the number of a station is asked for. @param {number} stationId @param {string} name */
function offered(stationId, name) {
  const made = document.createElement('option');
  made.value = String(stationId);
  made.label = name;
  return made;
}

function renderStations() {
  if (shown === undefined) return;
  const { stations, nowMs } = shown;
  const wanted = wantedStations(stations, (station) => stateOf(station, nowMs)[0]);
  find('station-list').replaceChildren(...stations.map(({ stationId, name }) => offered(stationId, name)));
  const none = element('p', 'quiet', TEXTS[page.language].none);
  find('stations').replaceChildren(
    ...(stations.length === 0 ? [none] : wanted.map((station) => card(station, nowMs))),
  );
}

async function load() {
  const trouble = find('trouble');
  try {
    const response = await fetch('/v1/overview', { signal: AbortSignal.timeout(10_000) });
    loginFirst = response.status === 401;
    if (!response.ok && !loginFirst) throw new Error(String(response.status));
    shown = loginFirst ? undefined : await response.json();
    trouble.hidden = true;
    if (isLoggedIn())
      await Promise.all([refreshInbox(), refreshTransfers(), refreshVillages(), refreshAside()]);
    // What somebody is reading in a dialog stays as it is, and what they are about to press, where it is.
    if (document.querySelector('dialog[open]') === null) render();
  } catch {
    trouble.textContent = TEXTS[page.language].trouble;
    trouble.hidden = false;
  }
}

async function refresh() {
  await load();
  setTimeout(refresh, REFRESH_MS);
}

find('language').addEventListener('click', () => {
  page.language = page.language === 'zh' ? 'en' : 'zh';
  render();
});
onFilter(renderStations);
onSession(() => {
  render();
  void refreshTransfers();
  void refreshInbox();
  void refreshVillages();
  void refreshAside();
  void load();
});
render();
void refreshInbox();
void refresh();
