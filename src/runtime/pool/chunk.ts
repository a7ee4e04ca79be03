import { Chunk } from '../../config/chunk.js';
import * as library from './library.js';

/** What shares calls with workers. Until it is there the calling thread does all work. */
export const pool = new Chunk(library, () => import('./index.js'));
