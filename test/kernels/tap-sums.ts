// The products of a convolution in float64, tap by tap.

/** Calls `visit` for each output, tap and pixel that meet, by their indices. */
export type EachTap = (visit: (output: number, tap: number, pixel: number) => void) => void;

export interface Sides {
  readonly channels: number;
  readonly filters: number;
}

/** Σ over the taps, for each output and filter. */
export function outputSums(
  eachTap: EachTap,
  outputs: number,
  { channels, filters }: Sides,
  x: Float32Array,
  kernel: Float32Array,
): Float64Array {
  const y = new Float64Array(outputs * filters);
  eachTap((output, tap, pixel) => {
    for (let c = 0; c < channels; c++) {
      const value = x[pixel * channels + c] ?? NaN;
      for (let f = 0; f < filters; f++) {
        const weight = kernel[(tap * channels + c) * filters + f] ?? NaN;
        y[output * filters + f] = (y[output * filters + f] ?? NaN) + value * weight;
      }
    }
  });
  return y;
}

/** Σ over the outputs of x · dy, for each tap, channel and filter. */
export function kernelSums(
  eachTap: EachTap,
  taps: number,
  { channels, filters }: Sides,
  x: Float32Array,
  dy: Float32Array,
): Float64Array {
  const sum = new Float64Array(taps * channels * filters);
  eachTap((output, tap, pixel) => {
    for (let c = 0; c < channels; c++) {
      const value = x[pixel * channels + c] ?? NaN;
      for (let f = 0; f < filters; f++) {
        const at = (tap * channels + c) * filters + f;
        sum[at] = (sum[at] ?? NaN) + value * (dy[output * filters + f] ?? NaN);
      }
    }
  });
  return sum;
}
