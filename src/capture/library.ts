// What capture takes of the library. The chunk that captures gets it as an argument and imports nothing, as bundlers would
// cut what the two have in common into many small files.
export { isActivation } from '../activations/registry.js';
export {
  flattenNest,
  isDeclared,
  isPlainObject,
  KerasObject,
  nestPacker,
} from '../config/index.js';
export { isWritten, placedFor } from '../config/methods.js';
export { Layer } from '../layers/index.js';
export { penaltyOf, WeightHolder } from '../layers/core/weight-holder.js';
export { layersWithin } from '../layers/core/inner-layers.js';
export { Loss } from '../losses/index.js';
export { Metric } from '../metrics/index.js';
export { SeedGenerator } from '../random/index.js';
export { Regularizer } from '../regularizers/index.js';
export { plainRuntime, withRuntime } from '../runtime/index.js';
export { LAYOUT_BYTES } from '../runtime/heap.js';
export { Tensor, tidy, Variable } from '../tensor/index.js';
export { notingReads } from '../tensor/storage.js';
export { emptyTensor, tensorAt } from '../tensor/tensor.js';
