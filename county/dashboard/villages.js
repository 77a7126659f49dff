/* global AbortSignal, document, fetch */
/**
 * Villages: whoever is logged in brings files in, takes them out, adds a new village, and sees each one's edition.
 * @typedef {import('../server/roster/routes.ts').VillageOverview} Village
 * @typedef {import('../server/roster/villages.ts').VillagePut & { told: { zh: string, en: string } | null }} Put
 * @typedef {{ path: (string | number)[], id: number | null, zh: string, en: string }} Problem
 * @typedef {{ name: string, put?: Put, problems?: Problem[], kind?: string }} Line
 */
import { ask, button, element, figure, find, labelled, openDialog, page, when } from './dom.js';
import { openMerge } from './merge.js';
import { openPrices } from './prices.js';
import { openRules } from './rules.js';
import { isLoggedIn } from './session.js';

const TEXTS = {
  zh: {
    title: '村庄资料',
    help: '选择村庄资料文件（JSON），一个村一个文件，可以一次选多个。文件有错就整个不收，并说明错在哪里。',
    choose: '选择文件',
    add: '新增一个村',
    rules: '全县规则',
    prices: '改价',
    merge: '合并重复登记',
    number: '站号',
    name: '村名',
    township: '乡镇',
    county: '县',
    cancel: '取消',
    need: '请填站号（数字）、村名、乡镇和县。',
    exists: '这个站号已经有村了，请换一个。',
    all: (/** @type {number} */ n) => `各村资料（${figure(n)} 个村）`,
    line: (/** @type {Village} */ v) =>
      v.version === 0
        ? '还没有资料'
        : `第 ${v.version} 版，${when(v.changedMs)} 更新；${figure(v.people)} 人，${figure(v.cards)} 张卡`,
    download: '下载资料',
    took: (/** @type {Put} */ p) =>
      `✓ ${p.stationId} 号站 ${p.name}：${p.isNew ? '新增' : p.changed ? '已更新' : '没有变化'}，第 ${p.version} 版，${figure(p.people)} 人` +
      (p.moved > 0 ? `，迁入 ${figure(p.moved)} 人` : ''),
    entry: (/** @type {number} */ n, /** @type {number | null} */ id) =>
      `第 ${n} 项${id === null ? '' : `（编号 ${id}）`}`,
    refused: '✕ 没有收，县里的资料没有改动：',
    LOST_STATION: '这个站已申报丢失，请给这个村一个新站号。',
    other: '没有办成，请稍后再试。',
  },
  en: {
    title: 'Villages',
    help: 'Choose files of villages (JSON), one a village, several at once if you like. A file with a mistake is not taken at all, and you are told where it is.',
    choose: 'Choose files',
    add: 'Add a village',
    rules: 'Rules of the county',
    prices: 'Prices',
    merge: 'Merge double registrations',
    number: 'Number of the station',
    name: 'Village',
    township: 'Township',
    county: 'County',
    cancel: 'Cancel',
    need: 'Give the number (digits), the village, the township and the county.',
    exists: 'There is a village of that number: give another.',
    all: (/** @type {number} */ n) => `What each village has (${figure(n)})`,
    line: (/** @type {Village} */ v) =>
      v.version === 0
        ? 'nothing yet'
        : `version ${v.version}, changed ${when(v.changedMs)}; ${figure(v.people)} people, ${figure(v.cards)} cards`,
    download: 'Download',
    took: (/** @type {Put} */ p) =>
      `✓ station ${p.stationId} ${p.name}: ${p.isNew ? 'new' : p.changed ? 'changed' : 'as it was'}, version ${p.version}, ${figure(p.people)} people` +
      (p.moved > 0 ? `, ${figure(p.moved)} moved here` : ''),
    entry: (/** @type {number} */ n, /** @type {number | null} */ id) =>
      `entry ${n}${id === null ? '' : ` (number ${id})`}`,
    refused: '✕ Not taken; nothing at the county was changed:',
    LOST_STATION: 'This station was declared lost: give its village a new number.',
    other: 'That did not work; try again later.',
  },
};
const words = () => TEXTS[page.language];

/** @type {Line[]} */
let lines = [];
/** @type {readonly Village[]} */
let villages = [];

/** @param {Problem} problem */
export function toldProblem({ path, id, zh, en }) {
  const place = path.map((step) => (typeof step === 'number' ? words().entry(step + 1, id) : step)).join(' ');
  const what = page.language === 'zh' ? zh : en;
  return place === '' ? what : `${place}：${what}`;
}

/** @param {Line} line */
function shownLine({ name, put, problems = [], kind = '' }) {
  const t = words();
  const made = element('li', '', element('strong', '', name));
  if (put !== undefined) {
    made.append(element('p', '', t.took(put)));
    if (put.goods > 0 && put.told) made.append(element('p', 'problem', put.told[page.language]));
    return made;
  }
  made.append(element('p', 'problem', t.refused));
  for (const problem of problems) made.append(element('p', 'problem', toldProblem(problem)));
  if (problems.length === 0)
    made.append(element('p', 'problem', kind === 'LOST_STATION' ? t.LOST_STATION : t.other));
  return made;
}

/** @param {string} name @param {Blob | string} body @returns {Promise<Line>} */
async function handIn(name, body) {
  try {
    const response = await fetch('/admin/villages', {
      method: 'POST',
      headers: { 'x-county-page': '1', 'content-type': 'application/octet-stream' },
      body,
      signal: AbortSignal.timeout(600_000),
    });
    const value = await response.json();
    return response.ok ? { name, put: value } : { name, ...value.error };
  } catch {
    return { name, kind: 'OFFLINE' };
  }
}

/** @param {HTMLInputElement} input */
async function handInAll(input) {
  const files = [...(input.files ?? [])];
  lines = [];
  for (const file of files) {
    lines.push(await handIn(file.name, file));
    find('village-lines').replaceChildren(...lines.map(shownLine));
  }
  input.value = '';
  await refreshVillages();
}

function openAdd() {
  const t = words();
  const inputs = [t.number, t.name, t.township, t.county].map((label, i) => {
    const input = document.createElement('input');
    input.maxLength = 100;
    input.inputMode = i === 0 ? 'numeric' : 'text';
    return { label, input };
  });
  const problem = element('p', 'problem');
  problem.setAttribute('role', 'alert');
  const add = async () => {
    const [number = '', name = '', townshipName = '', countyName = ''] = inputs.map(({ input }) =>
      input.value.trim(),
    );
    if (!/^[1-9]\d{0,8}$/.test(number) || [name, townshipName, countyName].includes('')) {
      problem.textContent = t.need;
      return;
    }
    if (villages.some(({ stationId, version }) => stationId === Number(number) && version > 0)) {
      problem.textContent = t.exists;
      return;
    }
    const station = { id: Number(number), name, townshipName, countyName };
    const line = await handIn(name, JSON.stringify({ station }));
    dialog.close();
    lines = [line];
    await refreshVillages();
  };
  const dialog = openDialog(t.add, ...inputs.map(({ label, input }) => labelled(label, input)));
  const cancel = button(t.cancel, '', () => dialog.close());
  dialog.append(problem, element('p', 'buttons', cancel, button(t.add, 'main', add)));
}

/** @param {Village} village */
function shownVillage(village) {
  const t = words();
  const title = element('strong', '', `${village.stationId} · ${village.name}`);
  const made = element('li', '', title, element('p', 'quiet', t.line(village)));
  if (village.version === 0) return made;
  const link = /** @type {HTMLAnchorElement} */ (element('a', '', t.download));
  link.href = `/admin/villages/${village.stationId}`;
  link.download = `village-${village.stationId}.json`;
  made.append(element('p', '', link));
  return made;
}

/** Shows the villages to whoever is logged in. */
export function renderVillages() {
  const t = words();
  find('villages-section').hidden = !isLoggedIn();
  if (!isLoggedIn()) lines = [];
  find('villages-title').textContent = t.title;
  find('villages-help').textContent = t.help;
  find('village-choose').textContent = t.choose;
  const input = /** @type {HTMLInputElement} */ (find('village-files'));
  input.onchange = () => void handInAll(input);
  find('village-acts').replaceChildren(
    button(t.add, '', openAdd),
    button(t.rules, '', openRules),
    button(t.prices, '', openPrices),
    button(t.merge, '', openMerge),
  );
  find('village-lines').replaceChildren(...lines.map(shownLine));
  find('village-all').textContent = t.all(villages.length);
  find('village-list').replaceChildren(...villages.map(shownVillage));
}

export async function refreshVillages() {
  const answer = isLoggedIn() ? await ask('GET', '/admin/villages') : undefined;
  villages = answer?.ok === true ? answer.value.villages : [];
  renderVillages();
}
