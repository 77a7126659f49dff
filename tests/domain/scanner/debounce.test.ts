import { describe, expect, it } from 'vitest';
import { createRepeatFilter, REPEAT_WINDOW_MS } from '../../../domain/scanner/debounce.ts';

describe('the same code again', () => {
  it('is a repeat within three seconds and a scan from then on', () => {
    const filter = createRepeatFilter();
    expect(filter.isRepeat('A', 0)).toBe(false);
    expect(filter.isRepeat('A', REPEAT_WINDOW_MS - 1)).toBe(true);
    expect(filter.isRepeat('A', 2 * REPEAT_WINDOW_MS - 1)).toBe(false);
  });
  it('stays a repeat while the card lies under the scanner', () => {
    const filter = createRepeatFilter();
    filter.isRepeat('A', 0);
    for (let atMs = 1000; atMs <= 60_000; atMs += 1000) expect(filter.isRepeat('A', atMs)).toBe(true);
  });
  it('is a repeat with other cards between, and in other letter case', () => {
    const filter = createRepeatFilter();
    expect([
      filter.isRepeat('VC1A', 0),
      filter.isRepeat('VC1B', 500),
      filter.isRepeat('vc1a\n', 1000),
    ]).toEqual([false, false, true]);
  });
});
