import { embedded } from '../generated/rare-optimizers.js';
import type { Part } from '../part.js';

/** The optimizers that few programs use. */
export const rareOptimizers: Part = { embedded, kernel: 'ftrl' };
