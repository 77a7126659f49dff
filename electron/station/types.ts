/** What the shells hold of a station, and what several of its services are given. */
import type { PushedEvents } from '../contract/views.ts';
import type { AnyResult } from './dispatch.ts';

/** One pushed event with its data. */
export type Pushed = {
  readonly [K in keyof PushedEvents]: { readonly event: K; readonly data: PushedEvents[K] };
}[keyof PushedEvents];

export interface Station {
  /** Answers one call of a screen; never rejects. */
  readonly call: (method: unknown, input: unknown) => Promise<AnyResult>;
  /** Hears what the station pushes; returns how to stop hearing it. */
  readonly subscribe: (listener: (pushed: Pushed) => void) => () => void;
  /** Refuses new calls, waits for those under way, then closes the store. */
  readonly close: () => Promise<void>;
}

/** Timers are injected like the clock, so that tests own time. */
export interface Timers {
  readonly set: (action: () => void, afterMs: number) => unknown;
  readonly clear: (timer: unknown) => void;
}
