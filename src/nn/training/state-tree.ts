import type { NestedArray, Tensor, TensorLike } from '../../engine/tensor/index.js';

/** Variables by the parts of their paths: `{ sequential: { dense: { kernel, bias } } }`. The objects have no prototype. */
export interface StateTree<Value = Tensor> {
  readonly [name: string]: StateTree<Value> | Value;
}

/** All variables of a model, as `getStateTree` gives them. */
export interface ModelState<Value = Tensor> {
  /** Weights that training changes. */
  readonly trainableVariables: StateTree<Value>;
  /** Other weights, such as moving means. */
  readonly nonTrainableVariables: StateTree<Value>;
  /** The state of the optimizer of `compile`: `iteration`, `learning_rate` and slots. Empty before `compile`. */
  readonly optimizerVariables: StateTree<Value>;
  /**
   * What loss and metrics have gathered: `total` and `count` of means, `total` of sums, and of other metrics `state`, the list
   * that `getState` gives.
   */
  readonly metricsVariables: StateTree<Value>;
}

/** What `setStateTree` takes: a state, or a part of one; also with Keras's keys, `trainable_variables` and so on. */
export type PartialModelState =
  Readonly<Record<string, StateTree<TensorLike>>> | Partial<ModelState<TensorLike>>;

/** Options of `getStateTree`. */
export interface StateTreeOptions<Format extends StateFormat = StateFormat> {
  /**
   * What the values are: `'backend_tensor'`, tensors that belong to you, or `'numpy_array'`, numbers and nested arrays of them,
   * which JSON can hold. Default `'backend_tensor'`.
   */
  readonly valueFormat?: Format;
}

/** A form of the values of a state tree, in Keras's spelling or in camelCase. */
export type StateFormat = 'backend_tensor' | 'backendTensor' | 'numpy_array' | 'numpyArray';

/** What the values of a state tree are in a form. */
export type StateValue<Format extends StateFormat> = Format extends 'numpy_array' | 'numpyArray'
  ? NestedArray
  : Tensor;
