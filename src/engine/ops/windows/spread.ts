import { currentRuntime } from '../../runtime/index.js';
import { SpreadField } from '../../wasm/generated/kernels.js';
import type { Pointer } from '../../wasm/generated/kernels.js';
import type { Window } from './window.js';

// How the pixels of one side of a convolution spread over those of the other: what assembly/ops/spread.ts reads.

/** One side of a convolution: height, width and channels. */
type Side = readonly [height: number, width: number, channels: number];

/** Writes the description of how the pixels of x spread over y; valid until the next layout is written. */
function writeSpread(
  images: number,
  x: Side,
  y: Side,
  kernel: readonly [number, number],
  base: readonly [number, number],
): Pointer {
  // What is one pixel wide is laid flat: the rows of its windows are then one run of memory.
  const isUpright = x[1] === 1 && y[1] === 1 && kernel[1] === 1;
  const flat = (side: Side): Side => (isUpright ? [1, side[0], side[2]] : side);
  const turned = (pair: readonly [number, number], one: number): readonly [number, number] =>
    isUpright ? [one, pair[0]] : pair;
  const work = images * x[0] * x[1] * x[2] * kernel[0] * kernel[1] * y[2];
  const runtime = currentRuntime();
  const { layoutBlock } = runtime;
  const { int32 } = runtime.writing(layoutBlock);
  const at = layoutBlock / 4;
  int32[at + SpreadField.one] = 1;
  int32[at + SpreadField.work] = Math.min(work, 2 ** 31 - 1);
  int32[at + SpreadField.images] = images;
  int32.set(flat(x), at + SpreadField.xHeight);
  int32.set(flat(y), at + SpreadField.yHeight);
  int32.set(turned(kernel, 1), at + SpreadField.kernelHeight);
  int32.set(turned(base, 0), at + SpreadField.baseY);
  return layoutBlock;
}

/** From inputs to outputs: pixel i is tap k of output i + pad − k. */
export function writeForward(window: Window, filters: number): Pointer {
  const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth } = window;
  return writeSpread(
    window.images,
    [height, width, channels],
    [outHeight, outWidth, filters],
    [kernelHeight, kernelWidth],
    [window.padTop - kernelHeight + 1, window.padLeft - kernelWidth + 1],
  );
}

/** From outputs back to inputs: output o sees pixels o − pad + k. */
export function writeBackward(window: Window, filters: number): Pointer {
  const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth } = window;
  return writeSpread(
    window.images,
    [outHeight, outWidth, filters],
    [height, width, channels],
    [kernelHeight, kernelWidth],
    [-window.padTop, -window.padLeft],
  );
}
