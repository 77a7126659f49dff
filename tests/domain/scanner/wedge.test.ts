import { describe, expect, it } from 'vitest';
import {
  createWedgeDecoder,
  WEDGE_MAX_LENGTH,
  type WedgeDecoder,
  type WedgeKey,
  type WedgeOutcome,
} from '../../../domain/scanner/wedge.ts';
import { encode } from '../cards/support.ts';
import { fc } from '../../harness/property.ts';

const CARD = encode({ cardNumber: 124_821, volunteerId: 223, generation: 1, issuerId: 1 });

/** The keydown events by which a scanner types upper-case letters and digits: Shift first, then the key. */
function typed(text: string, { fromMs = 1000, gapMs = 8, end = 'Enter' } = {}): WedgeKey[] {
  const keys: WedgeKey[] = [];
  let atMs = fromMs;
  for (const char of text) {
    const letter = /[A-Z]/i.test(char);
    const shiftKey = /[A-Z]/.test(char);
    if (shiftKey) keys.push({ code: 'ShiftLeft', shiftKey, atMs });
    keys.push({ code: letter ? `Key${char.toUpperCase()}` : `Digit${char}`, shiftKey, atMs });
    atMs += gapMs;
  }
  if (end !== '') keys.push({ code: end, shiftKey: false, atMs });
  return keys;
}
function feed(decoder: WedgeDecoder, keys: readonly WedgeKey[]) {
  const answers = keys.map((key) => decoder.key(key));
  return {
    outcomes: answers.map((answer) => answer.outcome).filter((outcome) => outcome.kind !== 'NONE'),
    swallowed: answers.filter((answer) => answer.swallow).length,
    last: answers.at(-1),
  };
}
const outcomesOf = (keys: readonly WedgeKey[]) => feed(createWedgeDecoder(), keys).outcomes;

describe('a scanner that types', () => {
  it('is read at its usual speeds, whichever key it ends with', () => {
    for (const gapMs of [1, 7, 16, 35])
      for (const end of ['Enter', 'NumpadEnter', 'Tab'])
        expect(outcomesOf(typed(CARD, { gapMs, end }))).toEqual([{ kind: 'SCAN', text: CARD }]);
  });

  it('is read by physical keys, so that an input method changes nothing', () => {
    const processed = typed(CARD).map((key) => ({ ...key, key: 'Process', keyCode: 229, isComposing: true }));
    expect(outcomesOf(processed)).toEqual([{ kind: 'SCAN', text: CARD }]);
  });

  it('is read without Shift, from the number pad, and with the symbols of other codes', () => {
    expect(outcomesOf(typed(CARD.toLowerCase()))).toEqual([{ kind: 'SCAN', text: CARD.toLowerCase() }]);
    const codes = [
      'Numpad6',
      'Numpad9',
      'Digit0',
      'Slash',
      'Minus',
      'NumpadDecimal',
      'Period',
      'KeyA',
      'Space',
    ];
    const keys = codes.map((code, i) => ({ code, shiftKey: false, atMs: i * 8 }));
    const shifted = [...keys, { code: 'Semicolon', shiftKey: true, atMs: 80 }];
    const end = { code: 'Tab', shiftKey: false, atMs: 88 };
    expect(outcomesOf([...shifted, { code: 'Digit1', shiftKey: true, atMs: 84 }, end])).toEqual([
      { kind: 'SCAN', text: '690/-..a :!' },
    ]);
  });

  it('may end by silence, told by the timer or by the next scan', () => {
    const decoder = createWedgeDecoder();
    const keys = typed(CARD, { end: '' });
    const lastMs = keys.at(-1)?.atMs ?? 0;
    expect(feed(decoder, keys).outcomes).toEqual([]);
    expect(decoder.flush(lastMs + 99)).toEqual({ kind: 'NONE' });
    expect(decoder.flush(lastMs + 100)).toEqual({ kind: 'SCAN', text: CARD });
    expect(decoder.flush(lastMs + 300)).toEqual({ kind: 'NONE' });
    const again = feed(decoder, [
      ...typed(CARD, { end: '', fromMs: 9000 }),
      ...typed('VC1AAAAA', { fromMs: 12_000 }),
    ]);
    expect(again.outcomes).toEqual([
      { kind: 'SCAN', text: CARD },
      { kind: 'SCAN', text: 'VC1AAAAA' },
    ]);
  });

  it('is kept from the page from its fifth key to its end', () => {
    const { swallowed, last } = feed(createWedgeDecoder(), typed(CARD.toLowerCase()));
    expect(swallowed).toBe(CARD.length - 4 + 1);
    expect(last?.swallow).toBe(true);
  });

  it('comes out whole for any text of digits and letters at any scanner speed', () => {
    const anyChar = fc.constantFrom(
      ...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'),
    );
    const anyText = fc.array(anyChar, { minLength: 8, maxLength: 60 }).map((chars) => chars.join(''));
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 35 }), (text, gapMs) => {
        expect(outcomesOf(typed(text, { gapMs }))).toEqual([{ kind: 'SCAN', text }]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a slow scanner', () => {
  it('is read for what it is, if it typed a card, up to half a second a key', () => {
    for (const gapMs of [51, 80, 120, 300, 490]) {
      const { outcomes, last } = feed(createWedgeDecoder(), typed(CARD, { gapMs }));
      expect(outcomes).toEqual([{ kind: 'SCAN', text: CARD }]);
      expect(last?.swallow, 'its Enter presses nothing').toBe(true);
    }
  });
  it('may hesitate anywhere, also before its second key', () => {
    for (const place of [1, 2, 3, 60, 130]) {
      const keys = typed(CARD.toLowerCase()).map((key, i) =>
        i < place ? key : { ...key, atMs: key.atMs + 400 },
      );
      expect(outcomesOf(keys)).toEqual([{ kind: 'SCAN', text: CARD.toLowerCase() }]);
    }
  });
  it('may end without Enter: a whole card waits no longer than another code', () => {
    const decoder = createWedgeDecoder();
    const keys = typed(CARD, { gapMs: 120, end: '' });
    const lastMs = keys.at(-1)?.atMs ?? 0;
    expect(feed(decoder, keys.slice(0, -2)).outcomes).toEqual([]);
    expect(decoder.silenceMs()).toBe(500);
    feed(decoder, keys.slice(-2));
    expect(decoder.silenceMs()).toBe(100);
    expect(decoder.flush(lastMs + 100)).toEqual({ kind: 'SCAN', text: CARD });
  });
  it('whose card was read badly is handed over, so that the villager is told', () => {
    const cut = CARD.slice(0, 90);
    expect(outcomesOf(typed(cut, { gapMs: 90 }))).toEqual([{ kind: 'SCAN', text: cut }]);
  });
  it('a key that somebody leant on is no part of the card that follows', () => {
    const stray = { code: 'KeyV', shiftKey: false, atMs: 700 };
    expect(outcomesOf([stray, ...typed(CARD, { fromMs: 900 })])).toEqual([
      { kind: 'TYPED' },
      { kind: 'SCAN', text: CARD },
    ]);
  });
});

describe('what no scanner typed', () => {
  const isTyped = (keys: readonly WedgeKey[]) => {
    const { outcomes, last } = feed(createWedgeDecoder(), keys);
    expect(outcomes.every((outcome) => outcome.kind === 'TYPED')).toBe(true);
    expect(outcomes.length).toBeGreaterThan(0);
    expect(last?.swallow).toBe(false);
  };
  it('a person, even a quick one, is left to the page', () => {
    isTyped(typed('0012482137', { gapMs: 80 }));
    isTyped(typed('0012482137', { gapMs: 51 }));
    isTyped(typed('0012482137', { gapMs: 40 })); // Every gap would do, but not their median.
    isTyped(typed('1234567'));
    expect(feed(createWedgeDecoder(), typed('hello', { gapMs: 120 })).swallowed).toBe(0);
    expect(feed(createWedgeDecoder(), typed('thequickbrownfox', { gapMs: 60 })).swallowed).toBe(0);
  });
  it('a pause in the middle of another code makes neither half a scan', () => {
    const other = `6901234567892${'0'.repeat(60)}`;
    isTyped(typed(other).map((key, i) => (i < 30 ? key : { ...key, atMs: key.atMs + 70 })));
  });
  it('what begins like a card and is too short for one, or came with a shortcut, is no card', () => {
    isTyped(typed('vc1234567890abcdef', { gapMs: 120 }));
    isTyped(
      typed(CARD.toLowerCase(), { gapMs: 120 }).map((key, i) => (i === 50 ? { ...key, ctrlKey: true } : key)),
    );
  });
  it('a key held down, shortcuts and keys without a character are not a scan', () => {
    isTyped(typed('AAAAAAAAAAAA', { gapMs: 30 }).map((key, i) => ({ ...key, repeat: i > 1 })));
    for (const part of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }])
      isTyped(typed(CARD.toLowerCase()).map((key, i) => (i === 20 ? { ...key, ...part } : key)));
    for (const code of ['Backspace', 'F5', 'ArrowLeft', '', 'Unidentified', 'constructor', 'KeyÄ'])
      isTyped([
        ...typed(CARD, { end: '' }),
        { code, shiftKey: false, atMs: 1000 + CARD.length * 8 },
        ...[{ code: 'Enter', shiftKey: false, atMs: 1010 + CARD.length * 8 }],
      ]);
  });
  it('Enter or Tab alone belongs to the page', () => {
    expect(createWedgeDecoder().key({ code: 'Enter', shiftKey: false, atMs: 5 })).toEqual({
      outcome: { kind: 'NONE' },
      swallow: false,
    });
  });
  it('codes sent with Alt and the number pad are named, so that the keeper can set the scanner', () => {
    const keys = Array.from({ length: 40 }, (_, i) => ({
      code: `Numpad${i % 10}`,
      shiftKey: false,
      altKey: true,
      atMs: i * 8,
    }));
    expect(outcomesOf([...keys, { code: 'Enter', shiftKey: false, atMs: 320 }])).toEqual([
      { kind: 'ALT_CODES' },
    ]);
  });
  it('an endless code is given up without growing', () => {
    const endless = typed('7'.repeat(WEDGE_MAX_LENGTH + 1), { gapMs: 1 });
    expect(outcomesOf(endless)).toEqual([{ kind: 'TOO_LONG' }]);
    expect(outcomesOf(typed('7'.repeat(WEDGE_MAX_LENGTH), { gapMs: 1 }))).toMatchObject([{ kind: 'SCAN' }]);
  });
});

it('never throws and always names a known kind, for any keys at any times', () => {
  const known: WedgeOutcome['kind'][] = ['NONE', 'SCAN', 'TYPED', 'ALT_CODES', 'TOO_LONG'];
  const anyKey: fc.Arbitrary<WedgeKey> = fc.record({
    code: fc.oneof(
      fc.constantFrom('KeyA', 'Digit1', 'Numpad5', 'Enter', 'Tab', 'ShiftLeft', 'Space', 'Quote', 'F1'),
      fc.string(),
    ),
    shiftKey: fc.boolean(),
    altKey: fc.boolean(),
    repeat: fc.boolean(),
    atMs: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.double()),
  });
  fc.assert(
    fc.property(fc.array(anyKey, { maxLength: 30 }), (keys) => {
      const decoder = createWedgeDecoder();
      for (const key of keys) {
        expect(known).toContain(decoder.key(key).outcome.kind);
        expect(known).toContain(decoder.flush(key.atMs).kind);
      }
    }),
    { numRuns: 10_000 },
  );
});
