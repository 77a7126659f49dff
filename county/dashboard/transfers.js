/** Points on their way between stations, as the administrator follows them. */
import { ask, element, figure, find, page, when } from './dom.js';
import { isLoggedIn } from './session.js';

const TEXTS = {
  zh: {
    title: '正在转移的积分',
    line: (/** @type {any} */ t) =>
      `志愿者 ${t.volunteerId} 号：${t.fromStationId} 号站 → ${t.toStationId} 号站` +
      (t.state === 'CLOSED' ? `，${figure(t.closedPoints)} 分` : ''),
    CLOSING: '等原站交出',
    CLOSED: '已交出，等新站开出',
  },
  en: {
    title: 'Points on their way',
    line: (/** @type {any} */ t) =>
      `volunteer ${t.volunteerId}: station ${t.fromStationId} → ${t.toStationId}` +
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
      const told = `${state} · ${when(transfer.madeMs)}`;
      return element('li', '', element('strong', '', t.line(transfer)), element('p', 'quiet', told));
    }),
  );
}

export async function refreshTransfers() {
  const answer = isLoggedIn() ? await ask('GET', '/admin/transfers') : undefined;
  transfers = answer?.ok === true ? answer.value.transfers : [];
  renderTransfers();
}
