import { Chunk } from '../../../config/chunk.js';
import { captureBy } from '../captured-steps.js';

/**
 * The loops over batches, which are asynchronous, and what captures steps: until it is there, and where it cannot be loaded, each
 * step runs its layers.
 */
export const loops = new Chunk(() => import('./index.js'));

captureBy(() => loops.code?.captureStep);
