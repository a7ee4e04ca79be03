/**
 * VGG16, with what goes with it. Keras: `applications.vgg16`.
 *
 * @module
 */

import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import { vgg } from './vgg.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessCaffe as preprocessInput } from './preprocess-input.js';

/**
 * VGG with 16 weighted layers (Simonyan and Zisserman, 2014): 138.4 million weights, pictures of 224 × 224. Keras:
 * `applications.VGG16`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.VGG16({ classes: 10, inputShape: [64, 64, 3] });
 */
export function VGG16<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  return vgg('VGG16', [2, 2, 3, 3, 3], options);
}
