/** UTF-8, since domain/ has no TextEncoder. Strict: shortest forms only, no surrogates, no byte order mark magic. */

/** The UTF-8 bytes of well-formed text; throws on a lone surrogate, which is a bug of the caller. */
export function writeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
    else if (point < 0x10000) {
      if (point >= 0xd800 && point < 0xe000) throw new RangeError('lone surrogate');
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    } else {
      bytes.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 0x3f),
        0x80 | ((point >> 6) & 0x3f),
        0x80 | (point & 0x3f),
      );
    }
  }
  return Uint8Array.from(bytes);
}

/** How many bytes follow a first byte, its own bits and the least code point of that length. */
function lead(byte: number): { more: number; bits: number; least: number } | undefined {
  if (byte < 0x80) return { more: 0, bits: byte, least: 0 };
  if (byte >= 0xc0 && byte < 0xe0) return { more: 1, bits: byte & 0x1f, least: 0x80 };
  if (byte >= 0xe0 && byte < 0xf0) return { more: 2, bits: byte & 0x0f, least: 0x800 };
  if (byte >= 0xf0 && byte < 0xf8) return { more: 3, bits: byte & 0x07, least: 0x10000 };
  return undefined;
}

/** The text of UTF-8 bytes; undefined if they are not exactly what `writeUtf8` would write. */
export function readUtf8(bytes: Uint8Array): string | undefined {
  const parts: string[] = [];
  let points: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = lead(bytes[at++] ?? 0);
    if (first === undefined) return undefined;
    let point = first.bits;
    for (let i = 0; i < first.more; i++) {
      const next = bytes[at++];
      if (next === undefined || (next & 0xc0) !== 0x80) return undefined;
      point = point * 64 + (next & 0x3f);
    }
    if (point < first.least || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
    points.push(point);
    if (points.length === 4096) {
      parts.push(String.fromCodePoint(...points));
      points = [];
    }
  }
  parts.push(String.fromCodePoint(...points));
  return parts.join('');
}
