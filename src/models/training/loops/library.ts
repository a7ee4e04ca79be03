// What the loops take of the library.
export { CallbackList, History, ProgbarLogger } from '../../../callbacks/index.js';
export { describeValue } from '../../../config/describe-value.js';
export {
  checkBoolean,
  checkNumber,
  checkOptions,
  checkSignal,
  classNameOf,
  flattenNest,
  isPlainObject,
  isPromise,
  naming,
  packNest,
} from '../../../config/index.js';
export { countOf, isBatchIterable, mapBatch, tensorsOf } from '../../../data/batches/index.js';
export { disposeElement, intoScope, tensorsOfElement } from '../../../data/dataset/element.js';
export { isDataset } from '../../../data/dataset/is-dataset.js';
export { abandon, iteratorOf, orAbort } from '../../../data/or-abort.js';
export { ShapeError, ValueError } from '../../../errors.js';
export { sampleShapesOf } from '../../../layers/core/parts.js';
export { neighbouringRows, orderedRows } from '../../../ops/products/batch-rows.js';
export { concat } from '../../../ops/index.js';
export { SeedGenerator, globalGenerator, permutation } from '../../../random/index.js';
export {
  Tensor,
  detach,
  formatShape,
  isValue,
  keep,
  sameShape,
  tidy,
} from '../../../tensor/index.js';
export { toBatch, weightsOfClasses } from '../inputs.js';
export { optimizersOf } from '../../model-optimizers.js';
export { predictBatch, requireTrainable, testStep, trainedVariables } from '../steps.js';
export { trainStep } from '../train-step.js';
