/**
 * A scanner that types (keyboard wedge). What it typed is read from `KeyboardEvent.code`, the physical key: a
 * Chinese input method turns `key` into "Process", but leaves `code` alone (STACK.md, section 2).
 *
 * Whether it was a scanner is told by speed: scanners send a key every 7 to 16 ms, people take 80 ms or more. That
 * only decides where the keys go; whether they are a card is decided by the card's own check bytes.
 *
 * Slow scanners (by radio, through a terminal, on a busy machine) pause longer than that. A run that begins as a card
 * does is waited for much longer, and it is a scan once it is longer than anybody types by chance: whether it was read
 * well is for the station to say.
 */
import { CARD_PREFIX, CARD_TEXT_LENGTH } from '../cards/payload.ts';

/** What the decoder needs of a DOM keydown event; the events themselves fit. */
export interface WedgeKey {
  readonly code: string;
  readonly shiftKey: boolean;
  readonly altKey?: boolean;
  readonly ctrlKey?: boolean;
  readonly metaKey?: boolean;
  /** True while a key is held down: keys repeat about as fast as a scanner types. */
  readonly repeat?: boolean;
  /** When the key went down, monotonic ms (`timeStamp` of the event, not when a busy page came to handle it). */
  readonly atMs: number;
}

export const WEDGE_MAX_GAP_MS = 50;
export const WEDGE_MAX_MEDIAN_GAP_MS = 35;
/** A code may end without Enter or Tab: with this long a silence. */
export const WEDGE_SILENCE_MS = 100;
/** The same for a run that begins as a card does: the longest pause that a slow scanner makes. */
export const WEDGE_CARD_SILENCE_MS = 500;
export const WEDGE_MIN_LENGTH = 8;
export const WEDGE_MAX_LENGTH = 4096;
/** So many keys of a run have to be fast before the following ones are kept from the page. */
const SWALLOW_AFTER = 3;

export type WedgeOutcome =
  /** Nothing has ended. */
  | { readonly kind: 'NONE' }
  /** A scanner typed this. Letters are upper-case where Shift was held; Caps Lock is not known. */
  | { readonly kind: 'SCAN'; readonly text: string }
  /** Keys that no scanner typed: too slow, held down, shortcuts, or too few. They belong to the page. */
  | { readonly kind: 'TYPED' }
  /** The scanner sends Alt + number-pad codes: it must be set to plain key presses by its manual. */
  | { readonly kind: 'ALT_CODES' }
  /** More than WEDGE_MAX_LENGTH keys without an end. */
  | { readonly kind: 'TOO_LONG' };

export interface WedgeAnswer {
  readonly outcome: WedgeOutcome;
  /** The key came from the scanner: call preventDefault and stopPropagation, or it presses buttons. */
  readonly swallow: boolean;
}

export interface WedgeDecoder {
  /** Takes a keydown event. `outcome` may be of the keys before this one, if they ended by silence. */
  key(event: WedgeKey): WedgeAnswer;
  /** To be called by a timer WEDGE_SILENCE_MS after the last key: ends the keys so far if they were followed by silence. */
  flush(atMs: number): WedgeOutcome;
  /** How long a silence ends the keys so far, ms. */
  silenceMs(): number;
}

const NONE: WedgeOutcome = { kind: 'NONE' };
const MODIFIERS = new Set(['ShiftLeft', 'ShiftRight', 'CapsLock', 'NumLock', 'AltLeft', 'AltRight']);
const TERMINATORS = new Set(['Enter', 'NumpadEnter', 'Tab']);
/** Plain and with Shift, on the US layout that scanners assume. */
const SYMBOLS: Readonly<Record<string, string>> = {
  Space: '  ',
  Minus: '-_',
  Equal: '=+',
  BracketLeft: '[{',
  BracketRight: ']}',
  Backslash: '\\|',
  Semicolon: ';:',
  Quote: '\'"',
  Backquote: '`~',
  Comma: ',<',
  Period: '.>',
  Slash: '/?',
  NumpadAdd: '++',
  NumpadSubtract: '--',
  NumpadMultiply: '**',
  NumpadDivide: '//',
  NumpadDecimal: '..',
};
const SHIFTED_DIGITS = ')!@#$%^&*(';

/** The character of a physical key, by the US layout; undefined for keys that write nothing. */
function characterOf({ code, shiftKey }: WedgeKey): string | undefined {
  if (/^Key[A-Z]$/.test(code)) return shiftKey ? code.slice(3) : code.slice(3).toLowerCase();
  const digit = /^(Digit|Numpad)([0-9])$/.exec(code);
  if (digit !== null)
    return digit[1] === 'Digit' && shiftKey ? SHIFTED_DIGITS.charAt(Number(digit[2])) : digit[2];
  return Object.hasOwn(SYMBOLS, code) ? SYMBOLS[code]?.charAt(shiftKey ? 1 : 0) : undefined;
}

/** A run like this is a card's, whatever its gaps; a part of it may have been lost on the way. */
const CARD_LIKE = new RegExp(`^${CARD_PREFIX}[A-Z0-9]{37,}$`, 'i');

/** Whether a text may be the beginning of a card's. */
function beginsAsCard(text: string): boolean {
  const prefix = text.slice(0, CARD_PREFIX.length).toUpperCase();
  return prefix !== '' && CARD_PREFIX.startsWith(prefix);
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

/** Keys that followed each other without a silence. */
class Run {
  text = '';
  readonly gaps: number[] = [];
  lastMs = 0;
  private slow = false;
  /** A key that no scanner sends: held down, a shortcut, or none that writes. */
  private odd = false;
  private altCodes = 0;
  private tooLong = false;

  get length(): number {
    return this.gaps.length;
  }

  /** Whether the keys so far look like a scanner's, so that the following one may be kept from the page. */
  get fast(): boolean {
    return !this.slow && !this.odd && this.length > SWALLOW_AFTER;
  }

  add(event: WedgeKey): void {
    const gap = this.length === 0 ? 0 : event.atMs - this.lastMs;
    const character = characterOf(event);
    const altCode = event.altKey === true && /^Numpad[0-9]$/.test(event.code);
    const shortcut = event.ctrlKey === true || event.metaKey === true || (event.altKey === true && !altCode);
    if (event.repeat === true || shortcut || character === undefined) this.odd = true;
    // A clock that goes backwards is not a fast key; NaN is neither.
    if (!(gap >= 0 && gap <= WEDGE_MAX_GAP_MS)) this.slow = true;
    if (altCode) this.altCodes++;
    if (this.text.length >= WEDGE_MAX_LENGTH) this.tooLong = true;
    else this.text += character ?? '';
    if (this.gaps.length <= WEDGE_MAX_LENGTH) this.gaps.push(gap);
    this.lastMs = event.atMs;
  }

  /** How long a silence ends these keys, ms. */
  get silenceMs(): number {
    const unfinished = !this.odd && beginsAsCard(this.text) && this.text.length < CARD_TEXT_LENGTH;
    return unfinished ? WEDGE_CARD_SILENCE_MS : WEDGE_SILENCE_MS;
  }

  end(): WedgeOutcome {
    if (this.length === 0) return NONE;
    const between = this.gaps.slice(1);
    if (!this.odd && this.altCodes === 0 && CARD_LIKE.test(this.text))
      return { kind: 'SCAN', text: this.text };
    if (this.slow || this.odd || this.length < WEDGE_MIN_LENGTH || median(between) > WEDGE_MAX_MEDIAN_GAP_MS)
      return { kind: 'TYPED' };
    if (this.tooLong) return { kind: 'TOO_LONG' };
    return this.altCodes > 0 ? { kind: 'ALT_CODES' } : { kind: 'SCAN', text: this.text };
  }
}

/** A decoder for the keydown events of one window. */
export function createWedgeDecoder(): WedgeDecoder {
  let run = new Run();

  const end = (): WedgeOutcome => {
    const ended = run.end();
    run = new Run();
    return ended;
  };
  const flush = (atMs: number): WedgeOutcome =>
    run.length > 0 && atMs - run.lastMs >= run.silenceMs ? end() : NONE;

  return {
    flush,
    silenceMs: () => run.silenceMs,
    key: (event) => {
      if (MODIFIERS.has(event.code)) return { outcome: NONE, swallow: false };
      const bySilence = flush(event.atMs);
      if (TERMINATORS.has(event.code)) {
        // A slow scanner's Enter comes after its card has ended by silence, and must press nothing either.
        if (bySilence.kind !== 'NONE') return { outcome: bySilence, swallow: bySilence.kind === 'SCAN' };
        const outcome = end();
        return { outcome, swallow: outcome.kind !== 'TYPED' && outcome.kind !== 'NONE' };
      }
      // Somebody leant on a V, and then a card came: that is no part of it.
      const strayed =
        event.atMs - run.lastMs >= WEDGE_SILENCE_MS && !beginsAsCard(run.text + (characterOf(event) ?? '?'));
      const before = run.length > 0 && strayed ? end() : bySilence;
      const swallow = run.fast && event.atMs - run.lastMs <= WEDGE_MAX_GAP_MS;
      run.add(event);
      return { outcome: before, swallow: swallow && run.fast };
    },
  };
}
