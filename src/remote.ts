/**
 * Training in a worker: the page stays responsive, and the model is the same to its callers.
 *
 * @module lanegrad/remote
 */

// Models that were made with `lanegrad` are made again by names in Keras's spelling.
import './known.js';

export { inWorker } from './extras/remote/in-worker.js';
export type { InWorkerOptions } from './extras/remote/in-worker.js';
export { RemoteModel } from './extras/remote/remote-model.js';
