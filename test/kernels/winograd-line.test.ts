// Winograd's convolution along lines against sums over all taps in float64.
import { expect, it } from 'vitest';
import { WinogradLine } from '../../assembly/codes.js';
import { wasm } from './instance.js';
import type { EachTap, Sides } from './tap-sums.js';
import { values } from './values.js';
import { blankF32 } from './views.js';
import { checkWinograd } from './winograd-runner.js';

interface Case extends Sides {
  readonly taps: number;
  readonly images: number;
  readonly height: number;
  readonly width: number;
  /** Zeros before and behind a line. */
  readonly pad: readonly [before: number, behind: number];
}

const valid = [0, 0] as const;
const cases: readonly Case[] = [
  // Every number of taps: whole tiles, and one that is not.
  ...[2, 3, 4, 5, 6, 7].flatMap((taps): Case[] => [
    { taps, images: 2, height: 1, width: 8, channels: 4, filters: 4, pad: valid },
    { taps, images: 3, height: 2, width: 21, channels: 8, filters: 12, pad: valid },
  ]),
  // Lines shorter than a tile, and than the taps.
  { taps: 3, images: 2, height: 1, width: 3, channels: 4, filters: 8, pad: valid },
  { taps: 5, images: 2, height: 3, width: 2, channels: 4, filters: 4, pad: [2, 2] },
  { taps: 7, images: 1, height: 1, width: 1, channels: 4, filters: 4, pad: [6, 6] },
  // Zeros on either side, or before only; and so many that tiles see nothing else.
  { taps: 5, images: 2, height: 1, width: 30, channels: 12, filters: 20, pad: [2, 2] },
  { taps: 4, images: 2, height: 1, width: 19, channels: 4, filters: 16, pad: [3, 0] },
  { taps: 2, images: 2, height: 1, width: 9, channels: 4, filters: 4, pad: [1, 0] },
  { taps: 3, images: 1, height: 1, width: 7, channels: 4, filters: 4, pad: [2, 2] },
  // Panels of 16 and 8 columns that are not full, and several.
  { taps: 5, images: 1, height: 1, width: 40, channels: 20, filters: 36, pad: valid },
  { taps: 3, images: 1, height: 2, width: 25, channels: 4, filters: 28, pad: [1, 1] },
  // None.
  { taps: 3, images: 0, height: 1, width: 9, channels: 4, filters: 4, pad: valid },
  // More tiles than are worked on together: of several images, and of one line.
  { taps: 5, images: 25, height: 1, width: 17, channels: 4, filters: 4, pad: valid },
  { taps: 3, images: 1, height: 1, width: 400, channels: 4, filters: 4, pad: [1, 1] },
];

const outputsOf = ({ taps, width, pad }: Case): number => width + pad[0] + pad[1] - taps + 1;

/** Visits each tap of each output that lies in the line, with the position of the pixel of x. */
const eachTap =
  (test: Case): EachTap =>
  (visit) => {
    const outputs = outputsOf(test);
    for (let line = 0; line < test.images * test.height; line++) {
      for (let output = 0; output < outputs; output++) {
        for (let tap = 0; tap < test.taps; tap++) {
          const pixel = output + tap - test.pad[0];
          if (pixel < 0 || pixel >= test.width) continue;
          visit(line * outputs + output, tap, line * test.width + pixel);
        }
      }
    }
  };

checkWinograd<Case>(
  {
    name: 'WinogradLine',
    pixels: WinogradLine.Pixels,
    taps: ({ taps }) => taps,
    inputs: ({ images, height, width }) => images * height * width,
    outputs: (test) => test.images * test.height * outputsOf(test),
    shape: (test) => {
      const { taps, images, height, width, channels, filters, pad } = test;
      const [x, y] = [
        [height, width, channels],
        [height, outputsOf(test), filters],
      ];
      return [1, 0, images, ...x, ...y, 1, taps, 0, pad[0] - taps + 1];
    },
    sides: ({ taps, channels, filters }) => [taps, channels, filters],
    eachTap,
  },
  cases,
);

it('takes a kernel whose taps are farther apart than the kernel is from the beginning of memory', () => {
  const [taps, channels, filters] = [2, 64, 512];
  const kernel = wasm.place(values(taps * channels * filters, 1, 5));
  expect(kernel.pointer).toBeLessThan(4 * channels * filters);
  const bytes = wasm.run('winogradKernelBytes', WinogradLine.Pixels, channels, filters);
  const u = wasm.place(blankF32(bytes / 4));
  wasm.runSplit('winogradLineKernel', 1, u.pointer, kernel.pointer, taps, channels, filters);
  // At the points 0 and infinity: the first and the last tap.
  const got = u.read();
  const plane = got.length / WinogradLine.Pixels;
  const [first, last] = [0, channels * filters].map((at) => kernel.read()[at]);
  expect([got[0], got[(WinogradLine.Pixels - 1) * plane]]).toEqual([first, last]);
  expect([kernel.isFenced(), u.isFenced()]).toEqual([true, true]);
  for (const place of [kernel, u]) place.release();
});
