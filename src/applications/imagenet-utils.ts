export { decodePredictions } from './decode-predictions.js';
export { preprocessInput } from './preprocess-input.js';
