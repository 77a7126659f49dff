/* global document */
/**
 * What was laid aside: who sent it, when, what it says, and the dialog in which a person takes it in or discards it.
 * @typedef {import('../server/review.ts').AsideList} AsideList
 * @typedef {import('../server/review.ts').Aside} Aside
 */
import { ask, button, decisionFields, element, figure, find, openDialog, page, when } from './dom.js';
import { sentence } from './inbox.js';
import { isLoggedIn } from './session.js';

const TEXTS = {
  zh: {
    title: '留待核对的数据',
    help: '这些数据没有记入账户。核对后，可以收下（按正常记录入账），也可以作废（留底，不入账）。请从最早的一批开始。',
    more: '看后面的',
    first: '回到开头',
    place: (/** @type {Aside} */ a) =>
      `${a.stationId} · ${a.stationName}：` +
      (a.count === 0 ? '内容读不懂' : `第 ${a.firstSeq} 到 ${a.firstSeq + a.count - 1} 条，共 ${a.count} 条`),
    span: (/** @type {string} */ from, /** @type {string} */ to) => `记录时间 ${from} 至 ${to}`,
    received: (/** @type {string} */ at) => `收到时间 ${at}`,
    gap: (/** @type {number} */ seq) => `! 县里只有到第 ${seq} 条，请先收下更早的`,
    see: '查看内容',
    shown: (/** @type {number} */ n) => `只列出前 ${n} 条`,
    decide: '处理',
    choices: { TAKE_IN: '收下：按正常记录入账', DISCARD: '作废：留底，不入账' },
    cancel: '取消',
    confirm: '确定',
    reasons: {
      FORK: '和县里已存的记录对不上',
      REVOKED: '已停用的机器发来的',
      LOST: '已宣布丢失的站发来的',
      UNREADABLE: '内容读不懂或不完整',
    },
    failed: {
      GAP: '它前面还缺记录，请先收下更早的一批。',
      FORK: '它和县里已存的记录对不上，不能收下，只能作废。',
      NOTHING_THERE: '内容读不懂，不能收下，只能作废。',
      LOST_STATION: '该站已宣布丢失，积分已在别处开出，不能再收下。',
      ALREADY_SETTLED: '这件事已经有人处理了。',
      NOT_FOUND: '登录已过期，请重新登录。',
      MALFORMED: '请选择一项，并填写姓名和理由。',
      other: '暂时连不上服务器，请稍后再试。',
    },
  },
  en: {
    title: 'Kept for review',
    help: 'None of this is in the accounts. Take it in (it counts like any record) or discard it (it is kept, and never counts). Begin with the earliest.',
    more: 'Later ones',
    first: 'Back to the first',
    place: (/** @type {Aside} */ a) =>
      `${a.stationId} · ${a.stationName}: ` +
      (a.count === 0
        ? 'cannot be read'
        : `records ${a.firstSeq} to ${a.firstSeq + a.count - 1}, ${a.count} in all`),
    span: (/** @type {string} */ from, /** @type {string} */ to) => `recorded ${from} to ${to}`,
    received: (/** @type {string} */ at) => `received ${at}`,
    gap: (/** @type {number} */ seq) =>
      `! The county holds only up to record ${seq}: take in earlier ones first`,
    see: 'Show what it says',
    shown: (/** @type {number} */ n) => `Only the first ${n} are listed`,
    decide: 'Decide',
    choices: { TAKE_IN: 'Take it in: it counts like any record', DISCARD: 'Discard it: kept, never counted' },
    cancel: 'Cancel',
    confirm: 'Confirm',
    reasons: {
      FORK: 'contradicts what the county holds',
      REVOKED: 'sent by a machine that was shut out',
      LOST: 'sent by a station that was declared lost',
      UNREADABLE: 'cannot be read, or is not whole',
    },
    failed: {
      GAP: 'Records before it are missing: take in the earlier ones first.',
      FORK: 'It contradicts what the county holds: it can only be discarded.',
      NOTHING_THERE: 'It cannot be read: it can only be discarded.',
      LOST_STATION: 'The station was declared lost and its points opened elsewhere: it cannot be taken in.',
      ALREADY_SETTLED: 'Somebody has decided on it already.',
      NOT_FOUND: 'The login has ended: log in again.',
      MALFORMED: 'Choose one, and give a name and a reason.',
      other: 'The server cannot be reached just now.',
    },
  },
};
const PAGE = 20;

/** @type {AsideList | undefined} */
let list;
let from = 0;
const words = () => TEXTS[page.language];

/** @param {Aside} one */
function head(one) {
  const t = words();
  const reason = t.reasons[/** @type {'FORK'} */ (one.reason)] ?? '';
  const [earliest, latest] = [one.events[0]?.atMs, one.events.at(-1)?.atMs];
  const span = earliest === undefined || latest === undefined ? '' : t.span(when(earliest), when(latest));
  const parts = [reason, span, t.received(when(one.receivedMs))].filter((text) => text !== '');
  const made = element(
    'div',
    '',
    element('strong', '', t.place(one)),
    element('p', 'quiet', parts.join(' · ')),
  );
  if (one.count > 0 && one.firstSeq > one.durableSeq + 1)
    made.append(element('p', 'problem', t.gap(one.durableSeq)));
  return made;
}

/** @param {Aside} one @param {AsideList} names */
function contents(one, names) {
  const t = words();
  const lines = one.events.map((event) =>
    element(
      'p',
      'fact',
      element('strong', '', sentence(event, names)),
      element('span', 'quiet', when(event.atMs)),
    ),
  );
  if (one.count > one.events.length) lines.push(element('p', 'quiet', t.shown(one.events.length)));
  return element('details', '', element('summary', '', t.see), ...lines);
}

/** @param {Aside} one @param {AsideList} names */
function openDeciding(one, names) {
  const t = words();
  const how = element('fieldset', '', element('legend', '', t.decide));
  for (const [value, text] of Object.entries(t.choices)) {
    if (value === 'TAKE_IN' && one.count === 0) continue;
    const input = document.createElement('input');
    Object.assign(input, { type: 'radio', name: 'how', value });
    how.append(element('label', 'choice', input, element('span', '', text)));
  }
  const said = decisionFields();
  const decide = async () => {
    const chosen = /** @type {HTMLInputElement | null} */ (how.querySelector('input:checked'))?.value;
    const filled = said.filled(chosen !== undefined);
    if (filled === undefined) return;
    const { stationId, incarnation, firstSeq, headHash } = one;
    const decision = { stationId, incarnation, firstSeq, headHash, how: chosen, ...filled };
    const answer = await ask('POST', '/admin/aside/decide', decision);
    if (!answer.ok) {
      said.fail(t.failed[/** @type {'GAP'} */ (answer.kind)] ?? t.failed.other);
      return;
    }
    dialog.close();
    await refreshAside();
  };
  const form = element('form', '', head(one), ...(one.count > 0 ? [contents(one, names)] : []), how);
  form.append(...said.parts);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.append(
    element(
      'p',
      'buttons',
      button(t.cancel, '', () => dialog.close()),
      button(t.confirm, 'main', decide),
    ),
  );
  const dialog = openDialog(t.title, form);
}

/** @param {number} to */
async function turnTo(to) {
  from = to;
  await refreshAside();
}

/** Shows what was laid aside to whoever is logged in. */
export function renderAside() {
  const t = words();
  const shown = isLoggedIn() ? list : undefined;
  find('aside-section').hidden = shown === undefined || shown.total === 0;
  find('aside-title').textContent = `${t.title}（${figure(shown?.total ?? 0)}）`;
  find('aside-help').textContent = t.help;
  find('aside').replaceChildren(
    ...(shown?.aside ?? []).map((one) => {
      const decide = button(t.decide, 'main', () =>
        openDeciding(one, shown ?? { total: 0, aside: [], volunteers: {}, goods: {} }),
      );
      return element('li', 'exception', head(one), element('p', 'buttons', decide));
    }),
  );
  const pages = find('aside-pages');
  pages.replaceChildren();
  if (from > 0) pages.append(button(t.first, '', () => turnTo(0)));
  if (shown !== undefined && from + PAGE < shown.total)
    pages.append(button(t.more, '', () => turnTo(from + PAGE)));
}

export async function refreshAside() {
  const answer = isLoggedIn() ? await ask('GET', `/admin/aside?from=${from}`) : undefined;
  list = answer?.ok === true ? answer.value : undefined;
  // The last page may be empty once all of it was decided.
  if (list?.total === 0 || list?.aside.length === 0) from = 0;
  if (document.querySelector('dialog[open]') === null) renderAside();
}
