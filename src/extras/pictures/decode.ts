import { readBmp } from '../../files/formats/pictures/bmp.js';
import { readGif } from '../../files/formats/pictures/gif.js';
import { ofInks, splitInks } from '../../files/formats/pictures/jpeg-inks.js';
import { readJpegHeader, withoutExtras } from '../../files/formats/pictures/jpeg.js';
import { formatOf } from '../../files/formats/pictures/kind.js';
import type { PictureFormat } from '../../files/formats/pictures/kind.js';
import { readPng } from '../../files/formats/pictures/png.js';
import { damaged } from '../../files/formats/pictures/raster.js';
import type { PictureFile, Raster } from '../../files/formats/pictures/raster.js';
import { onCanvas, webPFrame } from '../../files/formats/pictures/webp.js';
import { withCodec } from './peers.js';
import type { CodecName } from './peers.js';

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
 * @throws FormatError for what is no picture, damaged, truncated or too large; ValueError if a peer is not installed.
 */
export async function decodePicture(file: PictureFile): Promise<Raster> {
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

/** What libjpeg takes beside the bytes: whether EXIF turns the picture, which it does not in Keras. */
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
