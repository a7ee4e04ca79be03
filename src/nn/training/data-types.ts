import type { Nest } from '../../config/index.js';
import type { BatchIterable } from '../data/batches/index.js';
import type { Loss } from '../losses/loss.js';
import type { StringsLike, Tensor, TensorLike } from '../../engine/tensor/index.js';

/** Samples: a tensor, nested arrays, a typed array or strings; of several inputs or outputs a list or an object of these. */
export type SamplesLike = Nest<TensorLike | StringsLike>;

/** Samples of which parts may be left out. */
export type PartialSamples = Nest<TensorLike | null | undefined>;

/** Samples of one input, or an (async) iterable of batches. */
export type DataLike = TensorLike | StringsLike | BatchIterable;

/** Samples of whatever structure, or an (async) iterable of batches. */
export type AnyData = SamplesLike | BatchIterable;

/** Samples by the names of inputs or outputs. */
type Named<T> = Readonly<Record<string, T>>;

/** Samples for a model whose inputs are of type `T`: in their structure, or an object by the names of the inputs. */
export type SamplesOf<T> = T extends Tensor
  ? TensorLike | StringsLike
  : SamplePartsOf<T> | Named<TensorLike | StringsLike>;

/** Samples in the structure of `T`. */
type SamplePartsOf<T> = T extends Tensor
  ? TensorLike | StringsLike
  : T extends object
    ? { readonly [Key in keyof T]: SamplePartsOf<T[Key]> }
    : T;

/** What `fit`, `evaluate` and `predict` take for inputs of type `T`: samples, or an (async) iterable of batches. */
export type DataOf<T> = SamplesOf<T> | BatchIterable;

/**
 * Targets for a model whose outputs are of type `T`: in their structure, or an object by the names of the outputs. Those
 * of outputs without a loss may be left out.
 */
export type TargetsOf<T> = T extends Tensor
  ? TensorLike
  : { readonly [Key in keyof T]?: TargetsOf<T[Key]> | null } | Named<TensorLike | null>;

/** The losses of a model whose outputs are of type `T`: of several outputs one for all, or a list or an object of them. */
export type LossOf<T> = T extends Tensor ? Loss : Nest<Loss | undefined>;

/** Tensors in the structure of `T`, of which some may be missing. */
type Partly<T> = T extends Tensor
  ? Tensor
  : { readonly [Key in keyof T]?: Partly<T[Key]> | undefined };

/**
 * What a step works on, in the structures of the model's inputs and outputs.
 *
 * @typeParam In what the model takes
 * @typeParam Out what the model gives
 */
export interface StepBatch<In = Tensor, Out = Tensor> {
  readonly x: In;
  /** The targets; undefined if none were given. */
  readonly y?: Partly<Out> | undefined;
  /** The weights of the samples, [n]; undefined if none were given. */
  readonly sampleWeight?: Partly<Out> | undefined;
}

/** What a step works on, and what the model made of it. */
export interface StepOutputs<In = Tensor, Out = Tensor> extends StepBatch<In, Out> {
  readonly yPred: Out;
}

/** Results of a step by name, as numbers or tensors of one element. */
export type StepLogs = Readonly<Record<string, number | Tensor>>;
