export { setSeed as setRandomSeed } from '../random/index.js';
export { normalize } from './normalize.js';
export { toCategorical } from './to-categorical.js';
