import { printable } from '../../../config/describe-value.js';
import { FormatError } from '../../../errors.js';
import { beyondLimit } from '../bytes.js';

/** How the bytes of a pixel are to be understood; the names are Pillow's, in words. */
export type PixelKind = 'gray' | 'gray16' | 'grayAlpha' | 'palette' | 'rgb' | 'rgbx' | 'rgba';

/** Bytes of a pixel; of `gray16` numbers. */
export const BYTES_OF_PIXEL: Readonly<Record<PixelKind, number>> = {
  gray: 1,
  gray16: 1,
  grayAlpha: 2,
  palette: 1,
  rgb: 3,
  rgbx: 4,
  rgba: 4,
};

/** The pixels of a picture as its file holds them, row by row from the top, no padding between rows. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly kind: PixelKind;
  /** `gray16` has Uint16Array, all else bytes. */
  readonly data: Uint8Array | Uint16Array;
  /** 256 colours of four bytes, red, green, blue and alpha; only of `palette`. */
  readonly palette?: Uint8Array | undefined;
  /** The gray or the colour that is transparent in a picture without alpha. */
  readonly transparent?: readonly number[] | undefined;
}

/** A file of a picture, with its limit. */
export interface PictureFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The name in messages. */
  readonly name: string;
  /** The most pixels that the picture may have. */
  readonly maxPixels: number;
  /** The most bytes of memory that reading it may take, those of the file among them. */
  readonly maxBytes: number;
  /** Bytes of a pixel that are made of it once it is decoded. */
  readonly madeOfPixel: number;
}

/** The error for a file that is not what its format demands. */
export function damaged({ name }: PictureFile, format: string, problem: string): FormatError {
  return new FormatError(
    `${printable(name)}: ${format} picture: ${problem}. The file is damaged or truncated; get it again.`,
  );
}

/** The error for what a format allows and this reader does not read. */
export function unsupported(
  { name }: PictureFile,
  format: string,
  what: string,
  advice: string,
): FormatError {
  return new FormatError(
    `${printable(name)}: ${format} picture: ${what} cannot be read. ${advice}`,
  );
}

/**
 * Refuses a size that a header states, before memory is asked for.
 *
 * @param bytesOfPixel bytes that decoding takes for each pixel
 * @param most the most pixels that as many bytes as the file has can hold in that format
 * @throws FormatError for no pixels, more than are allowed, or more than the file can hold.
 */
export function checkSize(
  file: PictureFile,
  format: string,
  width: number,
  height: number,
  bytesOfPixel: number,
  most = Infinity,
): void {
  const { name, maxPixels, bytes, madeOfPixel } = file;
  const pixels = width * height;
  if (!(pixels >= 1)) throw damaged(file, format, `its size is ${width} × ${height}`);
  if (pixels > maxPixels) {
    throw new FormatError(
      `${printable(name)}: ${format} picture of ${width} × ${height} pixels: more than the ${maxPixels} that are ` +
        `allowed. If you trust it, allow more with maxPixels.`,
    );
  }
  if (pixels > most) {
    throw damaged(
      file,
      format,
      `${width} × ${height} pixels cannot be in a file of ${bytes.length} bytes`,
    );
  }
  requireBytes(file, `${format} picture of ${width} × ${height} pixels`, pixels * (bytesOfPixel + madeOfPixel)); // prettier-ignore
}

/** Refuses what takes more memory than is allowed, before memory is asked for. @throws FormatError */
export function requireBytes(
  { name, maxBytes, bytes }: Omit<PictureFile, 'maxPixels' | 'madeOfPixel'>,
  what: string,
  taken: number,
): void {
  const needed = Math.ceil(taken) + bytes.length;
  if (needed <= maxBytes) return;
  throw beyondLimit(
    `${printable(name)}: ${what}: reading it takes ${needed} bytes of memory, more than the ${maxBytes} that are allowed`,
  );
}
