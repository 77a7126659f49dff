import { expect, it } from 'vitest';
import { maskedName } from '../../../domain/people/maskedName.ts';

it('keeps the first letter, and the last where there are three or more', () => {
  expect(maskedName('王秀英')).toBe('王*英');
  expect(maskedName('王英')).toBe('王*');
  expect(maskedName('欧阳春花')).toBe('欧*花');
  expect(maskedName('王')).toBe('*');
  expect(maskedName('')).toBe('');
});
it('leaves a name that the county has masked as it is, and never splits a rare character', () => {
  expect(maskedName('王*英')).toBe('王*英');
  expect(maskedName('𠮷田')).toBe('𠮷*');
});
