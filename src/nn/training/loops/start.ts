import type { BatchPosition } from '../../data/batches/index.js';

/** Between two epochs that both pass through all data. */
export const START: BatchPosition = { epochBatches: 0, passBatches: 0, order: null };
