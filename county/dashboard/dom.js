/* global AbortSignal, document, fetch, sessionStorage */
/** What every part of the page builds with. Everything that came from outside is set as text, never as HTML. */

/** The language of the page, for all its parts. */
export const page = { language: /** @type {'zh' | 'en'} */ ('zh') };

export const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * An element with text or children.
 * @param {string} tag
 * @param {string} className
 * @param {...(string | Node)} content
 */
export function element(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...content);
  return made;
}

/**
 * A button that is asleep while its work is under way.
 * @param {string} text
 * @param {string} className
 * @param {() => unknown} work
 */
export function button(text, className, work) {
  const made = /** @type {HTMLButtonElement} */ (element('button', className, text));
  made.type = 'button';
  made.addEventListener('click', () => {
    made.disabled = true;
    void Promise.resolve(work()).finally(() => {
      made.disabled = false;
    });
  });
  return made;
}

export const locale = () => (page.language === 'zh' ? 'zh-CN' : 'en-GB');
export const figure = (/** @type {number} */ value) => new Intl.NumberFormat(locale()).format(value);
export const when = (/** @type {number} */ ms) =>
  new Intl.DateTimeFormat(locale(), {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: 'Asia/Shanghai',
  }).format(ms);
/** Hours and minutes. */
export const clock = (/** @type {number} */ ms) =>
  new Intl.DateTimeFormat(locale(), { timeStyle: 'short', timeZone: 'Asia/Shanghai' }).format(ms);

/**
 * Asks the county as the administrator; answers its JSON, or the kind of its refusal.
 * @param {'GET' | 'POST'} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<{ ok: true, value: any } | { ok: false, kind: string, problems?: any[] }>}
 */
export async function ask(method, path, body) {
  try {
    const response = await fetch(path, {
      method,
      headers: { 'x-county-page': '1', 'content-type': 'application/json' },
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const value = await response.json();
    return response.ok ? { ok: true, value } : { ok: false, kind: 'INTERNAL', ...value.error };
  } catch {
    return { ok: false, kind: 'OFFLINE' };
  }
}

/**
 * A dialog that is gone once it is closed.
 * @param {string} title
 * @param {...(string | Node)} content
 */
export function openDialog(title, ...content) {
  const heading = element('h2', '', title);
  heading.id = 'dialog-title';
  const dialog = /** @type {HTMLDialogElement} */ (element('dialog', '', heading, ...content));
  dialog.setAttribute('aria-labelledby', heading.id);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

let fields = 0;
/**
 * A labelled field; answers both.
 * @template {HTMLInputElement | HTMLTextAreaElement} T
 * @param {string} text
 * @param {T} input
 */
export function labelled(text, input) {
  fields += 1;
  input.id = `field-${fields}`;
  const label = /** @type {HTMLLabelElement} */ (element('label', '', text));
  label.htmlFor = input.id;
  return element('p', 'field', label, input);
}

const DECISION_TEXTS = {
  zh: {
    by: '处理人姓名',
    note: '理由（会保存，县里和审计都能看到）',
    needBoth: '请选择一项，并填写姓名和理由。',
  },
  en: {
    by: 'Your name',
    note: 'Reason (it is kept)',
    needBoth: 'Choose one, and give a name and a reason.',
  },
};
/** Who decides and why, and what is wrong with it. The name is kept as long as the page stands open. */
export function decisionFields() {
  const texts = DECISION_TEXTS[page.language];
  const by = document.createElement('input');
  by.autocomplete = 'name';
  by.maxLength = 60;
  by.value = sessionStorage.getItem('by') ?? '';
  const note = document.createElement('textarea');
  note.rows = 2;
  note.maxLength = 400;
  const problem = element('p', 'problem');
  problem.setAttribute('role', 'alert');
  const fail = (/** @type {string} */ text) => {
    problem.textContent = text;
  };
  /** What was filled in; undefined, and said so, where something is missing. @param {boolean} isChosen */
  const filled = (isChosen) => {
    if (!isChosen || by.value.trim() === '' || note.value.trim() === '') {
      fail(texts.needBoth);
      return undefined;
    }
    sessionStorage.setItem('by', by.value.trim());
    return { by: by.value, note: note.value };
  };
  return { parts: [labelled(texts.by, by), labelled(texts.note, note), problem], filled, fail };
}

/**
 * Things by a name of each, in the order in which the names come. (Map.groupBy is too new for many an office.)
 * @template T
 * @param {readonly T[]} things
 * @param {(thing: T) => string} nameOf
 * @returns {readonly (readonly T[])[]}
 */
export function grouped(things, nameOf) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const thing of things) groups.set(nameOf(thing), [...(groups.get(nameOf(thing)) ?? []), thing]);
  return [...groups.values()];
}
