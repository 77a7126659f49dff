/**
 * The short number printed on a card for the day the scanner fails: the nine-digit card number and a check digit
 * by the algorithm of H. Michael Damm (On Totally Anti-Symmetric Quasigroups, Marburg 2004). It finds every
 * single wrong digit and every exchange of two neighbouring digits, which are nearly all slips of typing; Luhn's
 * and the EAN digit miss some exchanges, ISO 7064 MOD 11-10 too.
 */
import type { CardNumber } from '../ids.ts';
import { err, ok, type Result } from '../result.ts';
import { MAX_CARD_NUMBER } from './payload.ts';

/** Row: check digit so far; place in the row: next digit. The diagonal is zero. */
const DAMM_TABLE = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
] as const;

/** The check digit of a string of ASCII digits, 0 to 9; 0 for a string that ends with its own check digit. */
export function dammDigit(digits: string): number {
  let check = 0;
  for (const digit of digits) check = Number(DAMM_TABLE[check]?.[Number(digit)]);
  return check;
}

/** The ten printed digits in groups that can be read out: 0012 4821 37. Throws RangeError outside nine digits. */
export function formatCardNumber(cardNumber: CardNumber): string {
  if (!Number.isSafeInteger(cardNumber) || cardNumber < 0 || cardNumber > MAX_CARD_NUMBER)
    throw new RangeError(`card number ${cardNumber} has not nine digits`);
  const nine = String(cardNumber).padStart(9, '0');
  const ten = `${nine}${dammDigit(nine)}`;
  return `${ten.slice(0, 4)} ${ten.slice(4, 8)} ${ten.slice(8)}`;
}

/**
 * The card number that somebody typed. Spaces and hyphens are ignored, full-width digits (as Chinese input
 * methods make them) count as digits.
 * NOT_TEN_DIGITS: other characters, or too few or too many digits. CHECK_DIGIT: a slip of typing.
 */
export function parseCardNumber(
  text: string,
): Result<CardNumber, { readonly kind: 'NOT_TEN_DIGITS' } | { readonly kind: 'CHECK_DIGIT' }> {
  const digits = text
    .replace(/[\s\-－]/g, '')
    .replace(/[０-９]/g, (wide) => String(wide.charCodeAt(0) - '０'.charCodeAt(0)));
  if (!/^[0-9]{10}$/.test(digits)) return err({ kind: 'NOT_TEN_DIGITS' });
  if (dammDigit(digits) !== 0) return err({ kind: 'CHECK_DIGIT' });
  return ok(Number(digits.slice(0, 9)));
}
