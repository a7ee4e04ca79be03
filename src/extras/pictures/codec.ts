import { readBmp } from '../../files/formats/pictures/bmp.js';
import { readGif } from '../../files/formats/pictures/gif.js';
import { ofInks, splitInks } from '../../files/formats/pictures/jpeg-inks.js';
import { readJpegHeader, withoutExtras } from '../../files/formats/pictures/jpeg.js';
import { formatOf } from '../../files/formats/pictures/kind.js';
import type { PictureFormat } from '../../files/formats/pictures/kind.js';
import { readPng } from '../../files/formats/pictures/png.js';
import { damaged, requireBytes } from '../../files/formats/pictures/raster.js';
import type { PictureFile, Raster } from '../../files/formats/pictures/raster.js';
import { onCanvas, webPFrame } from '../../files/formats/pictures/webp.js';
import { withCodec } from './peers.js';
import type { CodecName } from './peers.js';
import { CHANNELS, convert } from '../../files/formats/pictures/convert.js';
import type { Pixels } from '../../files/formats/pictures/convert.js';
import type { ColorMode, PictureInterpolation } from '../../files/formats/pictures/names.js';
import { resample, resamplingBytes } from '../../files/formats/pictures/resample.js';
import type { Box } from '../../files/formats/pictures/resample.js';
import { encodePng } from '../../files/formats/pictures/png-write.js';
import { ValueError } from '../../errors.js';

const READERS: Readonly<Record<PictureFormat, (file: PictureFile) => Raster | Promise<Raster>>> = {
  PNG: readPng,
  GIF: readGif,
  BMP: readBmp,
  JPEG: readJpeg,
  WebP: readWebP,
};

/**
 * The pixels of a picture, of whatever format it is: the contents count, not its name.
 *
 * @throws FormatError for a file that is not a picture, or is damaged, truncated or too large; ValueError if a peer is
 * not installed.
 */
async function decodePicture(file: PictureFile): Promise<Raster> {
  return READERS[formatOf(file)](file);
}

async function readJpeg(file: PictureFile): Promise<Raster> {
  const header = readJpegHeader(file);
  const { width, height, components } = header;
  const decode = (bytes: Uint8Array): Promise<Uint8Array> =>
    decoded('jpegDecoder', 'JPEG', file, bytes, { width, height }, TURNED);
  if (components.length === 4) {
    const files = splitInks(file, header);
    const first = await decode(files.first);
    return ofInks(header, files, first, await decode(files.last));
  }
  return { width, height, kind: 'rgbx', data: await decode(withoutExtras(file, header)) };
}

/** What libjpeg takes in addition to the bytes: whether EXIF turns the picture, which it does not in Keras. */
const TURNED = false;

async function readWebP(file: PictureFile): Promise<Raster> {
  const frame = webPFrame(file);
  return onCanvas(frame, await decoded('webpDecoder', 'WebP', file, frame.bytes, frame));
}

/** Four bytes a pixel, from a peer. */
async function decoded(
  codec: CodecName,
  format: PictureFormat,
  file: PictureFile,
  bytes: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  ...more: readonly boolean[]
): Promise<Uint8Array> {
  const failed = (reason: string): Error => damaged(file, format, reason);
  const picture = await withCodec(codec, (instance) => instance.decode(bytes, ...more), failed);
  if (picture?.width !== width || picture.height !== height) {
    throw failed('its data cannot be decoded');
  }
  const { data } = picture;
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}

/** How a picture becomes pixels. */
interface LoadSettings {
  readonly colorMode: ColorMode;
  /** Height and width; undefined: those of the file. */
  readonly size?: readonly [height: number, width: number] | undefined;
  readonly interpolation?: PictureInterpolation;
  readonly keepAspectRatio?: boolean;
  /** Whether a tensor of float32 numbers is made of the pixels. */
  readonly asFloats?: boolean;
}

/** The pixels of a file. @throws what `decodePicture` throws. */
export async function loadPixels(
  file: Omit<PictureFile, 'madeOfPixel'>,
  settings: LoadSettings,
): Promise<Pixels> {
  const madeOfPixel = CHANNELS[settings.colorMode] * (settings.asFloats === true ? 5 : 1);
  const pixels = convert(await decodePicture({ ...file, madeOfPixel }), settings.colorMode);
  const { size, interpolation = 'nearest', keepAspectRatio = false } = settings;
  if (size === undefined) return pixels;
  const [height, width] = size;
  const box = keepAspectRatio ? middle(pixels, height, width) : undefined;
  const taken = resamplingBytes(pixels, width, height, interpolation);
  requireBytes(file, `${pixels.width} × ${pixels.height} pixels as ${width} × ${height}`, taken);
  return resample(pixels, width, height, interpolation, box);
}

/** The largest part in the middle that has the proportions of a size. */
function middle(pixels: Pixels, height: number, width: number): Box {
  const cutHeight = Math.min(pixels.height, Math.floor((pixels.width * height) / width));
  const cutWidth = Math.min(pixels.width, Math.floor((pixels.height * width) / height));
  return {
    left: Math.floor((pixels.width - cutWidth) / 2),
    top: Math.floor((pixels.height - cutHeight) / 2),
    width: cutWidth,
    height: cutHeight,
  };
}

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
