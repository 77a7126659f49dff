/** Writes the sample village's cards: a PNG each, and a page to print. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeSampleVillage, SAMPLE_SEED } from '../county/sample/village.ts';
import { formatCardNumber } from '../domain/cards/cardNumber.ts';
import { drawCard, readCardImage } from './lib/cardImage.ts';
import { cardSheetHtml, type SheetCard } from './lib/cardSheet.ts';
import { runScript, UsageError } from './lib/cli.ts';

const HELP = `
npm run cards -- --out DIR [--seed N]
Writes the cards of the sample village into DIR: volunteer-001.png … and cards.html, a page to print on A4 and to
cut (choose "actual size"; the machine that prints needs a Chinese font). Each PNG is read back from the disk
before it is counted.
  --out DIR   folder to write to; made if it is not there, files of the same names are replaced
  --seed N    which sample village, 0 to 4294967295 (default ${SAMPLE_SEED}, the one that npm start shows)
The cards are signed by a key that everybody knows: for demonstrations only.
`;

function seedOf(text: string | undefined): number {
  if (text === undefined) return SAMPLE_SEED;
  const seed = Number(text);
  if (!/^\d{1,10}$/.test(text) || seed > 0xffff_ffff)
    throw new UsageError(`--seed ${text} is not a number from 0 to 4294967295`);
  return seed;
}

function outputFolder(text: string | undefined): string {
  if (text === undefined || text === '')
    throw new UsageError('--out DIR is missing: where shall the cards go?');
  const dir = resolve(text);
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new UsageError(`--out ${dir} is a file, not a folder`);
  mkdirSync(dir, { recursive: true });
  return dir;
}

await runScript(HELP, { out: { type: 'string' }, seed: { type: 'string' } }, async (args) => {
  const seed = seedOf(args.text('seed'));
  const dir = outputFolder(args.text('out'));
  const { reference, cardTexts } = makeSampleVillage({ seed, nowMs: Date.now() });
  const cardOf = new Map(reference.cards.map((card) => [card.volunteerId, card]));
  const sheet: SheetCard[] = [];
  for (const { id, name } of reference.volunteers) {
    const text = cardTexts.get(id) ?? '';
    const image = `volunteer-${String(id).padStart(3, '0')}.png`;
    const file = join(dir, image);
    const { png, edgeMm } = await drawCard(text);
    writeFileSync(file, png);
    if (readCardImage(readFileSync(file)) !== text)
      throw new Error(`${file} does not read as it was written`);
    const shortNumber = formatCardNumber(cardOf.get(id)?.cardNumber ?? 0);
    sheet.push({ name, shortNumber, village: reference.station.name, image, edgeMm });
  }
  const page = join(dir, 'cards.html');
  writeFileSync(page, cardSheetHtml(sheet));
  console.log(`${sheet.length} cards written to ${dir}, each read back; print ${page}`);
  return 0;
});
