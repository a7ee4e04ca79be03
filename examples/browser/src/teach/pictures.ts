// Pictures: the middle square of whatever shows one.

/** Pictures are kept so large, in pixels, so that another network can look at them later. */
export const KEPT_SIDE = 224;

/** The middle square of a picture, on a canvas with so many pixels along each side. */
export function squareOf(
  source: CanvasImageSource,
  [width, height]: readonly [number, number],
  side: number,
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (pen === null) throw new Error('This browser does not support canvas.');
  const least = Math.min(width, height);
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(source, (width - least) / 2, (height - least) / 2, least, least, 0, 0, side, side);
  return canvas;
}

/** The middle square of a file with a picture. */
export async function squareOfFile(file: File): Promise<HTMLCanvasElement> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch (error) {
    throw new Error(`${file.name} is not a picture that this browser can read.`, { cause: error });
  }
  try {
    return squareOf(bitmap, [bitmap.width, bitmap.height], KEPT_SIDE);
  } finally {
    bitmap.close();
  }
}
