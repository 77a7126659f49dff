import { describe, expect, it } from 'vitest';
import { decodeCard } from '../../../domain/cards/payload.ts';
import {
  createHidPosParser,
  guessReportId,
  MAX_CODE_BYTES,
  REASSEMBLY_TIMEOUT_MS,
  type HidPosParser,
} from '../../../domain/scanner/hidPos.ts';
import { encode, sha256 } from '../cards/support.ts';
import { fc } from '../../harness/property.ts';
import { hidPosReports } from './support.ts';

const parser = (reportId: number | null = 2) => createHidPosParser({ reportId });
/** The kinds that came out, 5 ms apart. */
function feed(target: HidPosParser, reports: readonly Uint8Array[], fromMs = 0) {
  return reports.map((report, i) => {
    const result = target.push(report, fromMs + i * 5);
    return result.ok ? result.value : result.error;
  });
}
const kinds = (outcomes: readonly { kind: string }[]) => outcomes.map((outcome) => outcome.kind);
const anyText = fc
  .array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 600 })
  .map((bytes) => String.fromCharCode(...bytes));

describe('a code in HID POS reports', () => {
  it('comes out as it went in, however many reports it takes, with and without report ids', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(null, 2, 7), (text, reportId) => {
        const outcomes = feed(parser(reportId), hidPosReports(text, { reportId }));
        expect(outcomes.at(-1)).toEqual({ kind: 'CODE', text, symbology: ']Q1' });
        expect(new Set(kinds(outcomes.slice(0, -1)))).toEqual(new Set(outcomes.length > 1 ? ['PART'] : []));
      }),
      { numRuns: 10_000 },
    );
  });

  it('of a card takes three reports', () => {
    const text = encode({ cardNumber: 1, volunteerId: 1, generation: 1, issuerId: 1 });
    expect(kinds(feed(parser(), hidPosReports(text)))).toEqual(['PART', 'PART', 'CODE']);
  });

  it('follows another at once', () => {
    const target = parser();
    expect(feed(target, hidPosReports('first')).at(-1)).toMatchObject({ text: 'first' });
    expect(feed(target, hidPosReports('second'), 6).at(-1)).toMatchObject({ text: 'second' });
  });
});

it('the place of the report id is told from the first report with data', () => {
  expect(guessReportId(hidPosReports('x')[0] ?? new Uint8Array())).toBe(2);
  expect(guessReportId(hidPosReports('x', { reportId: 9 })[0] ?? new Uint8Array())).toBe(9);
  expect(guessReportId(hidPosReports('x', { reportId: null })[0] ?? new Uint8Array())).toBeNull();
  for (const report of [[], [3], [3, 1], [2, 4, 0, 0]])
    expect(guessReportId(Uint8Array.from(report))).toBe(undefined);
});

describe('what can go wrong', () => {
  it('never throws and always names a known kind, for any reports at any times', () => {
    const known = ['CODE', 'PART', 'NOTHING', 'SHORT_REPORT', 'BAD_LENGTH', 'TOO_LONG', 'REST_OF_BROKEN'];
    const anyReport = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.uint8Array({ minLength: 64, maxLength: 64 }).map((report) => {
        report[0] = 2;
        report[1] = (report[1] ?? 0) % 60;
        return report;
      }),
    );
    const anyRun = fc.array(fc.tuple(anyReport, fc.integer({ min: -1000, max: 100_000 })), { maxLength: 12 });
    fc.assert(
      fc.property(anyRun, fc.constantFrom(null, 2), (run, reportId) => {
        const target = parser(reportId);
        for (const [report, atMs] of run) {
          const result = target.push(report, atMs);
          expect(known).toContain(result.ok ? result.value.kind : result.error.kind);
        }
      }),
      { numRuns: 10_000 },
    );
  });

  it('finds a card again after any rubbish, once the rubbish has timed out', () => {
    const text = encode({ cardNumber: 9, volunteerId: 9, generation: 1, issuerId: 1 });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 8 }), (rubbish) => {
        const target = parser();
        feed(target, rubbish);
        expect(feed(target, hidPosReports(text), 1000).at(-1)).toMatchObject({ kind: 'CODE', text });
      }),
      { numRuns: 10_000 },
    );
  });

  it('a lost report in the middle is found by the check bytes of the card', () => {
    const text = encode({ cardNumber: 9, volunteerId: 9, generation: 1, issuerId: 1 });
    const reports = hidPosReports(text);
    for (const lost of [0, 1, 2]) {
      const target = parser();
      const left = reports.filter((_, i) => i !== lost);
      const outcomes = feed(target, left);
      for (const outcome of outcomes)
        if (outcome.kind === 'CODE') expect(decodeCard(outcome.text, { sha256 }).ok).toBe(false);
      // Even with the last one lost, the next person is served.
      expect(feed(target, reports, 1000).at(-1)).toMatchObject({ kind: 'CODE', text });
    }
  });

  it('an unfinished code is forgotten after the time-out, not a millisecond before', () => {
    const [first, second] = hidPosReports('x'.repeat(60));
    if (first === undefined || second === undefined) throw new Error('two reports were expected');
    const patient = parser();
    patient.push(first, 0);
    expect(patient.push(second, REASSEMBLY_TIMEOUT_MS)).toMatchObject({ value: { text: 'x'.repeat(60) } });
    const late = parser();
    late.push(first, 0);
    expect(late.push(second, REASSEMBLY_TIMEOUT_MS + 1)).toMatchObject({ value: { text: 'xxxx' } });
    const unplugged = parser();
    unplugged.push(first, 0);
    unplugged.reset();
    expect(unplugged.push(second, 1)).toMatchObject({ value: { text: 'xxxx' } });
  });

  it('an endless code is given up once, its rest skipped, and the next one read', () => {
    const endless = hidPosReports('y'.repeat(MAX_CODE_BYTES + 200));
    const target = parser();
    const seen = kinds(feed(target, endless));
    expect(seen.filter((kind) => kind === 'TOO_LONG')).toHaveLength(1);
    expect(seen.at(-1)).toBe('REST_OF_BROKEN');
    expect(seen).not.toContain('CODE');
    expect(feed(target, hidPosReports('next'), endless.length * 5).at(-1)).toMatchObject({ text: 'next' });
    expect(feed(parser(), hidPosReports('z'.repeat(MAX_CODE_BYTES))).at(-1)).toMatchObject({ kind: 'CODE' });
  });

  it('a broken report in the middle spoils its code and no other', () => {
    const reports = hidPosReports('a'.repeat(150));
    const target = parser();
    const [first, second, third] = reports as [Uint8Array, Uint8Array, Uint8Array];
    const wrong = Uint8Array.from(second);
    wrong[1] = 57;
    expect(kinds(feed(target, [first, wrong, third]))).toEqual(['PART', 'BAD_LENGTH', 'REST_OF_BROKEN']);
    expect(kinds(feed(target, [first, second.subarray(0, 20), third]))).toEqual([
      'PART',
      'SHORT_REPORT',
      'REST_OF_BROKEN',
    ]);
    expect(feed(target, hidPosReports('next')).at(-1)).toMatchObject({ text: 'next' });
  });

  it('other reports of the same device and empty ones mean nothing', () => {
    const target = parser();
    const [first, second] = hidPosReports('b'.repeat(60)) as [Uint8Array, Uint8Array];
    const status = Uint8Array.from([3, 1]);
    expect(kinds(feed(target, [status, first, status, second]))).toEqual([
      'NOTHING',
      'PART',
      'NOTHING',
      'CODE',
    ]);
    expect(kinds(feed(target, hidPosReports('')))).toEqual(['NOTHING']);
  });
});
