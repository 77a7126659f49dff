/** Starts the interface: texts, the way to the station, the controller, the screens. */
import '@fontsource-variable/noto-sans-sc/wght.css';
import './theme/theme.css';
import './theme/base.css';
import './components/components.css';
import './screens/screens.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { createController } from './app/controller.ts';
import { INITIAL_STATE, reduce } from './app/state.ts';
import { createStore } from './app/store.ts';
import { pickBridge } from './client/pickBridge.ts';
import { play } from './sound/sounds.ts';
import { startTexts } from './texts/i18n.ts';
import { captureWedge } from './wedge/capture.ts';

const TICK_MS = 250;

startTexts();
const store = createStore(INITIAL_STATE, reduce);
const controller = createController({
  bridge: pickBridge(),
  store,
  play,
  randomUuid: () => crypto.randomUUID(),
  monoMs: () => performance.now(),
});
controller.start();
captureWedge(window, {
  nowMs: () => performance.now(),
  onScan: (text) => void controller.submitScan(text),
  onAltCodes: controller.altCodes,
});
window.addEventListener('pointerdown', controller.touched, { capture: true });
window.addEventListener('click', controller.answered, { capture: true });
setInterval(controller.tick, TICK_MS);

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
createRoot(root).render(<App store={store} controller={controller} />);
