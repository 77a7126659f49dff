/** Hands the state and the controller to every screen. */
import { createContext, useContext } from 'react';
import type { Controller } from './controller.ts';
import type { AppEvent, AppState } from './state.ts';
import type { Store } from './store.ts';

export interface AppValue {
  readonly state: AppState;
  readonly store: Store<AppState, AppEvent>;
  readonly controller: Controller;
}

export const AppContext = createContext<AppValue | null>(null);

export function useApp(): AppValue {
  const value = useContext(AppContext);
  if (value === null) throw new Error('useApp outside of the app');
  return value;
}
