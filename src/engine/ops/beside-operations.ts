// What `ops` holds beside operations: functions of functions, of lengths, and what asks for the origin of a tensor.
export { associativeScan } from './control/scan.js';
export type { AssociativeScanOptions } from './control/scan.js';
export { cond, switchCase as switch } from './control/branches.js';
export { customGradient } from './control/custom-gradient.js';
export type { CustomGradientFunction, CustomGradients } from './control/custom-gradient.js';
export { foriLoop, whileLoop } from './control/loops.js';
export type { ArgumentsOf, Truth, WhileLoopOptions } from './control/loops.js';
export { map, scan, vectorizedMap } from './control/scan.js';
export type { ScanOptions } from './control/scan.js';
export type {
  Structure,
  StructureLeaf,
  SymbolicsOf,
  SymbolicStructure,
  TensorsOf,
} from './control/structures.js';
export { grad, valueAndGrad } from './control/grad.js';
export type {
  Arguments,
  GradientOptions,
  Gradients,
  ScalarFunction,
  ValueAndGradients,
} from './control/grad.js';
export { logitsOf } from './neural/logits.js';
export { bartlett, blackman, hamming, hanning, kaiser, tri } from './shapes/creation.js';
export type { LogitsFunction } from '../tensor/index.js';
export type { DataFormat, DataFormatOption, DataFormatOptions } from './windows/data-format.js';
