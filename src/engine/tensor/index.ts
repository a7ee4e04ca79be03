/** @internal */
export { decideBy, fullOf, hasElements } from './elements.js';
export { arange, eye, full, linspace, ones, scalar, tensor, toTensor, zeros } from './create.js';
export type { LinspaceOptions, TensorLike, TensorOptions } from './create.js';
export { memory } from './memory.js';
export type { MemoryInfo } from './memory.js';
/** @internal */
export { requireRoom } from './memory.js';
export { keep, tidy } from './scope.js';
/** @internal */
export { requireTensor } from './create.js';
export { requireVariables } from './variable.js';
/** @internal */
export { detach, isOfScope, scoped, tensorsOfScope } from './scope.js';
export {
  broadcastShapes,
  checkShape,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  requireFewAxes,
  requireList,
  sameShape,
  sizeOf,
  stridesOf,
} from './shape.js';
export type { PartialShape, Shape } from './shape.js';
export { Tensor } from './tensor.js';
export { blank, isStrings, isValue, refuseStrings, toValue } from './values.js';
export type { Value } from './values.js';
export { stringArray, StringArray } from './string-array.js';
export type { NestedStrings, StringsLike, StringsOfRank } from './string-array.js';
/** @internal */
export { emptyTensor, writtenTensor } from './tensor.js';
export type { NestedNumbers } from './nested.js';
export type { ArrayOfDType, LogitsFunction, NestedArray, NumbersOfRank } from './tensor.js';
export { Variable } from './variable.js';
export type { VariableOptions } from './variable.js';
