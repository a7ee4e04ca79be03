import type { NestedArray, Tensor, TensorLike } from '../../engine/tensor/index.js';

/** Variables by the parts of their paths: `{ sequential: { dense: { kernel, bias } } }`. The objects have no prototype. */
export interface StateTree<Value = Tensor> {
  readonly [name: string]: StateTree<Value> | Value;
}

/** All variables of a model, as `getStateTree` returns them. */
export interface ModelState<Value = Tensor> {
  /** Weights that training changes. */
  readonly trainableVariables: StateTree<Value>;
  /** Other weights, such as moving means. */
  readonly nonTrainableVariables: StateTree<Value>;
  /** The state of the optimizer of `compile`: `iteration`, `learning_rate` and slots. Empty before `compile`. */
  readonly optimizerVariables: StateTree<Value>;
  /**
   * The state of the loss and metrics: `total` and `count` for means, `total` for sums, and for other metrics `state`, the
   * list that `getState` returns.
   */
  readonly metricsVariables: StateTree<Value>;
}

/** A state for `setStateTree`, or part of one. Keras's keys, `trainable_variables` and so on, are accepted too. */
export type PartialModelState =
  Readonly<Record<string, StateTree<TensorLike>>> | Partial<ModelState<TensorLike>>;

/** Options of `getStateTree`. */
export interface StateTreeOptions<Format extends StateFormat = StateFormat> {
  /**
   * The form of the values: `'backend_tensor'` for tensors, which you dispose of, or `'numpy_array'` for numbers and nested
   * arrays, which can be stored as JSON. Default `'backend_tensor'`.
   */
  readonly valueFormat?: Format;
}

/** A form of the values of a state tree, in Keras's spelling or in camelCase. */
export type StateFormat = 'backend_tensor' | 'backendTensor' | 'numpy_array' | 'numpyArray';

/** The type of a state tree's values in a given form. */
export type StateValue<Format extends StateFormat> = Format extends 'numpy_array' | 'numpyArray'
  ? NestedArray
  : Tensor;
