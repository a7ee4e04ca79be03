import { embedded } from '../generated/windows.js';
import type { Part } from '../part.js';

/** Convolution and pooling. */
export const windows: Part = { embedded, kernel: 'windowMax' };
