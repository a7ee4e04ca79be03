import { Chunk } from '../../../config/chunk.js';
import * as library from './library.js';

/** The loops over batches, which are asynchronous. */
export const loops = new Chunk(library, () => import('./index.js'));
