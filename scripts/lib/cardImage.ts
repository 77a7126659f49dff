/** The QR code of a card as a PNG file, and what a scanner would read from such a file. */
import {
  BinaryBitmap,
  Exception as ZxingException,
  HybridBinarizer,
  QRCodeReader,
  RGBLuminanceSource,
} from '@zxing/library';
import { PNG } from 'pngjs';
import QRCode from 'qrcode';

/** Pixels of one module; the page has them printed with hard edges, so that few are enough. */
const MODULE_PIXELS = 6;
/** QR Code asks for four modules of white on every side (ISO/IEC 18004, 6.3.8). */
export const QUIET_MODULES = 4;
/** Printed size of one module: anything from 0.5 mm is read by cheap scanners, too. */
export const MODULE_MM = 0.8;

export interface CardImage {
  readonly png: Buffer;
  /** Edge of the printed square, quiet zone included, in mm. */
  readonly edgeMm: number;
}

/** The masks of QR Code; the standard lets the maker choose the one that confuses readers least. */
const MASKS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/**
 * Draws a card's text at error correction level M. About one code in ten, as the usual choice of mask makes it,
 * is not found by a reader of the ZXing family, though it is in order; so a mask is taken with which it is.
 * Throws if there is none.
 */
export async function drawCard(text: string): Promise<CardImage> {
  const modules = QRCode.create(text, { errorCorrectionLevel: 'M' }).modules.size + 2 * QUIET_MODULES;
  for (const maskPattern of [undefined, ...MASKS]) {
    const png = await QRCode.toBuffer(text, {
      type: 'png',
      errorCorrectionLevel: 'M',
      margin: QUIET_MODULES,
      scale: MODULE_PIXELS,
      ...(maskPattern === undefined ? {} : { maskPattern }),
    });
    if (readCardImage(png) === text) return { png, edgeMm: Math.round(modules * MODULE_MM * 10) / 10 };
  }
  throw new Error('no picture of this card can be read');
}

/**
 * The text of the QR code that a reader finds in a PNG file's bytes, undefined if it finds none or cannot read it.
 * Throws if the bytes are no PNG file.
 */
export function readCardImage(file: Buffer): string | undefined {
  const { width, height, data } = PNG.sync.read(file);
  const luminances = new Uint8ClampedArray(width * height);
  // Black and white only, so one colour channel says it all.
  for (let i = 0; i < luminances.length; i++) luminances[i] = data[i * 4] ?? 0;
  const source = new RGBLuminanceSource(luminances, width, height);
  try {
    return new QRCodeReader().decode(new BinaryBitmap(new HybridBinarizer(source))).getText();
  } catch (error) {
    // ZXing's way of saying that it found nothing (NotFound, Format, Checksum); anything else is a bug.
    if (error instanceof ZxingException) return undefined;
    throw error;
  }
}
