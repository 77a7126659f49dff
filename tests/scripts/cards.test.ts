import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import QRCode from 'qrcode';
import { afterAll, describe, expect, it } from 'vitest';
import { makeSampleVillage } from '../../county/sample/village.ts';
import { formatCardNumber } from '../../domain/cards/cardNumber.ts';
import { drawCard, MODULE_MM, QUIET_MODULES, readCardImage } from '../../scripts/lib/cardImage.ts';
import { cardSheetHtml } from '../../scripts/lib/cardSheet.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/cards.ts', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'cards-'));
afterAll(() => rmSync(dir, { recursive: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('npm run cards', () => {
  it('writes every card so that it reads as it should, and a page that shows them all', () => {
    const out = join(dir, 'new', 'folder');
    const { status, stdout, stderr } = run('--out', out, '--seed', '7');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('223 cards');
    const village = makeSampleVillage({ seed: 7, nowMs: Date.now() });
    expect(readdirSync(out)).toHaveLength(224);
    for (const id of [1, 111, 223]) {
      const file = readFileSync(join(out, `volunteer-${String(id).padStart(3, '0')}.png`));
      expect(readCardImage(file)).toBe(village.cardTexts.get(id));
    }
    const page = readFileSync(join(out, 'cards.html'), 'utf8');
    for (const { volunteerId, cardNumber } of village.reference.cards) {
      expect(page).toContain(`volunteer-${String(volunteerId).padStart(3, '0')}.png`);
      expect(page).toContain(formatCardNumber(cardNumber));
    }
    for (const { name } of village.reference.volunteers) expect(page).toContain(name);
    expect(page.match(/class="sheet"/g)).toHaveLength(23);
    expect(page).toContain('志愿者卡');
    expect(page).toContain('李家畈村（示例）');
  });

  it('helps', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('--out DIR');
  });

  it('says in one line what is wrong', () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    const wrong = [
      [],
      ['--out', file],
      ['--out', dir, '--seed', 'x'],
      ['--out', dir, '--seed', '4294967296'],
      ['--outt', dir],
    ];
    for (const args of wrong) {
      const { status, stderr } = run(...args);
      expect(status).not.toBe(0);
      expect(stderr).toMatch(/^[^\n]+\n$/);
    }
  });
});

describe('the picture of a card', () => {
  it('has modules of at least 0.5 mm, four of them white on every side, and fits the card', async () => {
    const { edgeMm } = await drawCard('VC1'.padEnd(133, 'A7'));
    expect(MODULE_MM).toBeGreaterThanOrEqual(0.5);
    expect(QUIET_MODULES).toBe(4);
    expect(edgeMm).toBeCloseTo((41 + 8) * MODULE_MM, 5);
    expect(edgeMm).toBeLessThanOrEqual(54 - 6);
  });
  it('is found by a reader even where the usual mask would hide it', async () => {
    const { cardTexts } = makeSampleVillage({ nowMs: Date.UTC(2026, 10, 25) });
    const texts = [...cardTexts.values()].slice(0, 40);
    const usual = await Promise.all(
      texts.map((text) => QRCode.toBuffer(text, { errorCorrectionLevel: 'M', scale: 6, margin: 4 })),
    );
    expect(usual.filter((png, i) => readCardImage(png) === texts[i]).length).toBeLessThan(40);
    for (const text of texts) expect(readCardImage((await drawCard(text)).png)).toBe(text);
  });
  it('that is spoilt is not taken for another', async () => {
    const { png } = await drawCard('VC1'.padEnd(133, 'A7'));
    const blank = await drawCard('OTHER');
    expect(readCardImage(png)).not.toBe(readCardImage(blank.png));
    const torn = PNG.sync.read(png);
    torn.data.fill(255, torn.data.length / 2);
    expect(readCardImage(PNG.sync.write(torn))).toBeUndefined();
    expect(() => readCardImage(Buffer.from('no picture'))).toThrow();
  });
});

it('names on the page cannot become markup', () => {
  const card = { shortNumber: '', village: '', image: 'a.png', edgeMm: 39.2 };
  const html = cardSheetHtml([{ ...card, name: '<b>"&' }]);
  expect(html).toContain('&lt;b&gt;&quot;&amp;');
});
