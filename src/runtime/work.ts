// What the runtime has to know of kernels beside their arguments.
import type { KernelName } from '../wasm/kernels.js';

/**
 * Nanoseconds of work from which a call is shared: handing it over and coming together again takes one
 * to two microseconds.
 */
export const SHARED_FROM = 10_000;

/**
 * How long a call takes on one thread, roughly: nanoseconds for each unit, and the places of the arguments
 * whose product is the number of units. A negative place is that of a layout, whose axes are multiplied.
 * Only the order of magnitude matters: it decides whether a call is shared and how long a thread may be silent, never
 * what is computed.
 */
const COSTS: Readonly<Record<KernelName, readonly [nanoseconds: number, ...places: number[]]>> = {
  largestMagnitude: [0.1, 2],
  gemmPackB: [0.2, 2, 3],
  listRows: [0.4, 2, 3],
  gemmListedPack: [0.2, 2, 3],
  gemmListed: [0.015, 5, 6, 7],
  gemm: [0.05, 4, 5, 6],
  gemv: [0.1, 5, 6],
  unary: [1, 2],
  unaryGradient: [1, 4],
  binaryF32: [0.3, -3],
  binaryI32: [0.5, -3],
  compareF32: [0.3, -3],
  compareI32: [0.3, -3],
  logicalU8: [0.3, -3],
  logicalNot: [0.1, 2],
  select: [0.3, 4],
  cast: [0.3, 4],
  fill: [0.1, 1],
  copyStrided: [0.3, -2],
  transpose2d: [0.3, 2, 3, 4],
  gatherRows: [0.08, 3, 4],
  gatherRowsU8ToF32: [0.2, 3, 4],
  scatterAddRows: [0.3, 3, 4],
  oneHot: [0.1, 2, 3],
  reduceF32: [0.2, 2, 3, 4],
  reduceI32: [1, 2, 3, 4],
  reduceBool: [1, 2, 3, 4],
  argReduceF32: [1, 2, 3, 4],
  argReduceI32: [1, 2, 3, 4],
  matchLargest: [2, 3, 4],
  cumulativeSumF32: [1, 2, 3, 4],
  cumulativeSumI32: [1, 2, 3, 4],
  sortRows: [10, 2, 3],
  argsortRows: [20, 2, 3],
  topKRows: [2, 2, 3],
  convolve: [0.05, -4],
  convolveWeights: [0.05, -3],
  convolveDense: [0.05, -4],
  convolveWeightsDense: [0.05, -3],
  winogradKernel: [25, 2, 3],
  convolveWinograd: [0.02, -4],
  im2col: [0.3, -2],
  col2im: [0.5, -2],
  windowSum: [0.5, -2],
  windowSumGradient: [0.5, -2],
  windowMax: [1, -3],
  windowPick: [1, -3],
  windowPickGradient: [1, -3],
  // Of short rows, such as ten classes.
  softmaxRows: [8, 2, 3],
  softmaxRowsGradient: [1, 3, 4],
  logSoftmaxRows: [2, 2, 3],
  logSoftmaxRowsGradient: [2, 3, 4],
  logSumExpRows: [2, 2, 3],
  sparsemaxRows: [20, 2, 3],
  sparsemaxRowsGradient: [1, 3, 4],
  softmaxCrossEntropy: [8, 3, 4],
  softmaxCrossEntropyGradient: [1, 4, 5],
  sparseSoftmaxCrossEntropy: [8, 3, 4],
  sparseSoftmaxCrossEntropyGradient: [1, 4, 5],
  sigmoidCrossEntropy: [2, 3],
  sigmoidCrossEntropyGradient: [2, 4],
  dropout: [2, 2],
  sgd: [0.5, 3],
  rmsprop: [0.6, 5],
  adam: [0.8, 5],
  adamax: [0.8, 4],
  nadam: [0.8, 4],
  adagrad: [0.7, 3],
  adadelta: [1, 4],
  lion: [0.5, 3],
  ftrl: [1.5, 4],
  randomUniform: [2, 1],
  randomNormal: [5, 1],
  randomTruncatedNormal: [5, 1],
  randomIntegers: [2, 1],
};

/** Kernels that read what they write. All others write what they compute from inputs alone, however often they run. */
const IN_PLACE: ReadonlySet<KernelName> = new Set<KernelName>([
  'scatterAddRows',
  'col2im',
  'sgd',
  'rmsprop',
  'adam',
  'adamax',
  'nadam',
  'adagrad',
  'adadelta',
  'lion',
  'ftrl',
]);

/** Whether a part of a call must not be done twice: the kernel reads what it writes, or its output is an input too. */
export function isInPlace(kernel: KernelName, args: readonly number[]): boolean {
  return IN_PLACE.has(kernel) || args.includes(args[0] ?? NaN, 1);
}

/** About how many nanoseconds a call takes on one thread. `memory` is where layouts are read. */
export function workOf(kernel: KernelName, args: readonly number[], memory: Int32Array): number {
  const cost = COSTS[kernel];
  let work = cost[0];
  for (let i = 1; i < cost.length; i++) {
    const place = cost[i] ?? 0;
    const value = args[Math.abs(place)] ?? 0;
    work *= place < 0 ? layoutSize(memory, value / 4) : value;
  }
  return work;
}

/** The product of a layout's axes. */
function layoutSize(memory: Int32Array, at: number): number {
  const rank = memory[at] ?? 0;
  let size = 1;
  for (let axis = 1; axis <= rank; axis++) size *= memory[at + axis] ?? 1;
  return size;
}
