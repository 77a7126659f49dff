/* global document */
/**
 * The rules of the county: all numbers with their unit and the default beside them; whoever is logged in changes some,
 * sees the difference, and confirms it with name and reason.
 * @typedef {import('../server/roster/rules.ts').RulesShown & { told: { zh: string, en: string } | null }} Shown
 */
import { ask, button, element, labelled, openDialog, page, when } from './dom.js';
import { RULE_TEXTS } from './ruleTexts.js';

const TEXTS = {
  zh: {
    title: (/** @type {number} */ version) => `全县规则（第 ${version} 版）`,
    help: '改哪个就改哪个，其余不动。改完先看清楚，再确认；全县各站下次联系时生效，站里只能更严。',
    standard: '默认：',
    next: '看一看改了什么',
    back: '返回修改',
    confirm: '确认修改',
    close: '关闭',
    by: '处理人姓名',
    reason: '理由（会保存）',
    nothing: '没有改动。',
    unread: (/** @type {string} */ name) => `“${name}”的写法不对。`,
    need: '请填姓名和理由。',
    history: '改过的规则',
    CHANGED_MEANWHILE: '刚才有别人改过，请关闭后重新打开。',
    other: '没有办成，请稍后再试。',
  },
  en: {
    title: (/** @type {number} */ version) => `Rules of the county (version ${version})`,
    help: 'Change what is to change and leave the rest. You see the difference before you confirm. Every station gets them when it calls next; a station may only be stricter.',
    standard: 'Default: ',
    next: 'Show what changes',
    back: 'Back',
    confirm: 'Change the rules',
    close: 'Close',
    by: 'Your name',
    reason: 'Reason (it is kept)',
    nothing: 'Nothing was changed.',
    unread: (/** @type {string} */ name) => `"${name}" cannot be read.`,
    need: 'Give a name and a reason.',
    history: 'Changes of the rules',
    CHANGED_MEANWHILE: 'Somebody changed them meanwhile: close this and open it again.',
    other: 'That did not work; try again later.',
  },
};
const nameOf = (/** @type {string} */ path) => RULE_TEXTS[path]?.[page.language] ?? path;

/** @param {any} rules @param {string} path */
const at = (rules, path) => path.split('.').reduce((part, name) => part?.[name], rules);

/** @param {number} minute */
const clock = (minute) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** A value as it is read and typed. @param {string} path @param {any} value @returns {string} */
function shown(path, value) {
  if (path === 'shop.openHours')
    return value
      .map((/** @type {any} */ span) => `${clock(span.fromMinute)}-${clock(span.toMinute)}`)
      .join(', ');
  if (path === 'ledger.awards.catalogue')
    return value.map((/** @type {any} */ award) => `${award.name} ${award.points}`).join('；');
  return Array.isArray(value) ? value.join(', ') : String(value ?? '');
}

/** What was typed; undefined where it cannot be read. @param {string} path @param {string} typed @param {any} before */
function readBack(path, typed, before) {
  const text = typed.trim();
  const items = text === '' ? [] : text.split(/[,，、\s]+/);
  if (path === 'shop.openHours') {
    const spans = items.map((item) => /^(\d\d?):(\d\d)-(\d\d?):(\d\d)$/.exec(item));
    if (spans.some((span) => span === null)) return undefined;
    return spans.map((span) => {
      const [a = 0, b = 0, c = 0, d = 0] = (span ?? []).slice(1).map(Number);
      return { fromMinute: a * 60 + b, toMinute: c * 60 + d };
    });
  }
  if (path === 'shop.openDaysOfMonth' || path === 'ledger.expiryNoticeDays')
    return items.every((item) => /^\d+$/.test(item)) ? items.map(Number) : undefined;
  if (Array.isArray(before)) return items;
  if (typeof before === 'number') return /^\d+$/.test(text) ? Number(text) : undefined;
  if (typeof before === 'boolean') return { true: true, false: false }[text];
  return text;
}

/** Puts a value into a partial set of rules. @param {any} wish @param {string} path @param {unknown} value */
function put(wish, path, value) {
  const names = path.split('.');
  const last = names.pop() ?? '';
  names.reduce((part, name) => (part[name] ??= {}), wish)[last] = value;
}

/** @param {Shown} told */
function shownHistory({ history }) {
  const t = TEXTS[page.language];
  const list = element('ul', '');
  for (const { version, changedMs, by, reason, changes } of history) {
    const line = element(
      'li',
      '',
      element('strong', '', `${version} · ${when(changedMs)} · ${by}：${reason}`),
    );
    for (const { path, before, after } of changes)
      line.append(element('p', 'quiet', `${nameOf(path)}：${shown(path, before)} → ${shown(path, after)}`));
    list.append(line);
  }
  const made = element('details', '', element('summary', '', t.history), list);
  made.hidden = history.length === 0;
  return made;
}

/** Opens all numbers of the rules, to be read and changed. */
export async function openRules() {
  const t = TEXTS[page.language];
  const answer = await ask('GET', '/admin/rules');
  if (!answer.ok) return;
  /** @type {Shown} */
  const told = answer.value;
  const { rules, defaults } = told;
  const problem = element('p', 'problem');
  problem.setAttribute('role', 'alert');
  const fields = Object.keys(RULE_TEXTS).map((path) => {
    const input = document.createElement('input');
    input.value = shown(path, at(rules, path));
    // The catalogue is written in a file: --rules.
    input.readOnly = path === 'ledger.awards.catalogue';
    const field = labelled(nameOf(path), input);
    field.append(element('span', 'quiet', `${t.standard}${shown(path, at(defaults, path)) || '–'}`));
    return { path, input, field };
  });
  const worth = element('p', 'problem', told.told?.[page.language] ?? '');
  const form = element('div', '', element('p', 'quiet', t.help), worth, ...fields.map(({ field }) => field));
  const close = () => dialog.close();
  const next = () => {
    const wish = {};
    const lines = [];
    for (const { path, input } of fields) {
      const before = shown(path, at(rules, path));
      if (input.value.trim() === before) continue;
      const value = readBack(path, input.value, at(rules, path));
      if (value === undefined) {
        problem.textContent = t.unread(nameOf(path));
        return;
      }
      put(wish, path, value);
      lines.push(element('li', '', `${nameOf(path)}：${before} → ${shown(path, value)}`));
    }
    problem.textContent = lines.length === 0 ? t.nothing : '';
    if (lines.length > 0) showDifference(wish, lines);
  };
  /** @param {object} wish @param {readonly Node[]} lines */
  const showDifference = (wish, lines) => {
    const by = document.createElement('input');
    const reason = document.createElement('input');
    const confirm = async () => {
      const body = {
        rules: wish,
        by: by.value.trim(),
        reason: reason.value.trim(),
        ofVersion: rules.version,
      };
      if (body.by === '' || body.reason === '') {
        problem.textContent = t.need;
        return;
      }
      const done = await askRules(body);
      if (done === '') close();
      else problem.textContent = done;
    };
    form.hidden = true;
    const back = () => {
      second.remove();
      form.hidden = false;
      buttons.hidden = false;
      problem.textContent = '';
    };
    const second = element(
      'div',
      '',
      element('ul', '', ...lines),
      labelled(t.by, by),
      labelled(t.reason, reason),
    );
    second.append(element('p', 'buttons', button(t.back, '', back), button(t.confirm, 'main', confirm)));
    buttons.hidden = true;
    dialog.insertBefore(second, problem);
  };
  const buttons = element('p', 'buttons', button(t.close, '', close), button(t.next, 'main', next));
  const dialog = openDialog(t.title(rules.version), form, problem, buttons, shownHistory(told));
}

/** Sends a change; answers what is wrong, or nothing. @param {object} body @returns {Promise<string>} */
async function askRules(body) {
  const t = TEXTS[page.language];
  const answer = await ask('POST', '/admin/rules', body);
  if (answer.ok) return '';
  const [first] = answer.problems ?? [];
  if (first !== undefined) return `${nameOf(first.path.join('.'))}：${first[page.language]}`;
  return t[/** @type {'other'} */ (answer.kind)] ?? t.other;
}
