import { Chunk } from '../config/chunk.js';
import * as library from './library.js';

/** What records steps. Until it is there, and where it cannot be loaded, each step runs its layers. */
export const capture = new Chunk(library, () => import('./index.js'));
