/** Points on their way between stations, as the administrator follows them. */
import { ask, element, figure, find, grouped, page, when } from './dom.js';
import { isLoggedIn } from './session.js';

const TEXTS = {
  zh: {
    title: '正在转移的积分',
    PERSON: '志愿者',
    HOUSEHOLD: '户',
    GIFT: '捐赠积分，志愿者',
    line: (/** @type {string} */ whose, /** @type {any} */ t) =>
      `${whose} ${t.holderId} 号${t.toHolderId === t.holderId ? '' : t.holder === 'HOUSEHOLD' ? `（转给 ${t.toHolderId} 号户）` : `（并入 ${t.toHolderId} 号）`}：${t.fromStationId} 号站 → ${t.toStationId} 号站` +
      (t.state === 'CLOSED' ? `，${figure(t.closedPoints)} 分` : ''),
    many: (/** @type {Group} */ { first, count, points }) =>
      `${first.fromStationId} 号站 → ${first.toStationId} 号站：${figure(count)} 个账户` +
      (first.state === 'CLOSED' ? `，共 ${figure(points)} 分` : ''),
    CLOSING: '等原站交出',
    CLOSED: '已交出，等新站开出',
  },
  en: {
    title: 'Points on their way',
    PERSON: 'volunteer',
    HOUSEHOLD: 'household',
    GIFT: 'gifts of volunteer',
    line: (/** @type {string} */ whose, /** @type {any} */ t) =>
      `${whose} ${t.holderId}${t.toHolderId === t.holderId ? '' : t.holder === 'HOUSEHOLD' ? ` (to household ${t.toHolderId})` : ` (now ${t.toHolderId})`}: station ${t.fromStationId} → ${t.toStationId}` +
      (t.state === 'CLOSED' ? `, ${figure(t.closedPoints)} points` : ''),
    many: (/** @type {Group} */ { first, count, points }) =>
      `station ${first.fromStationId} → ${first.toStationId}: ${figure(count)} accounts` +
      (first.state === 'CLOSED' ? `, ${figure(points)} points` : ''),
    CLOSING: 'waiting for the first station to give them up',
    CLOSED: 'given up; waiting for the other station to open them',
  },
};

/** @type {readonly any[]} */
let transfers = [];

export function renderTransfers() {
  const t = TEXTS[page.language];
  // A wish that found nothing is answered by nothing: no points are on their way.
  const moves = transfers.filter(({ state, closedPoints }) => state === 'CLOSING' || closedPoints > 0);
  const underWay = isLoggedIn() ? moves.filter(({ state }) => state !== 'OPENED') : [];
  find('transfers-section').hidden = underWay.length === 0;
  find('transfers-title').textContent = t.title;
  find('transfers').replaceChildren(
    ...groupsOf(underWay).map((group) => {
      const { first, count } = group;
      const whose = t[/** @type {'PERSON'} */ (first.holder)];
      const state = t[/** @type {'CLOSING'} */ (first.state)];
      const line = count === 1 ? t.line(whose, first) : t.many(group);
      const told = `${state} · ${when(first.madeMs)}`;
      return element('li', '', element('strong', '', line), element('p', 'quiet', told));
    }),
  );
}

/**
 * What goes the same way and waits for the same: a lost station's whole village is one line, and not hundreds. Up to
 * three are each a line of their own.
 * @typedef {{ first: any, count: number, points: number }} Group
 * @param {readonly any[]} underWay
 * @returns {Group[]}
 */
function groupsOf(underWay) {
  const ways = grouped(underWay, (one) => `${one.fromStationId} ${one.toStationId} ${one.state}`);
  return ways.flatMap((all) =>
    (all.length > 3 ? [all] : all.map((one) => [one])).map((group) => ({
      first: group[0],
      count: group.length,
      points: group.reduce((sum, { closedPoints }) => sum + closedPoints, 0),
    })),
  );
}

export async function refreshTransfers() {
  const answer = isLoggedIn() ? await ask('GET', '/admin/transfers') : undefined;
  transfers = answer?.ok === true ? answer.value.transfers : [];
  renderTransfers();
}
