import { convert } from '../formats/pictures/convert.js';
import type { Pixels } from '../formats/pictures/convert.js';
import type { ColorMode, PictureInterpolation } from '../formats/pictures/names.js';
import type { PictureFile } from '../formats/pictures/raster.js';
import { resample } from '../formats/pictures/resample.js';
import type { Box } from '../formats/pictures/resample.js';
import { decodePicture } from './decode.js';

/** How a picture becomes pixels. */
export interface LoadSettings {
  readonly colorMode: ColorMode;
  /** Height and width; undefined: those of the file. */
  readonly size?: readonly [height: number, width: number] | undefined;
  readonly interpolation?: PictureInterpolation;
  readonly keepAspectRatio?: boolean;
}

/** The pixels of a file. @throws what `decodePicture` throws. */
export async function loadPixels(file: PictureFile, settings: LoadSettings): Promise<Pixels> {
  const pixels = convert(await decodePicture(file), settings.colorMode);
  const { size, interpolation = 'nearest', keepAspectRatio = false } = settings;
  if (size === undefined) return pixels;
  const [height, width] = size;
  const box = keepAspectRatio ? middle(pixels, height, width) : undefined;
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
