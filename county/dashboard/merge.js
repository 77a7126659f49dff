/* global document */
/**
 * Somebody was registered twice: who the two are is looked at first, then one number is merged into the other, for good.
 * @typedef {import('../server/roster/merge.ts').MergePreview} Preview
 * @typedef {import('../server/roster/merge.ts').Registration} Registration
 */
import { ask, button, element, figure, labelled, openDialog, page } from './dom.js';

const TEXTS = {
  zh: {
    title: '合并重复登记',
    help: '同一个人登记了两次时用。两个编号的积分合到一个编号名下，另一个编号和它的卡停用。',
    second: '停用的编号（重复的那个）',
    kept: '保留的编号',
    by: '处理人姓名',
    reason: '理由（会保存）',
    look: '先看一看是谁',
    merge: '确认合并',
    cancel: '取消',
    close: '关闭',
    need: '请填两个编号，只填数字。',
    needWho: '请填姓名和理由。',
    ends: '停用',
    stays: '保留',
    person: (/** @type {Registration} */ r) =>
      `${r.volunteerId} 号 ${r.name}` +
      (r.homeStationId > 0 ? `，${r.homeStationId} 号站` : '，不在任何名册'),
    hours: (/** @type {Registration} */ r) => `${figure(r.cards)} 张卡，服务 ${figure(r.minutes)} 分钟`,
    points: (/** @type {Registration['points'][number]} */ p) =>
      `${p.stationId} 号站：${figure(p.available)} 分` +
      (p.gifts > 0 ? `，捐赠积分 ${figure(p.gifts)} 分` : '') +
      (p.waiting > 0 ? `，还在公示 ${figure(p.waiting)} 分` : '') +
      (p.owed > 0 ? `，欠 ${figure(p.owed)} 分` : ''),
    none: '没有积分',
    sure: '合并后不能撤销。请确认这是同一个人。',
    done: '已合并。各站下次联系县里时转积分；请把停用的编号和它的卡从村庄资料文件里删去。',
    NOT_FOUND: '登录已过期，请重新登录。',
    other: '没有办成，请稍后再试。',
  },
  en: {
    title: 'Merge double registrations',
    help: 'For one person who was registered twice. The points of both numbers come together under one; the other number and its cards end.',
    second: 'Number that ends (the second one)',
    kept: 'Number that is kept',
    by: 'Your name',
    reason: 'Reason (it is kept)',
    look: 'See who they are',
    merge: 'Merge them',
    cancel: 'Cancel',
    close: 'Close',
    need: 'Give both numbers, in digits.',
    needWho: 'Give a name and a reason.',
    ends: 'Ends',
    stays: 'Kept',
    person: (/** @type {Registration} */ r) =>
      `${r.volunteerId} ${r.name}` +
      (r.homeStationId > 0 ? `, station ${r.homeStationId}` : ', in no register'),
    hours: (/** @type {Registration} */ r) =>
      `${figure(r.cards)} cards, ${figure(r.minutes)} minutes of service`,
    points: (/** @type {Registration['points'][number]} */ p) =>
      `station ${p.stationId}: ${figure(p.available)} points` +
      (p.gifts > 0 ? `, ${figure(p.gifts)} points of gifts` : '') +
      (p.waiting > 0 ? `, ${figure(p.waiting)} still posted` : '') +
      (p.owed > 0 ? `, ${figure(p.owed)} owed` : ''),
    none: 'no points',
    sure: 'It cannot be undone. Make sure that this is one person.',
    done: 'Merged. The points move when the stations call next; take the number that ended and its cards off the village file.',
    NOT_FOUND: 'The login is over: log in again.',
    other: 'That did not work; try again later.',
  },
};
const words = () => TEXTS[page.language];

function field(inputMode = 'text') {
  const input = document.createElement('input');
  input.inputMode = inputMode;
  input.maxLength = 100;
  input.autocomplete = 'off';
  return input;
}

/** Digits alone, or NaN: nothing is guessed. @param {HTMLInputElement} input */
const numberIn = ({ value }) => (/^[1-9]\d{0,14}$/.test(value.trim()) ? Number(value.trim()) : NaN);

/** @param {{ kind: string, problems?: any[] }} refused */
function told({ kind, problems = [] }) {
  const t = words();
  return problems[0]?.[page.language] ?? (kind === 'NOT_FOUND' ? t.NOT_FOUND : t.other);
}

/** @param {string} role @param {Registration} registration */
function shown(role, registration) {
  const t = words();
  const lines = registration.points.map((there) => element('li', '', t.points(there)));
  return element(
    'section',
    '',
    element('p', '', element('strong', '', `${role}：${t.person(registration)}`)),
    element('p', 'quiet', t.hours(registration)),
    lines.length > 0 ? element('ul', '', ...lines) : element('p', 'quiet', t.none),
  );
}

function alertLine() {
  const problem = element('p', 'problem');
  problem.setAttribute('role', 'alert');
  return problem;
}

/** The second step: both are shown, and a person says yes. @param {Preview} preview */
function confirmMerge({ duplicate, kept }) {
  const t = words();
  const [by, reason] = [field(), field()];
  const problem = alertLine();
  const merge = async () => {
    const wish = { by: by.value.trim(), reason: reason.value.trim() };
    if (wish.by === '' || wish.reason === '') {
      problem.textContent = t.needWho;
      return;
    }
    const whose = { volunteerId: duplicate.volunteerId, intoId: kept.volunteerId };
    const answer = await ask('POST', '/admin/merge', { ...whose, ...wish });
    if (!answer.ok) {
      problem.textContent = told(answer);
      return;
    }
    dialog.close();
    const end = openDialog(t.title, element('p', '', t.done));
    end.append(
      element(
        'p',
        'buttons',
        button(t.close, 'main', () => end.close()),
      ),
    );
  };
  const dialog = openDialog(t.title, shown(t.ends, duplicate), shown(t.stays, kept));
  const no = button(t.cancel, '', () => dialog.close());
  dialog.append(
    element('p', 'problem', t.sure),
    labelled(t.by, by),
    labelled(t.reason, reason),
    problem,
    element('p', 'buttons', no, button(t.merge, 'main', merge)),
  );
}

/** The first step: which two. */
export function openMerge() {
  const t = words();
  const [second, kept] = [field('numeric'), field('numeric')];
  const problem = alertLine();
  const look = async () => {
    const [volunteerId, intoId] = [numberIn(second), numberIn(kept)];
    if (!Number.isSafeInteger(volunteerId) || !Number.isSafeInteger(intoId)) {
      problem.textContent = t.need;
      return;
    }
    const answer = await ask('GET', `/admin/merge?volunteerId=${volunteerId}&intoId=${intoId}`);
    if (!answer.ok) {
      problem.textContent = told(answer);
      return;
    }
    dialog.close();
    confirmMerge(answer.value);
  };
  const dialog = openDialog(t.title, element('p', 'quiet', t.help));
  const no = button(t.cancel, '', () => dialog.close());
  dialog.append(
    labelled(t.second, second),
    labelled(t.kept, kept),
    problem,
    element('p', 'buttons', no, button(t.look, 'main', look)),
  );
}
