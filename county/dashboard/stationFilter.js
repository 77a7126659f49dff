/**
 * Finds stations among hundreds: by name, township or number, and by whether somebody should look at them.
 * @typedef {import('../server/stations.ts').StationOverview} Station
 * @typedef {'good' | 'waiting' | 'missing'} State
 */
import { element, figure, find, page } from './dom.js';

/** So many are read at a glance. */
const NEEDS_NO_SEARCH = 12;

const TEXTS = {
  zh: {
    find: '找站点（名称、乡镇或编号）',
    all: '全部',
    waiting: '! 还有记录未到',
    missing: '✕ 没有消息',
    good: '✓ 已到齐',
    shown: (/** @type {string} */ some, /** @type {string} */ all) => `显示 ${some} 个，共 ${all} 个`,
    nothing: '没有符合的站点。',
  },
  en: {
    find: 'Find a station (name, township or number)',
    all: 'All',
    waiting: '! Records still to come',
    missing: '✕ Silent',
    good: '✓ All here',
    shown: (/** @type {string} */ some, /** @type {string} */ all) => `${some} of ${all} shown`,
    nothing: 'No station fits.',
  },
};
/** @type {readonly ('all' | State)[]} */
const CHOICES = ['all', 'missing', 'waiting', 'good'];

const query = /** @type {HTMLInputElement} */ (find('station-query'));
/** @type {'all' | State} */
let wanted = 'all';
/** @type {(() => void) | undefined} */
let onChange;

/** @param {Station} station @param {string} words */
function isNamed(station, words) {
  const text = `${station.stationId} ${station.name} ${station.townshipName}`.toLowerCase();
  return words.split(/\s+/).every((word) => text.includes(word));
}

/**
 * The stations that are wanted; shows what can be chosen and how many there are of each.
 * @param {readonly Station[]} stations
 * @param {(station: Station) => State} stateOf
 */
export function wantedStations(stations, stateOf) {
  const t = TEXTS[page.language];
  find('station-filter').hidden = stations.length <= NEEDS_NO_SEARCH;
  find('station-find').textContent = t.find;
  if (stations.length <= NEEDS_NO_SEARCH) return stations;
  const named = stations.filter((station) => isNamed(station, query.value.trim().toLowerCase()));
  const of = (/** @type {'all' | State} */ state) =>
    state === 'all' ? named : named.filter((station) => stateOf(station) === state);
  for (const choice of find('station-states').querySelectorAll('button')) {
    const state = /** @type {'all' | State} */ (choice.value);
    choice.textContent = `${t[state]} ${figure(of(state).length)}`;
    choice.setAttribute('aria-pressed', String(state === wanted));
  }
  const shown = of(wanted);
  find('station-count').textContent =
    shown.length === 0 ? t.nothing : t.shown(figure(shown.length), figure(stations.length));
  return shown;
}

/** Calls back when something else is wanted. @param {() => void} again */
export function onFilter(again) {
  onChange = again;
}

for (const state of CHOICES) {
  const choice = /** @type {HTMLButtonElement} */ (element('button', ''));
  choice.type = 'button';
  choice.value = state;
  choice.addEventListener('click', () => {
    wanted = state;
    onChange?.();
  });
  find('station-states').append(choice);
}
query.addEventListener('input', () => onChange?.());
