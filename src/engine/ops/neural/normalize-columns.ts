import { SUM_PARTIALS } from '../../../../assembly/tuning.js';
import { isRecording, record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import type { WorkingRuntime } from '../../runtime/index.js';
import { emptyTensor } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import type { Pointer } from '../../wasm/generated/kernels.js';
import { normalization } from '../../wasm/generated/normalization.js';
import { addPartials, isBiased } from '../linalg/products/bias-sums.js';
import { add, div, mul } from '../elementwise/arithmetic.js';
import { stopGradient } from '../elementwise/cast.js';
import { isRectified, rememberPassed } from '../linalg/products/fused-activation.js';
import { gradientsThrough } from '../control/custom-gradient.js';
import { composed } from './normalizations.js';
import { matrixOf } from '../linalg/products/packed-matrix.js';
import { slice } from '../indexing/slice.js';
import { rsqrt } from '../elementwise/unary.js';

// Normalization of each feature over all samples and positions, where features lie side by side (assembly/normalization/columns.ts).

/** Rows that are worth a partial sum of their own. */
const ROWS_PER_PARTIAL = 64;

/** What `normalizeColumns` gives: the statistics are [features] and have no gradient. */
export interface NormalizedColumns {
  readonly y: Tensor;
  readonly mean: Tensor;
  /** Divided by the number of rows. */
  readonly variance: Tensor;
}

/**
 * gamma · (x − mean) / √(variance + epsilon) + beta of float32 x[…, features] with at least one row: mean and variance are over
 * all axes but the last. gamma and beta are [features], or null.
 */
export function normalizeColumns(
  x: Tensor,
  gamma: Tensor | null,
  beta: Tensor | null,
  epsilon: number,
): NormalizedColumns {
  const features = x.shape.at(-1) ?? 1;
  const rows = x.size / features;
  const { mean, variance } = statisticsOf(x, rows, features);
  const r = rsqrt(add(variance, epsilon));
  const factor = gamma === null ? r : mul(r, stopGradient(gamma));
  const out = emptyTensor(x.shape, 'float32');
  const offset = beta?.pointer ?? 0;
  const [to, from, m, f] = [out.pointer, x.pointer, mean.pointer, factor.pointer];
  const runtime = normalizationRuntime();
  const words = [matrixOf(out).keepMagnitude(), runtime.threads] as const;
  runtime.run('normalizeColumns', to, from, m, f, offset, rows, features, ...words);
  // In place of what is missing x is saved, and no gradient of it is given.
  const saved = [x, gamma ?? x, beta ?? x, mean, r, factor] as const;
  const inputs = [x, gamma, beta].filter((input) => input !== null);
  const y = record('normalize', inputs, out, saved, (dy, [p, g, b, ...statistics], wanted) => {
    if (isRecording()) {
      const call = { x: p, gamma: gamma && g, beta: beta && b, epsilon, isCentred: true };
      const all = [p, call.gamma, call.beta].filter((input) => input !== null);
      const axes = x.shape.map((_, axis) => axis).slice(0, -1);
      return gradientsThrough(all, () => composed({ ...call, axes }), dy);
    }
    const { dx, ofBeta, ofGamma } = gradients(dy, p, statistics, wanted[0] === true);
    return [dx, ...(gamma === null ? [] : [ofGamma]), ...(beta === null ? [] : [ofBeta])];
  });
  return { y, mean, variance };
}

/** Means and variances of the columns. As many partial sums as the rows say, so that no bit depends on threads. */
function statisticsOf(x: Tensor, rows: number, features: number): Omit<NormalizedColumns, 'y'> {
  const runtime = normalizationRuntime();
  const [mean, variance] = [emptyTensor([features], 'float32'), emptyTensor([features], 'float32')];
  const partials = Math.min(SUM_PARTIALS, Math.ceil(rows / ROWS_PER_PARTIAL));
  const sizes = [rows, features, partials] as const;
  runtime.withScratch(runtime.kernels.columnMomentsBytes(features, partials), (moments) => {
    runtime.run('columnMoments', moments, x.pointer, ...sizes);
    runtime.run('columnStatistics', mean.pointer, variance.pointer, moments, ...sizes);
  });
  return { mean, variance };
}

/** The gradients of y, from the statistics mean, r and factor, [features] each. */
function gradients(
  dy: Tensor,
  x: Tensor,
  [mean, r, factor]: readonly Tensor[],
  needsInput: boolean,
): { readonly dx: Tensor | undefined; readonly ofBeta: Tensor; readonly ofGamma: Tensor } {
  const features = x.shape.at(-1) ?? 1;
  const rows = x.size / features;
  const runtime = normalizationRuntime();
  const [m, of, f] = [mean?.pointer ?? 0, r?.pointer ?? 0, factor?.pointer ?? 0];
  const both = byPartials(rows, 2 * features, (to, partials, scratch) => {
    const given = [dy.pointer, x.pointer, m, of] as const;
    runtime.run('sumColumnGradients', to, ...given, rows, features, partials, scratch);
  });
  const [ofBeta, ofGamma] = [slice(both, [0, features]), slice(both, [features, 2 * features])];
  if (!needsInput) return { dx: undefined, ofBeta, ofGamma };
  const means = div(both, rows);
  const [g, product] = [means.pointer, means.pointer + 4 * features];
  const dx = emptyTensor(x.shape, 'float32');
  const given = [dx.pointer, dy.pointer, x.pointer, m, of, f] as const;
  const rectified = isRectified(x.storage);
  const flag = rectified ? 1 : 0;
  const matrix = matrixOf(dx);
  const words = [matrix.keepMagnitude(), runtime.threads] as const;
  const run = (...sums: readonly [to: Pointer, partials: number, scratch: Pointer]): void => {
    const rest = [rows, features, flag, ...words, ...sums] as const;
    runtime.run('normalizeColumnsGradient', ...given, g, product, ...rest);
  };
  // x is what a bias was added to, and dx the gradient whose sums are those of the bias.
  if (isBiased(x)) matrix.keepSums(byPartials(rows, features, run));
  else run(0, runtime.threads, 0);
  return { dx: rectified ? rememberPassed(dx, x) : dx, ofBeta, ofGamma };
}

/** Adds up the partial sums that `run` makes of shares of the rows, as many as the rows alone say, so that no bit depends on threads. */
function byPartials(
  rows: number,
  sums: number,
  run: (to: Pointer, partials: number, scratch: Pointer) => void,
): Tensor {
  const runtime = normalizationRuntime();
  const { kernels, threads } = runtime;
  const partials = Math.min(SUM_PARTIALS, rows);
  const out = emptyTensor([sums], 'float32');
  const partial = emptyTensor([partials, sums], 'float32');
  run(partial.pointer, partials, runtime.workspace(kernels.columnSumsScratchBytes(sums, threads)));
  addPartials(out, partial);
  partial.dispose();
  return out;
}

function normalizationRuntime(): WorkingRuntime {
  return currentRuntime().with(normalization);
}
