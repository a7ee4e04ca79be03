import { CHANNELS, convert } from '../../files/formats/pictures/convert.js';
import type { Pixels } from '../../files/formats/pictures/convert.js';
import type { ColorMode, PictureInterpolation } from '../../files/formats/pictures/names.js';
import type { PictureFile } from '../../files/formats/pictures/raster.js';
import { requireBytes } from '../../files/formats/pictures/raster.js';
import { resample, resamplingBytes } from '../../files/formats/pictures/resample.js';
import type { Box } from '../../files/formats/pictures/resample.js';
import { decodePicture } from './decode.js';

/** How a picture becomes pixels. */
export interface LoadSettings {
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
