import * as library from '../../capture/library.js';
import { Chunk } from '../../config/chunk.js';

/**
 * What captures steps: in the chunk of the loops, since most programs ask for both at once. Until it is there, and where it
 * cannot be loaded, each step runs its layers.
 */
export const capture = new Chunk(library, async () => (await import('./loops/index.js')).capture);
