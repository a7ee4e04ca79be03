// How much of each pixel a resampled pixel takes: the weights of Keras 3.16 on JAX.
import { EMPTY } from './filters.js';
import type { Band, Run } from './filters.js';

/** A function of the distance between two pixels, zero from `radius` on. */
interface Filter {
  readonly radius: number;
  readonly at: (distance: number) => number;
}

/** sin(πx), by arithmetic alone, so that every engine gives the same bits. */
function sinPi(x: number): number {
  const whole = Math.round(x);
  const angle = Math.PI * (x - whole);
  let [sum, term] = [angle, angle];
  // |angle| ≤ π/2, so what is left out is below 1e-16.
  for (let n = 2; n <= 20; n += 2) {
    term *= (-angle * angle) / (n * (n + 1));
    sum += term;
  }
  return whole % 2 === 0 ? sum : -sum;
}

const lanczos = (radius: number): Filter => ({
  radius,
  at: (x) => {
    if (x <= 1e-3) return 1;
    return x > radius ? 0 : (radius * sinPi(x) * sinPi(x / radius)) / (Math.PI * x) ** 2;
  },
});

/** Keys' cubic with a = −½. */
const CUBIC: Filter = {
  radius: 2,
  at: (x) => {
    if (x >= 2) return 0;
    return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
  },
};

const FILTERS = {
  bilinear: { radius: 1, at: (x: number) => Math.max(0, 1 - x) },
  bicubic: CUBIC,
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

/** An interpolation with weights. */
export type WeightedInterpolation = keyof typeof FILTERS;

/** The ways to compute values between pixels. */
export const INTERPOLATIONS = [
  'nearest',
  'bilinear',
  'bicubic',
  'lanczos3',
  'lanczos5',
] as const satisfies readonly (WeightedInterpolation | 'nearest')[];

/**
 * How values between pixels are computed: the nearest pixel (`nearest`), linear interpolation of two (`bilinear`), Keys'
 * cubic of four with a = −½ (`bicubic`), or Lanczos' windowed sinc of six (`lanczos3`) or ten pixels (`lanczos5`).
 */
export type Interpolation = (typeof INTERPOLATIONS)[number];

/** How an axis is resampled: the input lies `scale` times as large at `translation` in the output. */
export interface Resampling {
  readonly length: number;
  readonly outLength: number;
  readonly scale: number;
  readonly translation: number;
  readonly interpolation: WeightedInterpolation;
  /** Whether the filter widens where the axis gets shorter. */
  readonly antialias: boolean;
}

/** Weights whose sum is no further from 0 count as none: 1000 steps of float32 at 1. */
const NOTHING = 1000 * 2 ** -23;

/**
 * The weights of an axis: row j holds those of output j, whose centre lies at (j + ½ − translation) / scale − ½ between
 * the centres of the input. They add up to 1, also where a part of the filter is beyond the ends; an output whose centre is
 * not over the input is 0.
 */
export function resampling(options: Resampling): Band {
  const { length, outLength, scale, translation, antialias } = options;
  const { radius, at } = FILTERS[options.interpolation];
  const width = antialias ? Math.max(1 / scale, 1) : 1;
  const rows = Array.from({ length: outLength }, (_, j): Run => {
    const centre = (j + 0.5 - translation) / scale - 0.5;
    if (!(centre >= -0.5 && centre <= length - 0.5)) return EMPTY;
    const first = Math.max(0, Math.ceil(centre - radius * width));
    const last = Math.min(length - 1, Math.floor(centre + radius * width));
    const weights: number[] = [];
    let sum = 0;
    for (let i = first; i <= last; i++) {
      const weight = at(Math.abs(centre - i) / width);
      weights.push(weight);
      sum += weight;
    }
    if (!(Math.abs(sum) > NOTHING)) return EMPTY;
    for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] ?? 0) / sum;
    return { first, weights };
  });
  return { columns: length, rows };
}

/** The entry of an axis that lies nearest to each of `outLength` outputs. */
export function nearestEntries(length: number, outLength: number): Int32Array {
  const step = length / outLength;
  return Int32Array.from({ length: outLength }, (_, j) =>
    Math.min(length - 1, Math.floor(Math.fround((j + 0.5) * step))),
  );
}
