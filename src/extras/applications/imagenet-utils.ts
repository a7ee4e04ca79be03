/**
 * Functions for all networks of ImageNet. Keras: `applications.imagenet_utils`.
 *
 * @module
 */

export { decodePredictions } from './decode-predictions.js';
export { preprocessInput } from './preprocess-input.js';
