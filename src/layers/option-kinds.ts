import { number } from '../config/index.js';
import type { Option } from '../config/index.js';

/** What says where random numbers start: a whole number of at least 0, or null (default) to derive one from the global seed. */
export const seed = (): Option<number | null> =>
  number({ default: null, min: 0, max: Number.MAX_SAFE_INTEGER, integer: true });
