// Pictures of charts: pixels of tensors, colours of numbers, and pictures as text.
import { repeat } from '../../engine/ops/index.js';
import { tensor, tidy } from '../../engine/tensor/index.js';
import { toBase64 } from '../../files/formats/base64.js';
import { encodePng } from '../../files/formats/pictures/png-write.js';

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** A picture of 1, 3 or 4 channels, row by row, 0 to 255. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** A scale of colours that rise in lightness (viridis), and one around zero, at some places between which colours are mixed. */
const SCALES: Readonly<Record<'sequential' | 'diverging', readonly Rgb[]>> = {
  sequential: [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]], // prettier-ignore
  diverging: [[5, 78, 140], [107, 174, 214], [247, 247, 247], [253, 174, 107], [179, 88, 6]], // prettier-ignore
};

/** The colour of a number from 0 to 1. */
export function colorAt(scale: keyof typeof SCALES, value: number): Rgb {
  const colors = SCALES[scale];
  const at = Math.min(1, Math.max(0, Number.isFinite(value) ? value : 0)) * (colors.length - 1);
  const from = Math.min(colors.length - 2, Math.floor(at));
  const [a, b] = [colors[from] ?? [0, 0, 0], colors[from + 1] ?? [0, 0, 0]];
  const mix = (channel: 0 | 1 | 2): number => a[channel] + (b[channel] - a[channel]) * (at - from);
  return [mix(0), mix(1), mix(2)];
}

/** The picture with each pixel as a square of pixels, so that every renderer shows its edges. */
export function enlarged({ width, height, channels, data }: Picture, factor: number): Picture {
  const large = tidy(() => {
    const rows = repeat(tensor(data, { shape: [height, width, channels] }), factor, 0);
    return repeat(rows, factor, 1).data();
  });
  return { width: width * factor, height: height * factor, channels, data: Uint8Array.from(large) };
}

/** The picture as a URL that holds it. */
export async function dataUrl(picture: Picture): Promise<string> {
  return `data:image/png;base64,${toBase64(await encodePng(picture))}`;
}
