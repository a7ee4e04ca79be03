import { Chunk } from '../../config/chunk.js';

/** What reads graph models of TensorFlow.js, and computes them. */
export const graphModelCode = new Chunk(() => import('./index.js'));
