// What becomes of a file of a data set, here or in a worker.
import type { ColorMode } from '../../../files/formats/pictures/names.js';
import { moveAxis, resize } from '../../../engine/ops/index.js';
import type { DataFormat, Interpolation } from '../../../engine/ops/index.js';
import { loadPixels } from '../../pictures/index.js';
import { requireBytes } from '../../../files/formats/pictures/raster.js';
import { keep, tensor, tidy } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { bytesOfFile } from '../folders/read-file.js';

/** How pictures of a data set become tensors. */
export interface PictureSettings {
  readonly colorMode: ColorMode;
  readonly size: readonly [height: number, width: number];
  readonly interpolation: Interpolation;
  readonly cropToAspectRatio: boolean;
  readonly padToAspectRatio: boolean;
  readonly dataFormat: DataFormat;
  readonly maxPixels: number;
  readonly maxBytes: number;
}

/**
 * The picture of a file as float32 numbers from 0 to 255, in the size of the data set. It belongs to no scope.
 *
 * @param source a path or a File
 * @param name its name in messages
 */
export async function pictureTensor(
  source: string | File,
  name: string,
  settings: PictureSettings,
): Promise<Tensor> {
  const { colorMode, size, maxPixels, maxBytes, ...more } = settings;
  const { dataFormat, interpolation, cropToAspectRatio, padToAspectRatio } = more;
  const bytes = await bytesOfFile(source, name, maxBytes);
  const { data, width, height, channels } = await loadPixels(
    { bytes, name, maxPixels, maxBytes },
    { colorMode, asFloats: true },
  );
  if (padToAspectRatio) {
    // A narrow picture becomes a wide one.
    const [h, w] = [Math.max(height, (width * size[0]) / size[1]), Math.max(width, (height * size[1]) / size[0])]; // prettier-ignore
    requireBytes({ bytes, name, maxBytes }, `${width} × ${height} pixels with what surrounds them`, h * w * channels * 4); // prettier-ignore
  }
  return tidy(() => {
    const pixels = tensor(data, { shape: [height, width, channels], dtype: 'float32' });
    const resized = resize(pixels, size, { interpolation, cropToAspectRatio, padToAspectRatio });
    return keep(dataFormat === 'channels_first' ? moveAxis(resized, -1, 0) : resized);
  });
}
