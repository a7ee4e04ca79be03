import { ReduceOp } from '../../assembly/codes.js';
import { clip } from '../ops/index.js';
import { runReduce } from '../ops/reduce-kernel.js';
import type { Tensor } from '../tensor/index.js';
import type { ClippingOptions } from './optimizer-options.js';

/** Gradients and the numbers that they still have to be multiplied by, to be clipped. */
export interface ClippedGradients {
  readonly gradients: readonly Tensor[];
  readonly factors: readonly number[];
}

/** Σ x². */
function squaredNorm(x: Tensor): number {
  const axes = x.shape.map((_, axis) => axis);
  return runReduce('reduceF32', x, axes, [], 'float32', ReduceOp.SumOfSquares).item();
}

/** limit / max(norm, limit): what makes something at most `limit` long; NaN if the norm is infinite or NaN. */
function factorOf(norm: number, limit: number): number {
  if (norm <= limit) return 1;
  return Number.isFinite(norm) ? limit / norm : NaN;
}

/** Gradients clipped as the settings say: each by norm, all by their common norm, or element by element. */
export function clipGradients(
  gradients: readonly Tensor[],
  settings: ClippingOptions,
): ClippedGradients {
  const { clipnorm, clipvalue, globalClipnorm } = settings;
  // As in Keras, a limit of 0 is none.
  if (clipnorm) {
    const factors = gradients.map((g) => factorOf(Math.sqrt(squaredNorm(g)), clipnorm));
    return { gradients, factors };
  }
  if (globalClipnorm) {
    const norm = Math.sqrt(gradients.reduce((total, g) => total + squaredNorm(g), 0));
    return { gradients, factors: gradients.map(() => factorOf(norm, globalClipnorm)) };
  }
  const factors = gradients.map(() => 1);
  if (!clipvalue) return { gradients, factors };
  return { gradients: gradients.map((g) => clip(g, -clipvalue, clipvalue)), factors };
}
