/**
 * UTF-8 by the encoder that every JavaScript engine of ours has. It belongs to neither Node nor the DOM, but its types do,
 * and domain/ has neither's.
 */
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
declare const TextDecoder: new (
  label: 'utf-8',
  options: { readonly fatal: true; readonly ignoreBOM: true },
) => { decode(bytes: Uint8Array): string };

const encoder = new TextEncoder();
/** Shortest forms only, no surrogates, and a byte order mark is a character as any other. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of well-formed text; throws on a lone surrogate, which is a bug of the caller. */
export function writeUtf8(text: string): Uint8Array<ArrayBuffer> {
  if (!text.isWellFormed()) throw new RangeError('lone surrogate');
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; undefined if they are not exactly what `writeUtf8` would write. */
export function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
