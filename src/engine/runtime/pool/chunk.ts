import { Chunk } from '../../../config/chunk.js';

/** What shares calls with workers. Until it is there the calling thread does all work. */
export const pool = new Chunk(() => import('./index.js'));
