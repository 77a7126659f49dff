/** What every group of actions works with; time, randomness and sound are passed in. */
import type { Bridge } from '../client/bridge.ts';
import type { SoundName } from '../sound/sounds.ts';
import type { AppEvent, AppState } from './state.ts';
import type { Store } from './store.ts';

export interface ControllerContext {
  readonly bridge: Bridge;
  readonly store: Store<AppState, AppEvent>;
  readonly play: (name: SoundName) => void;
  readonly randomUuid: () => string;
  /** Monotonic, ms. */
  readonly monoMs: () => number;
}
