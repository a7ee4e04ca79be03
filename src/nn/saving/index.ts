// What reads and writes the files of models and the backups of fit: one chunk, loaded when the first file is. A bundler
// cuts what a page loads at once into pieces, by which chunks need them, and gzip compresses each piece by itself: six
// chunks in place of this one made the smallest program 4 kB larger (measured).
export { adaptModel } from './adapt.js';
export { snapshotOf, restoreTraining } from './backup.js';
export { inspect } from './inspect.js';
export { saveLayer } from './keras-layer.js';
export { readModel } from './load.js';
export { saveModel } from './save.js';
export { listStored, removeStored } from './load.js';
export { loadWeights, modelWithWeights, saveWeights } from './weights.js';
export { quantizeModel } from './quantize.js';
export { setStateTree, stateTreeOf } from './state-tree.js';
