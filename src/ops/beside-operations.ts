// What `ops` holds beside operations: functions of functions, of lengths, and what asks for the origin of a tensor.
export { grad, valueAndGrad } from './grad.js';
export type {
  Arguments,
  GradientOptions,
  Gradients,
  ScalarFunction,
  ValueAndGradients,
} from './grad.js';
export { logitsOf } from './logits.js';
export { bartlett, blackman, hamming, hanning, kaiser, tri } from './number-windows.js';
export type { LogitsFunction } from '../tensor/index.js';
export type { DataFormat, DataFormatOption, DataFormatOptions } from './windows/data-format.js';
