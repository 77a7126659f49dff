/**
 * Nobody there any more? The person of the last visit must not stay on the screen for the next one. A result is
 * shown long enough to be read and may be kept by a touch; every other screen asks before it goes.
 */
import type { AppState } from './state.ts';
import { rapidShown } from './state.ts';

/** How long nothing has to happen before somebody is asked for, and how long an answer is waited for. */
export const IDLE_MS = 60_000;
export const ASK_MS = 15_000;
/** A result that nobody touches goes after this long. */
export const RESULT_MS = 12_000;
/** The keeper's desk locks itself at 60 s in all (RULES.md B1.20), the countdown included. */
export const DESK_IDLE_MS = 45_000;

export type IdleStep =
  { readonly kind: 'STAY' } | { readonly kind: 'ASK'; readonly seconds: number } | { readonly kind: 'GONE' };

/** What to do when nothing was touched or scanned for `quietMs`. */
export function idleStep(state: AppState, quietMs: number): IdleStep {
  const { screen } = state;
  if (screen.kind === 'HOME' || rapidShown(state)) return atRest(state, quietMs);
  if (screen.kind === 'SIGN_RESULT' && !screen.kept)
    return quietMs >= RESULT_MS ? { kind: 'GONE' } : { kind: 'STAY' };
  // Nobody is taken away from a restore that goes on, however long it takes.
  if (screen.kind === 'RESTORING' && screen.end === null) return { kind: 'STAY' };
  const idleMs = state.keeper === null ? IDLE_MS : DESK_IDLE_MS;
  if (quietMs < idleMs) return { kind: 'STAY' };
  const leftMs = idleMs + ASK_MS - quietMs;
  return leftMs <= 0 ? { kind: 'GONE' } : { kind: 'ASK', seconds: Math.ceil(leftMs / 1000) };
}

/** On the home screen only what the last visitor left behind is undone: another language, larger text, help. */
function atRest(state: AppState, quietMs: number): IdleStep {
  const untouched = state.language === 'zh-CN' && !state.largeText && !state.helpOpen;
  return untouched || quietMs < IDLE_MS ? { kind: 'STAY' } : { kind: 'GONE' };
}
