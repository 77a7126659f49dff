/* global AbortSignal, Blob, URL, atob, document, fetch, setTimeout */
/**
 * USB sticks: the administrator hands in the bundles that a courier brought, and saves the answers back onto the
 * stick. Nothing is kept here: an answer can be had again by handing in the same bundle.
 * @typedef {import('../server/stickRoute.ts').StickUploadAnswer} UploadAnswer
 * @typedef {{ name: string, told: UploadAnswer | null }} Line
 */
import { button, element, figure, find, page } from './dom.js';
import { isLoggedIn } from './session.js';

const TEXTS = {
  zh: {
    title: 'U盘送来的数据',
    help: '选择U盘里 village-station/to-county 中的文件。收下后，把回执存进同一个U盘的 village-station/from-county，让U盘回到站里。',
    choose: '选择文件（.vsb、.vse）',
    busy: '正在收下，请稍等。',
    save: '保存回执',
    fresh: (/** @type {number} */ n) =>
      n > 0 ? `收下 ${figure(n)} 条新记录。` : '没有新记录，都已经收过了。',
    paired: '机器已经登记。回执存进 U盘 后，请把 U盘 带回站里，插上就会自己打开。',
    held: (/** @type {number} */ n) => `有 ${figure(n)} 条要等前面的记录到了才能收下，已经存好。`,
    partly: (/** @type {string} */ why) => `没有全部收下：${why}`,
    notTaken: (/** @type {string} */ why) => `没有收下：${why}`,
    noAnswer: '没有回执。',
    tellsStation: '把回执存进 U盘 带回去，站里插上就会看到原因。',
    offline: '暂时连不上服务器，请再试一次。',
    why: {
      NOT_OURS: '这不是站里写的文件。',
      DAMAGED: '文件不完整或已损坏，请站里重新写一次。',
      TRUNCATED: '文件不完整，请站里重新写一次。',
      OTHER_COUNTY: '这是写给别的县的，或是写给本县以前的密钥的。',
      NOT_ENROLLED: '这个站还没有在本县登记。',
      BAD_SIGNATURE: '签名的密钥不是这个站登记的。',
      REVOKED: '这台机器已经吊销，记录留待人工核对。',
      NEWER_VERSION: '站里的程序比县里新，请更新县里的程序。',
      OLDER_VERSION: '站里的程序太旧，县里已经不认，请更新站里的程序。',
      UNKNOWN_EVENT: '站里的程序比县里新，请更新县里的程序。',
      SET_ASIDE: '有的内容读不懂，已留待核对。',
      REVIEW_FULL: '该站留待核对的数据太多，没有收下：请先处理“留待核对的数据”，再导入一次。',
      TOO_MANY_JOURNALS: '该站重建数据的次数多得不可能，请核对那台机器。',
      FORK: '和县里已有的记录矛盾，已隔离保存。',
      GAP: '等待的记录太多，请先收下更早的文件。',
      TOO_LARGE: '文件太大。',
      UNKNOWN_STATION: '县里没有这个站号。',
      CODE_REFUSED: '配对码不对，请站里用对的配对码重新配对。',
      CODE_EXPIRED: '配对码过期了，请再给一个，让站里重新配对。',
      CODE_USED: '配对码已被别的机器用过，请再给一个，让站里重新配对。',
      CODE_NEEDED: '没有配对码，请站里用配对码重新配对。',
      TOO_MANY_CODES: '这个站输错太多次，请过一个小时再收。',
    },
  },
  en: {
    title: 'USB sticks',
    help: 'Choose the files in village-station/to-county on the stick. Then save the answers into village-station/from-county on the same stick, and let it go back to the station.',
    choose: 'Choose files (.vsb, .vse)',
    busy: 'Taking them in, please wait.',
    save: 'Save the answer',
    fresh: (/** @type {number} */ n) =>
      n > 0 ? `${figure(n)} new records taken in.` : 'No new records: all were here.',
    paired:
      'the machine is brought in. Save the answer onto the stick and let it go back to the station, which opens by itself.',
    held: (/** @type {number} */ n) => `${figure(n)} are kept until those before them come.`,
    partly: (/** @type {string} */ why) => `Not all of it was taken: ${why}`,
    notTaken: (/** @type {string} */ why) => `Not taken: ${why}`,
    noAnswer: 'There is no answer.',
    tellsStation: 'Save the answer onto the stick: the station then shows the reason.',
    offline: 'The server cannot be reached just now; try again.',
    why: {
      NOT_OURS: 'no station wrote it.',
      DAMAGED: 'it is cut short or changed; the station should write it again.',
      TRUNCATED: 'it is cut short; the station should write it again.',
      OTHER_COUNTY: 'it is for another county, or for a key that this one no longer has.',
      NOT_ENROLLED: 'the station is not enrolled here.',
      BAD_SIGNATURE: 'it is signed with a key that the station did not enrol.',
      REVOKED: 'the machine was revoked; its records are kept for a person to look at.',
      NEWER_VERSION: 'the station is newer: update the county.',
      OLDER_VERSION: 'the station writes what this county no longer reads: update the station.',
      UNKNOWN_EVENT: 'the station is newer: update the county.',
      SET_ASIDE: 'some of it cannot be read, and was kept for review.',
      REVIEW_FULL: 'too much of its station waits for review: decide on that below, and take it in again.',
      TOO_MANY_JOURNALS: 'its station began its data anew more often than is possible: look at the machine.',
      FORK: 'it contradicts what is here, and was put into quarantine.',
      GAP: 'too many records wait already; hand in the earlier files first.',
      TOO_LARGE: 'it is too large.',
      UNKNOWN_STATION: 'there is no station of this number here.',
      CODE_REFUSED: 'the code is not right; the station should begin the pairing anew with the right one.',
      CODE_EXPIRED: 'the code is too old; make another, and let the station begin the pairing anew.',
      CODE_USED: 'another machine used the code; make another, and let the station begin the pairing anew.',
      CODE_NEEDED: 'it has no code; the station should begin the pairing anew with one.',
      TOO_MANY_CODES: 'too many wrong codes for this station; try again in an hour.',
    },
  },
};
const words = () => TEXTS[page.language];
const why = (/** @type {string} */ kind) => words().why[/** @type {'FORK'} */ (kind)] ?? kind;

/** @type {Line[]} */
const lines = [];

/** @param {{ name: string, base64: string }} answer */
function save({ name, base64 }) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = /** @type {HTMLAnchorElement} */ (document.createElement('a'));
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @param {{ name: string, base64: string }} answer */
function saveButton(answer) {
  const label = `${words().save} ${answer.name}`;
  return element(
    'p',
    'buttons',
    button(label, 'main', () => save(answer)),
  );
}

/** @param {Line} line */
function shownLine({ name, told }) {
  const t = words();
  const made = element('li', '', element('strong', '', name));
  if (told === null) {
    made.append(element('p', 'problem', t.offline));
    return made;
  }
  if (told.kind === 'NOT_TAKEN') {
    made.append(element('p', 'problem', t.notTaken(why(told.reason))));
    if (told.answer !== null) made.append(element('p', '', t.tellsStation), saveButton(told.answer));
    return made;
  }
  const { pairing, stationId, stationName, fresh, held, refused, answer } = told;
  made.append(element('p', '', `${stationId} · ${stationName}：${pairing ? t.paired : t.fresh(fresh)}`));
  if (held > 0) made.append(element('p', '', t.held(held)));
  if (refused !== null) made.append(element('p', 'problem', t.partly(why(refused))));
  if (answer === null) made.append(element('p', 'quiet', t.noAnswer));
  else made.append(saveButton(answer));
  return made;
}

/** @param {File} file @returns {Promise<UploadAnswer | null>} */
async function handIn(file) {
  try {
    const response = await fetch('/admin/stick', {
      method: 'POST',
      headers: { 'x-county-page': '1', 'content-type': 'application/octet-stream' },
      body: file,
      signal: AbortSignal.timeout(600_000),
    });
    if (response.ok) return await response.json();
    return response.status === 413 ? { kind: 'NOT_TAKEN', reason: 'TOO_LARGE', answer: null } : null;
  } catch {
    return null;
  }
}

/** @param {HTMLInputElement} input */
async function handInAll(input) {
  const files = [...(input.files ?? [])].sort((a, b) => a.lastModified - b.lastModified);
  lines.length = 0;
  for (const file of files) {
    find('stick-lines').replaceChildren(...lines.map(shownLine), element('li', 'quiet', words().busy));
    lines.push({ name: file.name, told: await handIn(file) });
  }
  input.value = '';
  renderStick();
}

/** Shows the upload to whoever is logged in. */
export function renderStick() {
  const t = words();
  find('stick-section').hidden = !isLoggedIn();
  if (!isLoggedIn()) lines.length = 0;
  find('stick-title').textContent = t.title;
  find('stick-help').textContent = t.help;
  find('stick-choose').textContent = t.choose;
  const input = /** @type {HTMLInputElement} */ (find('stick-files'));
  input.onchange = () => void handInAll(input);
  find('stick-lines').replaceChildren(...lines.map(shownLine));
}
