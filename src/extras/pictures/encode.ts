import type { Pixels } from '../../files/formats/pictures/convert.js';
import { encodePng } from '../../files/formats/pictures/png-write.js';
import { ValueError } from '../../errors.js';
import { withCodec } from './peers.js';

/** A format that is written. */
export type WrittenFormat = 'png' | 'jpeg';

/** What libjpeg is told: a baseline file with the tables of the standard and colours of half the size, as Pillow's default is. */
const JPEG_OPTIONS = {
  baseline: true,
  arithmetic: false,
  progressive: false,
  optimize_coding: true,
  smoothing: 0,
  quant_table: 0,
  trellis_multipass: false,
  trellis_opt_zero: false,
  trellis_opt_table: false,
  trellis_loops: 1,
  auto_subsample: false,
  chroma_subsample: 2,
  separate_chroma_quality: false,
};

/** The numbers of libjpeg's colour spaces. */
const [GRAYSCALE, YCBCR] = [1, 3];

/** The bytes of a file. A JPEG file holds no alpha. @param quality of JPEG, 1 to 100 */
export async function encodePicture(
  owner: string,
  pixels: Pixels,
  format: WrittenFormat,
  quality: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (format === 'png') return encodePng(pixels);
  const { width, height, channels, data } = pixels;
  if (data.BYTES_PER_ELEMENT === 2) {
    throw new ValueError(`${owner}: a JPEG file holds 8 bits a sample, got 16. Write PNG.`);
  }
  if (Math.max(width, height) > MAX_JPEG_SIDE) {
    throw new ValueError(
      `${owner}: a JPEG file has at most ${MAX_JPEG_SIDE} pixels a side, got ${width} × ${height}. Write PNG.`,
    );
  }
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const at = i * channels;
    rgba[4 * i] = data[at] ?? 0;
    rgba[4 * i + 1] = data[channels === 1 ? at : at + 1] ?? 0;
    rgba[4 * i + 2] = data[channels === 1 ? at : at + 2] ?? 0;
    rgba[4 * i + 3] = 255;
  }
  const options = {
    ...JPEG_OPTIONS,
    quality,
    chroma_quality: quality,
    color_space: channels === 1 ? GRAYSCALE : YCBCR,
  };
  return withCodec(
    'jpegEncoder',
    // The result lies in memory of the instance.
    (instance) => instance.encode(rgba, width, height, options).slice(),
    (reason) => new ValueError(`${owner}: the picture cannot be written as JPEG: ${reason}.`),
  );
}

const MAX_JPEG_SIDE = 65500;
