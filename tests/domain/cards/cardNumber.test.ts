import { describe, expect, it } from 'vitest';
import { dammDigit, formatCardNumber, parseCardNumber } from '../../../domain/cards/cardNumber.ts';
import { fc } from '../../harness/property.ts';

const kindOf = (text: string) => {
  const result = parseCardNumber(text);
  return result.ok ? result.value : result.error.kind;
};

describe('the short number of a card', () => {
  it('has the check digit of the published example', () => {
    // The worked example of Damm's algorithm: 572 has the check digit 4.
    expect(dammDigit('572')).toBe(4);
    expect(dammDigit('5724')).toBe(0);
  });
  it('is written in groups of four, four and two', () => {
    expect(formatCardNumber(1_248_213)).toMatch(/^0012 4821 3\d$/);
    expect(() => formatCardNumber(1_000_000_000)).toThrow(RangeError);
    expect(() => formatCardNumber(-1)).toThrow(RangeError);
  });
  it('comes back as it went in, with spaces, hyphens or full-width digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (n) => {
        const printed = formatCardNumber(n);
        expect(kindOf(printed)).toBe(n);
        expect(kindOf(printed.replaceAll(' ', ''))).toBe(n);
        expect(kindOf(` ${printed.replaceAll(' ', '-')} `)).toBe(n);
        const wide = printed.replace(/\d/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0));
        expect(kindOf(wide.replaceAll(' ', '　'))).toBe(n);
      }),
      { numRuns: 10_000 },
    );
  });
  it('finds every wrong digit and every exchange of neighbours', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (n) => {
        const ten = formatCardNumber(n).replaceAll(' ', '');
        for (let i = 0; i < 10; i++) {
          const wrong = (Number(ten.charAt(i)) + 1 + (n % 9)) % 10;
          expect(kindOf(ten.slice(0, i) + String(wrong) + ten.slice(i + 1))).toBe('CHECK_DIGIT');
          const [a, b] = [ten.charAt(i), ten.charAt(i + 1)];
          if (b !== '' && a !== b)
            expect(kindOf(ten.slice(0, i) + b + a + ten.slice(i + 2))).toBe('CHECK_DIGIT');
        }
      }),
      { numRuns: 10_000 },
    );
  });
  it('says NOT_TEN_DIGITS of anything else', () => {
    for (const text of ['', '123456789', '12345678901', '12345678a0', '一二三四五六七八九十', '１２３'])
      expect(kindOf(text)).toBe('NOT_TEN_DIGITS');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const kind = kindOf(text);
        if (typeof kind === 'number') expect(kind).toBeLessThanOrEqual(999_999_999);
        else expect(['NOT_TEN_DIGITS', 'CHECK_DIGIT']).toContain(kind);
      }),
      { numRuns: 10_000 },
    );
  });
});
