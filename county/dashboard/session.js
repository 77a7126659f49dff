/* global document */
/** Logging in and out. What needs no login is shown to everybody; personal data and every act need it. */
import { ask, button, element, find, labelled, openDialog, page } from './dom.js';

const TEXTS = {
  zh: {
    login: '管理员登录',
    logout: '退出登录',
    token: '登录口令',
    hint: '在县级服务器上运行 npm run county -- --token 可得到口令；服务器每次启动后口令都会更换。',
    enter: '登录',
    cancel: '取消',
    WRONG_TOKEN: '口令不对，请再核对一遍。',
    TOO_MANY: '输错次数太多，请过一刻钟再试。',
    OFFLINE: '暂时连不上服务器，请稍后再试。',
  },
  en: {
    login: 'Administrator',
    logout: 'Log out',
    token: 'Token',
    hint: 'npm run county -- --token on the county’s server prints it; it is another one after each start.',
    enter: 'Log in',
    cancel: 'Cancel',
    WRONG_TOKEN: 'That is not the token.',
    TOO_MANY: 'Too many wrong ones: try again in a quarter of an hour.',
    OFFLINE: 'The server cannot be reached just now.',
  },
};

let loggedIn = false;
/** @type {(() => void)[]} */
const listeners = [];

export const isLoggedIn = () => loggedIn;
/** @param {() => void} listener */
export function onSession(listener) {
  listeners.push(listener);
}

/** @param {boolean} now */
export function setLoggedIn(now) {
  if (loggedIn === now) return;
  loggedIn = now;
  renderSession();
  for (const listener of listeners) listener();
}

function openLogin() {
  const t = TEXTS[page.language];
  const input = /** @type {HTMLInputElement} */ (document.createElement('input'));
  input.type = 'password';
  input.autocomplete = 'current-password';
  const problem = element('p', 'problem', '');
  problem.setAttribute('role', 'alert');
  const form = /** @type {HTMLFormElement} */ (
    element('form', '', labelled(t.token, input), element('p', 'quiet', t.hint), problem)
  );
  const enter = async () => {
    const answer = await ask('POST', '/admin/login', { token: input.value });
    if (answer.ok) {
      dialog.close();
      setLoggedIn(true);
      return;
    }
    problem.textContent = t[/** @type {'WRONG_TOKEN'} */ (answer.kind)] ?? t.OFFLINE;
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void enter();
  });
  const buttons = element(
    'p',
    'buttons',
    button(t.cancel, '', () => dialog.close()),
  );
  buttons.append(button(t.enter, 'main', enter));
  form.append(buttons);
  const dialog = openDialog(t.login, form);
}

/** Shows the button that is meant now. */
export function renderSession() {
  const t = TEXTS[page.language];
  const made = loggedIn
    ? button(t.logout, '', async () => {
        await ask('POST', '/admin/logout');
        setLoggedIn(false);
      })
    : button(t.login, '', openLogin);
  made.id = 'session-button';
  find('session').replaceChildren(made);
}
