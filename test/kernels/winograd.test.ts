// Winograd's convolution against sums over all taps in float64.
import type { EachTap, Sides } from './tap-sums.js';
import { checkWinograd } from './winograd-runner.js';

interface Case extends Sides {
  readonly images: number;
  readonly size: readonly [height: number, width: number];
  /** Zeros before and behind the image, on both axes. */
  readonly pad: readonly [before: number, behind: number];
}

const valid = [0, 0] as const;
const same = [1, 1] as const;
const cases: readonly Case[] = [
  { images: 1, size: [3, 3], channels: 4, filters: 4, pad: valid },
  { images: 2, size: [6, 6], channels: 4, filters: 8, pad: valid },
  // Tiles that reach beyond the outputs, on either axis.
  { images: 3, size: [7, 8], channels: 8, filters: 4, pad: valid },
  { images: 2, size: [5, 12], channels: 4, filters: 16, pad: same },
  { images: 1, size: [1, 2], channels: 4, filters: 4, pad: same },
  { images: 2, size: [4, 5], channels: 4, filters: 4, pad: [2, 0] },
  { images: 2, size: [4, 5], channels: 4, filters: 4, pad: [2, 2] },
  // Panels of 16 and 8 columns that are not full, and several.
  { images: 2, size: [9, 9], channels: 12, filters: 12, pad: same },
  { images: 1, size: [8, 8], channels: 20, filters: 36, pad: same },
  { images: 1, size: [6, 10], channels: 4, filters: 28, pad: valid },
  // None.
  { images: 0, size: [5, 5], channels: 4, filters: 4, pad: same },
  // More tiles than are worked on together: of several images, and of one row.
  { images: 25, size: [5, 7], channels: 4, filters: 4, pad: valid },
  { images: 1, size: [4, 90], channels: 4, filters: 4, pad: same },
];

/** Visits each tap of each output that lies in the image, with the position of the pixel of x. */
const eachTap =
  (test: Case): EachTap =>
  (visit) => {
    const { images, size, pad } = test;
    const [height, width] = outputsOf(test);
    for (let output = 0; output < images * height * width; output++) {
      const image = Math.floor(output / (height * width));
      const [oy, ox] = [Math.floor(output / width) % height, output % width];
      for (let tap = 0; tap < 9; tap++) {
        const iy = oy + Math.floor(tap / 3) - pad[0];
        const ix = ox + (tap % 3) - pad[0];
        if (iy < 0 || ix < 0 || iy >= size[0] || ix >= size[1]) continue;
        visit(output, tap, (image * size[0] + iy) * size[1] + ix);
      }
    }
  };

const outputsOf = ({ size, pad }: Case): readonly [height: number, width: number] =>
  [size[0] + pad[0] + pad[1] - 2, size[1] + pad[0] + pad[1] - 2] as const;

checkWinograd<Case>(
  {
    name: 'Winograd',
    pixels: 36,
    taps: () => 9,
    inputs: ({ images, size: [height, width] }) => images * height * width,
    outputs: (test) => test.images * outputsOf(test)[0] * outputsOf(test)[1],
    shape: (test) => {
      const { images, size, channels, filters, pad } = test;
      const [x, y] = [
        [...size, channels],
        [...outputsOf(test), filters],
      ];
      return [1, 0, images, ...x, ...y, 3, 3, pad[0] - 2, pad[0] - 2];
    },
    sides: ({ channels, filters }, scratch) => [channels, filters, scratch],
    eachTap,
  },
  cases,
);
