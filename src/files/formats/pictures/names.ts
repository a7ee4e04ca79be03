// What options of pictures may be: names and numbers alone, since a program has them before it reads a picture.

/** Keras's colour modes. */
export const COLOR_MODES = ['grayscale', 'rgb', 'rgba'] as const;

/** The name of such a mode. */
export type ColorMode = (typeof COLOR_MODES)[number];

/** How pixels between pixels are computed, by Keras's names of Pillow's filters. */
export const PICTURE_INTERPOLATIONS = [
  'nearest',
  'bilinear',
  'bicubic',
  'hamming',
  'box',
  'lanczos',
] as const;

/** The name of such a filter. */
export type PictureInterpolation = (typeof PICTURE_INTERPOLATIONS)[number];

/** The most pixels of a picture unless more are allowed: a quarter of a gigabyte as RGB. Pillow warns beyond that number. */
export const DEFAULT_MAX_PIXELS = 89_478_485;

/** The most bytes of memory that reading a picture takes unless more are allowed: 640 MiB, enough for a JPEG of 50 megapixels. */
export const DEFAULT_PICTURE_BYTES = 640 * 2 ** 20;
