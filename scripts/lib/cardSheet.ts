/** A page to be printed on A4 and cut: cards of the size of a bank card, ten to a sheet. */

export interface SheetCard {
  readonly name: string;
  /** The ten digits, in groups. */
  readonly shortNumber: string;
  readonly village: string;
  /** Address of the QR code's picture, relative to the page. */
  readonly image: string;
  /** Edge of that picture in print, mm. */
  readonly edgeMm: number;
}

/** ISO/IEC 7810 ID-1. */
const CARD_MM = { width: 85.6, height: 54 } as const;
const A4_MM = { width: 210, height: 297 } as const;
const COLUMNS = 2;
const ROWS = 5;
export const CARDS_PER_SHEET = COLUMNS * ROWS;

const STYLE = `
  @page { size: A4 portrait; margin: 0; }
  * { box-sizing: border-box; margin: 0; }
  body { font-family: 'Noto Sans SC', 'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei',
    'PingFang SC', 'WenQuanYi Micro Hei', sans-serif; color: #1a1a1a; }
  .sheet { width: ${A4_MM.width}mm; height: ${A4_MM.height}mm; break-after: page;
    padding: ${(A4_MM.height - ROWS * CARD_MM.height) / 2}mm ${(A4_MM.width - COLUMNS * CARD_MM.width) / 2}mm;
    display: grid; grid-template-columns: repeat(${COLUMNS}, ${CARD_MM.width}mm);
    grid-auto-rows: ${CARD_MM.height}mm; }
  .sheet:last-child { break-after: auto; }
  .card { border: 0.1mm solid #bbb; padding: 3mm; display: flex; align-items: center; gap: 1mm;
    overflow: hidden; }
  .card img { flex: none; image-rendering: pixelated; }
  .words { flex: 1; min-width: 0; text-align: center; }
  .title { font-size: 4.6mm; font-weight: 700; color: #b3191e; letter-spacing: 0.8mm; }
  .name { font-size: 8mm; font-weight: 700; margin: 2.5mm 0; line-height: 1.1; }
  .village { font-size: 3.4mm; }
  .number { font-size: 4.6mm; font-variant-numeric: tabular-nums; margin-top: 2.5mm; white-space: nowrap; }
  @media screen { body { background: #ddd; } .sheet { background: #fff; margin: 4mm auto; } }
`;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string) => text.replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char);

function cardHtml({ name, shortNumber, village, image, edgeMm }: SheetCard): string {
  return `<div class="card">
<img src="${escape(image)}" alt="" style="width:${edgeMm}mm;height:${edgeMm}mm">
<div class="words"><p class="title">志愿者卡</p><p class="name">${escape(name)}</p>
<p class="village">${escape(village)}</p><p class="number">${escape(shortNumber)}</p></div></div>`;
}

/** The page as HTML; its pictures are looked for beside it. */
export function cardSheetHtml(cards: readonly SheetCard[]): string {
  const sheets: string[] = [];
  for (let at = 0; at < cards.length; at += CARDS_PER_SHEET)
    sheets.push(
      `<section class="sheet">\n${cards
        .slice(at, at + CARDS_PER_SHEET)
        .map(cardHtml)
        .join('\n')}\n</section>`,
    );
  return `<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>志愿者卡</title><style>${STYLE}</style></head>
<body>
${sheets.join('\n')}
</body>
</html>
`;
}
