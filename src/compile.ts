/**
 * Compiles models: a WebAssembly module, or an ES module, that predicts without the library, with the same bits.
 *
 * @module lanegrad/compile
 */

import './engine/ops/methods.js';

export { compileModel } from './extras/compile/compile-model.js';
export type { CompileOptions } from './extras/compile/compile-model.js';
export { compileToModule } from './extras/compile/compile-to-module.js';
export type { CompiledSource } from './extras/compile/compile-to-module.js';
export { runCompiled } from './extras/compile/run-compiled.js';
export type { CompiledArray, CompiledModel } from './extras/compile/run-compiled.js';
export type {
  CompiledDescription,
  CompiledError,
  CompiledPort,
} from './extras/compile/writing/description.js';
