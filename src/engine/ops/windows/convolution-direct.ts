import {
  DENSE_TILE_NS,
  GRADIENT_COLUMN_NS,
  GRADIENT_LIST_NS,
  GRADIENT_PADDED_NS,
  GRADIENT_REST_NS,
  GRADIENT_TILE_NS,
  NARROW,
  OUTPUTS_LINE,
  SPARSE_CHANNEL_NS,
  SPARSE_NUMBER_NS,
  SPARSE_PIXEL_NS,
} from '../../../../assembly/tuning.js';
import { currentRuntime } from '../../runtime/index.js';
import { windows } from '../../wasm/generated/windows.js';
import { emptyTensor } from '../../tensor/index.js';
import { bytesOf } from '../../../config/dtype.js';
import type { Tensor } from '../../tensor/index.js';
import {
  densityOf,
  isSmall,
  kernelOf,
  partialsOf,
  rearranged,
  runConvolution,
  sumWeightPartials,
  writeBackward,
  writeForward,
  writeSpreadOf,
} from './convolution-problem.js';
import type {
  Convolution,
  ConvolutionWay,
  KernelGradient,
  KernelGradientWay,
} from './convolution-problem.js';
import { kernelGradientUnrolled } from './convolution-unrolled.js';
import { writeLayout } from '../../tensor/layout.js';
import { allFinite, matrixOf } from '../linalg/products/packed-matrix.js';
import { permute } from '../shapes/transpose.js';

// The products of a convolution whose windows move pixel by pixel, straight from the images: with the register tile
// (assembly/ops/convolution-dense.ts) or, where many numbers are zero, without those (convolution.ts), both with the same bits.

const hasFiniteKernel = ({ kernel }: Convolution): boolean => matrixOf(kernel).isFinite;

/** Channels of x and of y. */
const channelsOf = ({ window: { channels }, filters, isTransposed }: Convolution) =>
  isTransposed ? ([filters, channels] as const) : ([channels, filters] as const);

/** y from x without what is zero in x. Nanoseconds are those of a pixel of x, and one that it reaches. */
export const sparse: ConvolutionWay = {
  name: 'sparse',
  sameBits: true,
  fits: isSmall,
  nanoseconds(problem) {
    const [channels, columns] = channelsOf(problem);
    const blocks = Math.max(columns, 16) / 24;
    return (density) => {
      const nonZero = channels * density;
      const block = SPARSE_PIXEL_NS * Math.min(1, nonZero) + SPARSE_NUMBER_NS * nonZero;
      return SPARSE_CHANNEL_NS * channels + blocks * block;
    };
  },
  isSafe: hasFiniteKernel,
  run(problem) {
    const { x, kernel, isTransposed } = problem;
    // [x channels, kernelHeight, kernelWidth, y channels]
    const weights = isTransposed
      ? permute(kernel, [3, 0, 1, 2])
      : rearranged(kernel, [2, 0, 1, 3], [0, 1]);
    const runtime = currentRuntime().with(windows);
    const bytes = runtime.kernels.convolveScratchBytes(x.shape[3] ?? 0, runtime.threads);
    runConvolution('convolve', problem, weights, runtime.workspace(bytes));
  },
};

/** y from x with the register tile. */
export const dense: ConvolutionWay = {
  name: 'dense',
  sameBits: true,
  fits: isSmall,
  nanoseconds(problem) {
    const [channels, columns] = channelsOf(problem);
    return DENSE_TILE_NS * channels * Math.ceil(columns / NARROW);
  },
  isSafe: hasFiniteKernel,
  run(problem) {
    const weights = kernelOf(problem);
    const runtime = currentRuntime().with(windows);
    const spread = writeSpreadOf(problem);
    const bytes = runtime.kernels.convolveDenseScratchBytes(spread, runtime.threads);
    runConvolution('convolveDense', problem, weights, runtime.workspace(bytes));
  },
};

/** Of whose elements a gradient without zeros has lists: those of dy, and the windows of x that they meet, or those of x. */
function sidesOf({ x, dy, window, filters }: KernelGradient) {
  const { channels, kernelHeight, kernelWidth, width } = window;
  const line = (width === 1 ? kernelHeight : kernelWidth) * channels;
  const overOutputs = line >= OUTPUTS_LINE;
  const rows = width === 1 && kernelWidth === 1 ? 1 : kernelHeight;
  return {
    overOutputs,
    elements: overOutputs ? dy : x,
    windowed: overOutputs ? x : dy,
    /** Numbers that an element meets in a row of the kernel. */
    columns: overOutputs ? line : kernelWidth * filters,
    /** Elements of a pixel, and rows of the kernel. */
    count: (overOutputs ? filters : channels) * rows,
  };
}

/** What takes a sample of the elements. */
export const densityOfElements = (problem: KernelGradient): ReturnType<typeof densityOf> =>
  densityOf(sidesOf(problem).elements);

const hasFiniteWindows = (problem: KernelGradient): boolean =>
  matrixOf(sidesOf(problem).windowed).isFinite;

/** dKernel from x and dy without what is zero in one of them. Nanoseconds are those of a pixel of dy. */
export const sparseGradient: KernelGradientWay = {
  name: 'sparse',
  sameBits: true,
  fits: isSmall,
  nanoseconds(problem) {
    const { columns, overOutputs, count } = sidesOf(problem);
    const rest = columns % 48 === 32 ? 0 : (columns % 24) % 16;
    const columnsNs =
      GRADIENT_COLUMN_NS * (columns - rest) + GRADIENT_REST_NS * Math.ceil(rest / 4);
    const listed = overOutputs ? GRADIENT_LIST_NS : GRADIENT_PADDED_NS;
    return (density) => count * (density * columnsNs + listed);
  },
  isSafe: hasFiniteWindows,
  run(problem) {
    const { dKernel, x, window, filters } = problem;
    const { channels, kernelHeight, kernelWidth, images } = window;
    const { overOutputs, elements, windowed } = sidesOf(problem);
    const write = () => (overOutputs ? writeBackward : writeForward)(window, filters);
    const shape = overOutputs
      ? [filters, kernelHeight, kernelWidth, channels]
      : [channels, kernelHeight, kernelWidth, filters];
    const sums = emptyTensor(shape, 'float32');
    sumWeightPartials('convolveWeights', sums, [elements, windowed], write, partialsOf(images / 8));
    // A pixel of x meets the zeros around dy too: an infinite one makes NaN for taps that do not see it.
    const isFinite = ({ pointer, size }: Tensor): boolean => allFinite(pointer, size);
    if (!overOutputs && !isFinite(sums) && !isFinite(x)) {
      kernelGradientUnrolled(problem);
      return;
    }
    const ordered = overOutputs
      ? permute(sums, [1, 2, 3, 0])
      : rearranged(sums, [1, 2, 0, 3], [1, 2]);
    const copy = writeLayout('convolution', [ordered.size], [1], [1], false);
    currentRuntime().run('copyStrided', dKernel.pointer, ordered.pointer, copy, bytesOf('float32'));
  },
};

/** dKernel from x and dy with the register tile. */
export const denseGradient: KernelGradientWay = {
  name: 'dense',
  sameBits: true,
  fits: (problem) => isSmall(problem) && problem.filters >= NARROW,
  nanoseconds(problem) {
    const { filters } = problem;
    const { columns, count } = sidesOf(problem);
    // It fills up the last eight filters.
    return ((count * GRADIENT_TILE_NS * columns) / filters) * NARROW * Math.ceil(filters / NARROW);
  },
  isSafe: hasFiniteWindows,
  run({ dKernel, x, dy, window, filters }) {
    const write = () => writeForward(window, filters);
    sumWeightPartials(
      'convolveWeightsDense',
      dKernel,
      [x, dy],
      write,
      partialsOf(window.images / 8),
    );
  },
};
