import type { WeightsRoom } from '../layers/core/weights-room.js';

/** The room for the weights of a model, or of a layer, of a file that holds so many numbers. */
export const roomFor = (most: number, pending?: WeightsRoom['pending']): WeightsRoom => ({
  most,
  // More than the file has, so that it is compared with what is missing, which tells more; yet bounded by its length.
  left: 2 * most + 2 ** 16,
  adapters: 4 * most + 2 ** 16,
  pending,
});
