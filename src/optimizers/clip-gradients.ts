import { clip, mul, square, sum } from '../ops/index.js';
import type { Tensor } from '../tensor/index.js';
import type { ClippingOptions } from './optimizer-options.js';

/** Σ x². */
function squaredNorm(x: Tensor): number {
  return sum(square(x)).item();
}

/** x · limit / max(norm, limit): at most `limit` long; NaN if the norm is infinite or NaN. */
function scaleDown(x: Tensor, norm: number, limit: number): Tensor {
  if (norm <= limit) return x;
  return mul(x, Number.isFinite(norm) ? limit / norm : NaN);
}

/** Gradients clipped as the settings say: each by norm, all by their common norm, or element by element. */
export function clipGradients(
  gradients: readonly Tensor[],
  settings: ClippingOptions,
): readonly Tensor[] {
  const { clipnorm, clipvalue, globalClipnorm } = settings;
  // As in Keras, a limit of 0 is none.
  if (clipnorm) return gradients.map((g) => scaleDown(g, Math.sqrt(squaredNorm(g)), clipnorm));
  if (globalClipnorm) {
    const norm = Math.sqrt(gradients.reduce((total, g) => total + squaredNorm(g), 0));
    return gradients.map((g) => scaleDown(g, norm, globalClipnorm));
  }
  if (clipvalue) return gradients.map((g) => clip(g, -clipvalue, clipvalue));
  return gradients;
}
