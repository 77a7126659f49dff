/**
 * Listens to every key of the window before anything else does, so that a scanner that types works on every screen
 * without a field that has the focus, and its keys press no buttons.
 */
import { createWedgeDecoder, WEDGE_CARD_SILENCE_MS, type WedgeOutcome } from '../../domain/scanner/wedge.ts';

export interface WedgeOptions {
  /** Monotonic ms, of the same clock as the events' timeStamp. */
  readonly nowMs: () => number;
  readonly onScan: (text: string) => void;
  /** The scanner is set to Alt codes: nothing it reads can be used until it is set otherwise. */
  readonly onAltCodes: () => void;
}

/** What is handed in for keys that were a scanner's but no text: the station answers that it is no card. */
const UNREADABLE = '?';
/**
 * Beyond the decoder's own silence, ms: on a busy machine a timer may run long before keys that were pressed earlier
 * are handed over. The decoder goes by when keys were pressed, so only a code without Enter waits for this.
 */
const HANDED_OVER_WITHIN_MS = 1000;

/** Begins to listen; returns how to stop. */
export function captureWedge(target: Window, { nowMs, onScan, onAltCodes }: WedgeOptions): () => void {
  const decoder = createWedgeDecoder();
  let timer = 0;
  let lastCharacterMs = Number.NEGATIVE_INFINITY;

  function take(outcome: WedgeOutcome): void {
    if (outcome.kind === 'SCAN') onScan(outcome.text);
    else if (outcome.kind === 'ALT_CODES') onAltCodes();
    else if (outcome.kind === 'TOO_LONG') onScan(UNREADABLE);
  }

  function onKey(event: KeyboardEvent): void {
    const { code, shiftKey, altKey, ctrlKey, metaKey, repeat, timeStamp: atMs } = event;
    const { outcome, swallow } = decoder.key({ code, shiftKey, altKey, ctrlKey, metaKey, repeat, atMs });
    const writes = isWriting(event);
    // The end of a scan that was read too badly to be taken for one must press nothing either.
    const endsKeys = code.endsWith('Enter') && atMs - lastCharacterMs <= WEDGE_CARD_SILENCE_MS;
    if (writes) lastCharacterMs = atMs;
    if (swallow || writes || endsKeys) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    take(outcome);
    target.clearTimeout(timer);
    const afterMs = decoder.silenceMs() + HANDED_OVER_WITHIN_MS;
    timer = target.setTimeout(() => take(decoder.flush(nowMs())), afterMs);
  }

  target.addEventListener('keydown', onKey, { capture: true });
  return () => {
    target.clearTimeout(timer);
    target.removeEventListener('keydown', onKey, { capture: true });
  };
}

/** Outside of a field to type into, keys that write belong to a scanner; Space alone may press a button. */
function isWriting(event: KeyboardEvent): boolean {
  if (event.target instanceof HTMLInputElement) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  return /^(Key|Digit|Numpad[0-9])/.test(event.code);
}
