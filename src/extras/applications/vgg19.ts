/**
 * VGG19, with what goes with it. Keras: `applications.vgg19`.
 *
 * @module
 */

import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import { vgg } from './vgg.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessCaffe as preprocessInput } from './preprocess-input.js';

/**
 * VGG with 19 weighted layers (Simonyan and Zisserman, 2014): 143.7 million weights, pictures of 224 × 224. Keras:
 * `applications.VGG19`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.VGG19({ classes: 10, inputShape: [64, 64, 3] });
 */
export function VGG19<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  return vgg('VGG19', [2, 2, 4, 4, 4], options);
}
