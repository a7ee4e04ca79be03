// What reads and writes the files of models and the backups of fit: one chunk, loaded when the first file is. A bundler
// cuts what a page loads at once into pieces, by which chunks need them, and gzip compresses each piece by itself: six
// chunks in place of this one made the smallest program 4 kB larger (measured).
//
// For the same reason it imports the namespaces, of which it takes nothing: esbuild sorts modules into chunks by what
// they may reach, and puts what a program has at once into one piece if this chunk may reach all of it. The smallest
// program is 0.9 kB smaller by that, the largest 1.9 kB (measured).
import '../../activations/index.js';
import '../../callbacks/index.js';
import '../../constraints/index.js';
import '../../data/index.js';
import '../../initializers/index.js';
import '../../layers/index.js';
import '../../losses/index.js';
import '../../metrics/index.js';
import '../../optimizers/index.js';
import '../../random/index.js';
import '../../regularizers/index.js';
import '../../utils/index.js';
import '../index.js';
export { readModel } from './load.js';
export { saveModel } from './save.js';
export { captureTraining, restoreTraining } from './training-backup.js';
export { listStored, removeStored } from './stored.js';
export { loadWeights, saveWeights } from './weights.js';
