/** Points on their way between stations, as the administrator follows them. */
import { ask, element, figure, find, page, when } from './dom.js';
import { isLoggedIn } from './session.js';

const TEXTS = {
  zh: {
    title: '正在转移的积分',
    PERSON: '志愿者',
    HOUSEHOLD: '户',
    GIFT: '捐赠积分，志愿者',
    line: (/** @type {string} */ whose, /** @type {any} */ t) =>
      `${whose} ${t.holderId} 号：${t.fromStationId} 号站 → ${t.toStationId} 号站` +
      (t.state === 'CLOSED' ? `，${figure(t.closedPoints)} 分` : ''),
    CLOSING: '等原站交出',
    CLOSED: '已交出，等新站开出',
  },
  en: {
    title: 'Points on their way',
    PERSON: 'volunteer',
    HOUSEHOLD: 'household',
    GIFT: 'gifts of volunteer',
    line: (/** @type {string} */ whose, /** @type {any} */ t) =>
      `${whose} ${t.holderId}: station ${t.fromStationId} → ${t.toStationId}` +
      (t.state === 'CLOSED' ? `, ${figure(t.closedPoints)} points` : ''),
    CLOSING: 'waiting for the first station to give them up',
    CLOSED: 'given up; waiting for the other station to open them',
  },
};

/** @type {readonly any[]} */
let transfers = [];

export function renderTransfers() {
  const t = TEXTS[page.language];
  const underWay = isLoggedIn() ? transfers.filter(({ state }) => state !== 'OPENED') : [];
  find('transfers-section').hidden = underWay.length === 0;
  find('transfers-title').textContent = t.title;
  find('transfers').replaceChildren(
    ...underWay.map((transfer) => {
      const state = t[/** @type {'CLOSING'} */ (transfer.state)];
      const whose = t[/** @type {'PERSON'} */ (transfer.holder)];
      const told = `${state} · ${when(transfer.madeMs)}`;
      return element('li', '', element('strong', '', t.line(whose, transfer)), element('p', 'quiet', told));
    }),
  );
}

export async function refreshTransfers() {
  const answer = isLoggedIn() ? await ask('GET', '/admin/transfers') : undefined;
  transfers = answer?.ok === true ? answer.value.transfers : [];
  renderTransfers();
}
