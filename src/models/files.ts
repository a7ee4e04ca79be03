// What reads and writes the files of models: one chunk, loaded when the first file is. A bundler cuts what a page loads
// at once into pieces, by which chunks need them, and gzip compresses each piece by itself: six chunks in place of this
// one made the smallest program 4 kB larger (measured).
export { parseLayersModel } from '../io/layers-model.js';
export { decodeKerasModel } from './load-keras.js';
export { saveModel } from './save.js';
export { fromTrainingConfig } from './training-config.js';
export { loadWeights, saveWeights } from './weights.js';
