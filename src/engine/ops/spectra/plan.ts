// The plans of Fourier transforms: which passes make one, and the roots of unity that the passes multiply by. They are computed in
// float64 by arithmetic alone, so that every engine has the same bits.
import { cosAndSin } from '../../../config/elementary.js';
import { MAX_RADIX } from '../../../../assembly/tuning.js';

/** How a transform is made. */
export interface Plan {
  /** The length that the passes are of. */
  readonly size: number;
  /** What kernels read: the number of passes, their radices, their tables, and what the kernel needs in addition. */
  readonly numbers: Float32Array;
}

/** The radices of the passes of a length; undefined for a length with a large prime factor. */
function radicesOf(n: number): number[] | undefined {
  const radices: number[] = [];
  let left = n;
  for (const radix of [4, 2, 3, 5]) {
    for (; left % radix === 0; left /= radix) radices.push(radix);
  }
  for (let radix = 7; radix <= MAX_RADIX; radix += 2) {
    for (; left % radix === 0; left /= radix) radices.push(radix);
  }
  return left === 1 ? radices : undefined;
}

/** Whether passes alone make a transform of that length. */
export const isSmooth = (n: number): boolean => radicesOf(n) !== undefined;

/** The length of the passes that make a transform of length n down columns: n, or that of a convolution. */
export const sizeOfColumns = (n: number): number =>
  isSmooth(n) ? n : 2 ** Math.ceil(Math.log2(2 * n - 1));

/** e^(−2πi · k / n), for a whole number k from 0 on. */
export function rootOfUnity(k: number, n: number): [re: number, im: number] {
  const within = k % n;
  const quadrant = Math.round((4 * within) / n);
  const [cos, sin] = cosAndSin((Math.PI / 2) * ((4 * within - quadrant * n) / n));
  if (quadrant === 1) return [-sin, -cos];
  if (quadrant === 2) return [-cos, sin];
  if (quadrant === 3) return [sin, cos];
  return [cos, -sin];
}

/** Float32 numbers that are written one after the other. */
class Numbers {
  readonly all: Float32Array;
  #at = 0;

  constructor(length: number) {
    this.all = new Float32Array(length);
  }

  add(value: number): void {
    this.all[this.#at++] = value;
  }

  addRoot(k: number, n: number): void {
    const [re, im] = rootOfUnity(k, n);
    this.add(re);
    this.add(im);
  }

  /** The roots of four numbers k: their real parts, then their imaginary parts. */
  addRoots(ks: readonly number[], n: number): void {
    const roots = ks.map((k) => rootOfUnity(k, n));
    for (const component of [0, 1] as const) for (const root of roots) this.add(root[component]);
  }
}

/** Radices that have a pass of their own. The others bring their roots along. */
const OWN_PASS = 5;

/** How many numbers the passes of a length read. */
function lengthOfPasses(n: number, radices: readonly number[]): number {
  let [length, left] = [1 + radices.length, n];
  for (const p of radices) {
    left /= p;
    length += 2 * left * (p - 1) + (p > OWN_PASS ? 2 * p : 0);
  }
  return length;
}

function addPasses(numbers: Numbers, n: number, radices: readonly number[]): void {
  numbers.add(radices.length);
  for (const p of radices) numbers.add(p);
  let left = n;
  for (const p of radices) {
    if (p > OWN_PASS) for (let i = 0; i < p; i++) numbers.addRoot(i, p);
    for (let j = 0; j < left / p; j++) for (let q = 1; q < p; q++) numbers.addRoot(j * q, left);
    left /= p;
  }
}

const FOUR = [0, 1, 2, 3];

/** Passes of a smooth length m, then the roots that join four columns of m elements, w^k, w^2k and w^3k. */
function rowNumbers(m: number, further: number): Numbers {
  const radices = radicesOf(m) ?? [];
  const joined = 24 * Math.ceil(m / 4);
  const numbers = new Numbers(lengthOfPasses(m, radices) + joined + further);
  addPasses(numbers, m, radices);
  for (let k = 0; k < m; k += 4) {
    for (const c of [1, 2, 3]) numbers.addRoots(FOUR.map((i) => c * (k + i)), 4 * m); // prettier-ignore
  }
  return numbers;
}

const makers = {
  /** For `fftRows`. */
  rows: (n: number): Plan => ({ size: n / 4, numbers: rowNumbers(n / 4, 0).all }),

  /** For `rfftRows` and `irfftRows`. */
  realRows(n: number): Plan {
    const numbers = rowNumbers(n / 8, n);
    for (let k = 0; k < n / 2; k += 4) numbers.addRoots(FOUR.map((i) => k + i), n); // prettier-ignore
    return { size: n / 8, numbers: numbers.all };
  },

  /** For `fftColumns`. */
  columns(n: number): Plan {
    const size = sizeOfColumns(n);
    const radices = radicesOf(size) ?? [];
    const isConvolution = size !== n;
    const numbers = new Numbers(
      lengthOfPasses(size, radices) + (isConvolution ? 2 * (n + size) : 0),
    );
    addPasses(numbers, size, radices);
    if (isConvolution) addChirp(numbers, n, size);
    return { size, numbers: numbers.all };
  },
};

/** e^(−πi · j² / n) for each j, and the transform of its conjugate around 0, divided by `size`. */
function addChirp(numbers: Numbers, n: number, size: number): void {
  const [re, im] = [new Float64Array(size), new Float64Array(size)];
  for (let j = 0; j < n; j++) {
    const [cos, sin] = rootOfUnity((j * j) % (2 * n), 2 * n);
    numbers.add(cos);
    numbers.add(sin);
    for (const index of [j, (size - j) % size]) {
      re[index] = cos / size;
      im[index] = -sin / size;
    }
  }
  const [spectrumRe, spectrumIm] = transformed(re, im);
  for (let k = 0; k < size; k++) {
    numbers.add(spectrumRe[k] ?? 0);
    numbers.add(spectrumIm[k] ?? 0);
  }
}

type Numbers64 = Float64Array<ArrayBuffer>;

/** The transform of a length that is a power of 2, in float64. */
function transformed(re: Numbers64, im: Numbers64): [re: Numbers64, im: Numbers64] {
  let [a, b, c, d] = [re, im, new Float64Array(re.length), new Float64Array(re.length)];
  for (let m = re.length / 2, s = 1; m >= 1; m /= 2, s *= 2) {
    for (let j = 0; j < m; j++) {
      const [cos, sin] = rootOfUnity(j, 2 * m);
      for (let k = 0; k < s; k++) {
        const [first, second] = [j * s + k, (j + m) * s + k];
        const [xr = 0, xi = 0, yr = 0, yi = 0] = [a[first], b[first], a[second], b[second]];
        const to = 2 * j * s + k;
        c[to] = xr + yr;
        d[to] = xi + yi;
        c[to + s] = (xr - yr) * cos - (xi - yi) * sin;
        d[to + s] = (xr - yr) * sin + (xi - yi) * cos;
      }
    }
    [a, b, c, d] = [c, d, a, b];
  }
  return [a, b];
}

/** What a plan is for. */
export type PlanKind = keyof typeof makers;

/** Numbers that the plans have together which are cached: 16 MiB. */
const MAX_CACHED = 2 ** 22;

/** The plans that were used last, the last one at the end. */
const plans = new Map<string, Plan>();

/** The plan of a transform of length n. */
export function planOf(kind: PlanKind, n: number): Plan {
  const key = `${kind} ${n}`;
  const plan = plans.get(key) ?? makers[kind](n);
  plans.delete(key);
  plans.set(key, plan);
  let total = 0;
  for (const { numbers } of plans.values()) total += numbers.length;
  for (const [name, { numbers }] of plans) {
    if (total <= MAX_CACHED) break;
    total -= numbers.length;
    plans.delete(name);
  }
  return plan;
}
