import type { Callbacks } from '../callbacks/callback-list.js';
import type { BatchIterable, ClassWeight } from '../data/batches/index.js';
import type { Nest } from '../../config/index.js';
import type { Loss } from '../losses/loss.js';
import type { StringsLike, Tensor, TensorLike } from '../../engine/tensor/index.js';

/** How often a long computation lets the rest of the program run. */
export type YieldEvery = 'auto' | 'batch' | 'epoch' | 'never' | number;

/** Options that all loops share. */
export interface LoopOptions {
  /** The number of samples in a batch. Default 32. An iterable yields batches of its own size. */
  readonly batchSize?: number | null;
  /** 0: silent, 1: progress bar, 2: one line, `'auto'`: a bar on a terminal, otherwise a line. Default `'auto'`. */
  readonly verbose?: 'auto' | 0 | 1 | 2;
  /**
   * How often the loop lets the rest of the program run: `'auto'` (after at most 16 ms, or after one longer batch),
   * after at most the given number of milliseconds, after each `'batch'` or `'epoch'`, or `'never'`. Default `'auto'`.
   */
  readonly yieldEvery?: YieldEvery;
  /**
   * A signal that ends the loop: between two batches, or at once while it waits for data or a hook. The promise is
   * rejected with the signal's reason.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `evaluate`. */
export interface EvaluateOptions<ReturnDict extends boolean = boolean> extends LoopOptions {
  /** A weight for each sample, [n]. For several outputs: weights for all of them, or a list or an object with weights for each. */
  readonly sampleWeight?: PartialSamples;
  /** The number of batches to use. Default: all. */
  readonly steps?: number | null;
  /** A callback or a list of callbacks. A callback may be a plain object of hooks. */
  readonly callbacks?: Callbacks;
  /** Whether to return an object of results by name instead of a list. Default false. */
  readonly returnDict?: ReturnDict;
}

/** Options of `predict`. */
export interface PredictOptions extends LoopOptions {
  /** The number of batches to use. Default: all. */
  readonly steps?: number | null;
  /** A callback or a list of callbacks. A callback may be a plain object of hooks. */
  readonly callbacks?: Callbacks;
}

/** Validation data: arrays, or an (async) iterable of batches. */
export type ValidationData =
  | readonly [x: SamplesLike, y: PartialSamples]
  | readonly [x: SamplesLike, y: PartialSamples, sampleWeight: PartialSamples]
  | BatchIterable;

/** Options of `fit`. */
export interface FitOptions extends LoopOptions {
  /** The total number of epochs, including those before `initialEpoch`. Default 1. */
  readonly epochs?: number;
  /** A callback or a list of callbacks. A callback may be a plain object of hooks. */
  readonly callbacks?: Callbacks;
  /** The share of the samples, 0 … 1, taken from the end, that is set aside for validation. Default 0. */
  readonly validationSplit?: number;
  /**
   * Validation data: [x, y], [x, y, sampleWeight] or an (async) iterable of batches. Default null: the samples that
   * `validationSplit` sets aside.
   */
  readonly validationData?: ValidationData | null;
  /** Whether to shuffle the samples before each epoch. Default true; an iterable keeps its own order. */
  readonly shuffle?: boolean;
  /** Weight of each class in the loss, for a model with one output. Classes that you do not list have weight 1. */
  readonly classWeight?: ClassWeight | null;
  /** A weight for each sample, [n]. For several outputs: weights for all of them, or a list or an object with weights for each. */
  readonly sampleWeight?: PartialSamples;
  /** Number of the first epoch, to continue earlier training. Default 0. */
  readonly initialEpoch?: number;
  /**
   * The number of batches per epoch. The next epoch continues where the last one stopped, and restarts at the end of
   * the data. Default: all batches.
   */
  readonly stepsPerEpoch?: number | null;
  /** The number of batches per validation. Each validation starts from the beginning of the data. Default: all batches. */
  readonly validationSteps?: number | null;
  /** The number of samples in a validation batch, for arrays. Default `batchSize`. */
  readonly validationBatchSize?: number | null;
  /** How often to validate: a number of epochs, or a list of epochs (counted from 1). Default 1. */
  readonly validationFreq?: number | readonly number[];
}

/** Samples: a tensor, nested arrays, a typed array or strings; for several inputs or outputs, a list or an object of these. */
export type SamplesLike = Nest<TensorLike | StringsLike>;

/** Samples, parts of which may be missing. */
export type PartialSamples = Nest<TensorLike | null | undefined>;

/** Samples of one input, or an (async) iterable of batches. */
export type DataLike = TensorLike | StringsLike | BatchIterable;

/** Samples of any structure, or an (async) iterable of batches. */
export type AnyData = SamplesLike | BatchIterable;

/** Samples by the names of inputs or outputs. */
type Named<T> = Readonly<Record<string, T>>;

/** Samples for a model whose inputs are of type `T`: in the same structure, or an object by input name. */
export type SamplesOf<T> = T extends Tensor
  ? TensorLike | StringsLike
  : SamplePartsOf<T> | Named<TensorLike | StringsLike>;

/** Samples in the structure of `T`. */
type SamplePartsOf<T> = T extends Tensor
  ? TensorLike | StringsLike
  : T extends object
    ? { readonly [Key in keyof T]: SamplePartsOf<T[Key]> }
    : T;

/** The data for `fit`, `evaluate` and `predict` if the inputs are of type `T`: samples, or an (async) iterable of batches. */
export type DataOf<T> = SamplesOf<T> | BatchIterable;

/**
 * Targets for a model whose outputs are of type `T`: in the same structure, or an object by output name. Targets of
 * outputs without a loss may be missing.
 */
export type TargetsOf<T> = T extends Tensor
  ? TensorLike
  : { readonly [Key in keyof T]?: TargetsOf<T[Key]> | null } | Named<TensorLike | null>;

/** The losses of a model whose outputs are of type `T`: for several outputs, one loss for all of them, or a list or an object of losses. */
export type LossOf<T> = T extends Tensor ? Loss : T extends object ? Nest<Loss | undefined> : T;

/** Tensors in the structure of `T`, of which some may be missing. */
type Partly<T> = T extends Tensor
  ? Tensor
  : { readonly [Key in keyof T]?: Partly<T[Key]> | undefined };

/**
 * The data of a step, in the structures of the model's inputs and outputs.
 *
 * @typeParam In the inputs of the model
 * @typeParam Out the outputs of the model
 */
export interface StepBatch<In = Tensor, Out = Tensor> {
  /** The inputs, a batch along the first axis. */
  readonly x: In;
  /** The targets; undefined if none were given. */
  readonly y?: Partly<Out> | undefined;
  /** The weights of the samples, [n]; undefined if none were given. */
  readonly sampleWeight?: Partly<Out> | undefined;
}

/** The data of a step, with the model's outputs. */
export interface StepOutputs<In = Tensor, Out = Tensor> extends StepBatch<In, Out> {
  /** The outputs of the model for `x`. */
  readonly yPred: Out;
}

/** Results of a step by name, as numbers or tensors of one element. */
export type StepLogs = Readonly<Record<string, number | Tensor>>;
