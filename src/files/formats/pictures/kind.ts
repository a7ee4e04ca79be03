import { printable } from '../../../config/describe-value.js';
import { FormatError } from '../../../errors.js';
import type { PictureFile } from './raster.js';

/** The formats of pictures that are read. */
export type PictureFormat = 'JPEG' | 'PNG' | 'GIF' | 'BMP' | 'WebP';

/** Endings of the names of such files, as Keras looks for them in folders. */
export const PICTURE_ENDINGS = ['.bmp', '.gif', '.jpeg', '.jpg', '.png'] as const;

/** What files of formats begin with that are not read, so that the message can name them. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^(II[*+]\0|MM\0[*+])/, 'a TIFF picture'],
  [/^....ftyp(avif|avis)/s, 'an AVIF picture'],
  [/^....ftyp(heic|heix|mif1|msf1)/s, 'a HEIC picture'],
  [/^\0\0\0\fJXL /, 'a JPEG XL picture'],
  [/^\0\0\0\fjP {2}/, 'a JPEG 2000 picture'],
  [/^\0\0[\x01\x02]\0/, 'an icon'],
  [/^8BPS/, 'a Photoshop document'],
  [/^%PDF/, 'a PDF'],
  [/^\s*<(\?xml|svg|html|!DOCTYPE)/i, 'XML or HTML, as SVG pictures and pages of servers are'],
  [/^P[1-7]\s/, 'a PNM picture'],
  [/^PK\x03\x04/, 'a zip file'],
];

/**
 * The format of a picture, by what it begins with: the ending of its name does not count.
 *
 * @throws FormatError for anything else, which says what it looks like.
 */
export function formatOf({ bytes, name }: PictureFile): PictureFormat {
  // Numbers, where a page that states another encoding would read letters in another way.
  const begins = (...head: readonly number[]): boolean =>
    head.every((byte, i) => bytes[i] === byte);
  const head = String.fromCharCode(...bytes.subarray(0, 64));
  if (begins(0xff, 0xd8, 0xff)) return 'JPEG';
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'PNG';
  if (/^GIF8[79]a/.test(head)) return 'GIF';
  if (/^RIFF....WEBP/s.test(head)) return 'WebP';
  if (head.startsWith('BM')) return 'BMP';
  const [, other] = OTHERS.find(([pattern]) => pattern.test(head)) ?? [];
  const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0'));
  const what =
    other ??
    (bytes.length === 0 ? 'an empty file' : `a file that begins with the bytes ${start.join(' ')}`);
  throw new FormatError(
    `${printable(name)}: expected a JPEG, PNG, GIF, WebP or BMP picture, got ${what}.`,
  );
}
