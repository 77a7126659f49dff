import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSettings } from '../../../electron/shell/settings.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'settings-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const withFile = (text: string) => {
  writeFileSync(join(dir, 'station.json'), text);
  return readSettings(['--data', dir], 'elsewhere');
};

it('reads the caps of the line out of station.json; without them there are none', () => {
  expect(withFile('{"lineMegabytesPerDay":1.5,"lineMinutesPerDay":30}')).toMatchObject({
    value: { lineMegabytesPerDay: 1.5, lineMinutesPerDay: 30 },
  });
  expect(withFile('{}')).toMatchObject({ value: { lineMegabytesPerDay: 0, lineMinutesPerDay: 0 } });
});

it.each(['-1', '"5"', '1e999'])('refuses the cap %s in a line', (cap) => {
  expect(withFile(`{"lineMegabytesPerDay":${cap}}`)).toMatchObject({ error: { kind: 'BAD_SETTING' } });
});

it('takes a village’s own rules, and none that is misspelt', () => {
  expect(withFile('{"rules":{"points":{"maxPerDay":40}}}')).toMatchObject({
    value: { ruleWishes: { points: { maxPerDay: 40 } } },
  });
  expect(withFile('{"rules":{"points":{"maxPerDays":40}}}')).toMatchObject({
    error: { kind: 'BAD_SETTING' },
  });
});
