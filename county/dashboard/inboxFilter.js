/* global document */
/**
 * Which of the exceptions are shown: of one kind, of one station, the next page; and the dialog in which all of a kind
 * that need only a note are settled at once.
 * @typedef {import('../server/exceptions/inbox.ts').Inbox} Inbox
 */
import { ask, button, decisionFields, element, figure, find, openDialog, page } from './dom.js';
import { TEXTS as INBOX_TEXTS } from './inboxTexts.js';

const TEXTS = {
  zh: {
    all: '全部',
    station: '只看这个站（编号）',
    more: '看更早的',
    first: '回到最新的',
    together: (/** @type {string} */ count) => `一起处理这 ${count} 件`,
    title: (/** @type {string} */ kind) => `一起处理：${kind}`,
    cancel: '取消',
    confirm: '确定',
    failed: '没有处理成功，请稍后再试。',
  },
  en: {
    all: 'All',
    station: 'Only this station (number)',
    more: 'Earlier ones',
    first: 'Back to the newest',
    together: (/** @type {string} */ count) => `Settle these ${count} together`,
    title: (/** @type {string} */ kind) => `Settle together: ${kind}`,
    cancel: 'Cancel',
    confirm: 'Confirm',
    failed: 'It could not be done just now: try again later.',
  },
};
const PAGE = 50;
/** Fewer are read one by one. */
const FEW = 5;
/** What a station carries out is settled one by one. */
const ACTS = ['REFUND', 'REVERSE'];

/** @type {{ kind: string, station: string, from: number }} */
const wanted = { kind: '', station: '', from: 0 };
/** @type {() => Promise<void>} */
let again = () => Promise.resolve();

/** What the county is asked for. */
export function inboxPath() {
  const parts = [
    ...(wanted.kind === '' ? [] : [`kind=${encodeURIComponent(wanted.kind)}`]),
    ...(wanted.station === '' ? [] : [`station=${wanted.station}`]),
    ...(wanted.from === 0 ? [] : [`from=${wanted.from}`]),
  ];
  return `/admin/exceptions${parts.length === 0 ? '' : `?${parts.join('&')}`}`;
}

/** @param {Partial<typeof wanted>} change */
async function want(change) {
  Object.assign(wanted, { from: 0 }, change);
  await again();
}

/** @param {Inbox} inbox */
function openTogether(inbox) {
  const t = TEXTS[page.language];
  const words = INBOX_TEXTS[page.language];
  const choices = inbox.exceptions[0]?.choices.filter((choice) => !ACTS.includes(choice)) ?? [];
  const how = element('fieldset', '', element('legend', '', words.kinds[wanted.kind] ?? wanted.kind));
  for (const value of choices) {
    const input = document.createElement('input');
    Object.assign(input, { type: 'radio', name: 'how', value });
    how.append(element('label', 'choice', input, element('span', '', words.choices[value] ?? value)));
  }
  const said = decisionFields();
  const settle = async () => {
    const chosen = /** @type {HTMLInputElement | null} */ (how.querySelector('input:checked'))?.value;
    const filled = said.filled(chosen !== undefined);
    if (filled === undefined) return;
    const answer = await ask('POST', '/admin/exceptions/settle-all', {
      kind: wanted.kind,
      stationId: wanted.station === '' ? null : Number(wanted.station),
      how: chosen,
      ...filled,
      untilMs: inbox.nowMs,
    });
    if (!answer.ok) {
      said.fail(t.failed);
      return;
    }
    dialog.close();
    await want({ kind: '' });
  };
  const form = element('form', '', how, ...said.parts);
  form.addEventListener('submit', (event) => event.preventDefault());
  const buttons = [button(t.cancel, '', () => dialog.close()), button(t.confirm, 'main', settle)];
  form.append(element('p', 'buttons', ...buttons));
  const dialog = openDialog(t.title(words.kinds[wanted.kind] ?? wanted.kind), form);
}

/** Shows what can be chosen. @param {Inbox} inbox */
export function renderInboxFilter(inbox) {
  const t = TEXTS[page.language];
  const words = INBOX_TEXTS[page.language];
  const total = inbox.counts.reduce((sum, { count }) => sum + count, 0);
  const isChosen = wanted.kind !== '' || wanted.station !== '' || wanted.from > 0;
  find('inbox-filter').hidden = total <= FEW && !isChosen;
  const choice = (/** @type {string} */ kind, /** @type {string} */ text, /** @type {number} */ count) => {
    const made = button(`${text} ${figure(count)}`, '', () => want({ kind }));
    made.setAttribute('aria-pressed', String(kind === wanted.kind));
    return made;
  };
  find('inbox-kinds').replaceChildren(
    choice('', t.all, total),
    ...inbox.counts.map(({ kind, count }) => choice(kind, words.kinds[kind] ?? kind, count)),
  );
  find('inbox-station-label').textContent = t.station;
  const chosen =
    wanted.kind === '' ? total : (inbox.counts.find(({ kind }) => kind === wanted.kind)?.count ?? 0);
  const acts = find('inbox-pages');
  acts.replaceChildren();
  const noted = inbox.exceptions[0]?.choices.some((one) => !ACTS.includes(one)) === true;
  if (wanted.kind !== '' && chosen > 1 && noted)
    acts.append(button(t.together(figure(chosen)), '', () => openTogether(inbox)));
  if (wanted.from > 0) acts.append(button(t.first, '', () => want({ from: 0 })));
  if (wanted.from + PAGE < chosen) acts.append(button(t.more, '', () => want({ from: wanted.from + PAGE })));
}

/** Calls back when something else is wanted. @param {() => Promise<void>} callback */
export function onInboxFilter(callback) {
  again = callback;
}

find('inbox-station').addEventListener('change', () => {
  const { value } = /** @type {HTMLInputElement} */ (find('inbox-station'));
  void want({ station: /^[1-9]\d{0,8}$/.test(value.trim()) ? value.trim() : '' });
});
