/** What a screen holds of the station, the same under both shells. */
import type { Contract, MethodName } from '../../electron/contract/contract.ts';
import type { CallError, InputOf, OutputOf } from '../../electron/contract/types.ts';
import type { PushedEvents } from '../../electron/contract/views.ts';
import type { Result } from '../../domain/result.ts';

/** A call's own errors, and that the station could not be asked at all. */
export type ClientError = CallError | { readonly kind: 'DISCONNECTED' };

/** One pushed event with its data. */
export type Pushed = {
  readonly [K in keyof PushedEvents]: { readonly event: K; readonly data: PushedEvents[K] };
}[keyof PushedEvents];

export type Call = <M extends MethodName>(
  method: M,
  input: InputOf<Contract[M]>,
) => Promise<Result<OutputOf<Contract[M]>, ClientError>>;

export interface Bridge {
  /** Asks the station; never rejects: whatever goes wrong is an error value. */
  readonly call: Call;
  /** Hears what the station pushes; returns how to stop hearing it. */
  readonly subscribe: (listener: (pushed: Pushed) => void) => () => void;
  /** Hears whether the station is in reach, at once and with each change; absent where it always is. */
  readonly watchConnection?: (listener: (connected: boolean) => void) => () => void;
}

declare global {
  interface Window {
    /** Put there by the Electron shell's preload; absent in the Chromium shell. */
    readonly station?: Bridge;
  }
}
