/**
 * ResNet50, with what goes with it. Keras: `applications.resnet50`.
 *
 * @module
 */

export { decodePredictions } from './decode-predictions.js';
export { preprocessCaffe as preprocessInput } from './preprocess-input.js';
export { ResNet50 } from './resnet.js';
