import type { Callbacks } from '../callbacks/callback-list.js';
import type { BatchIterable, ClassWeight } from '../data/batches/index.js';
import type { Nest } from '../../config/index.js';
import type { Loss } from '../losses/loss.js';
import type { StringsLike, Tensor, TensorLike } from '../../engine/tensor/index.js';

/** How often a long computation lets others run. */
export type YieldEvery = 'auto' | 'batch' | 'epoch' | 'never' | number;

/** Options that all loops share. */
export interface LoopOptions {
  /** Samples of a batch. Default 32. An iterable gives batches as they are. */
  readonly batchSize?: number | null;
  /** `'auto'` (a bar on a terminal, else a line), 0 silent, 1 bar, 2 one line. Default `'auto'`. */
  readonly verbose?: 'auto' | 0 | 1 | 2;
  /**
   * How often the loop lets the rest of the program run: `'auto'` (after at most 16 ms of batches, or one that takes
   * longer), after at most that many milliseconds, after each `'batch'` or `'epoch'`, or `'never'`. Default `'auto'`.
   */
  readonly yieldEvery?: YieldEvery;
  /**
   * Ends the loop: between two batches, or at once while it waits for data or for a hook. The promise is rejected with
   * the signal's reason.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `evaluate`. */
export interface EvaluateOptions<ReturnDict extends boolean = boolean> extends LoopOptions {
  /** A weight for each sample, [n]. For several outputs: weights for all of them, or a list or an object with weights for each. */
  readonly sampleWeight?: PartialSamples;
  /** Batches to take; default all. */
  readonly steps?: number | null;
  /** A callback or a list of them; a plain object of hooks is one, too. */
  readonly callbacks?: Callbacks;
  /** Whether to return an object of results by name instead of a list. Default false. */
  readonly returnDict?: ReturnDict;
}

/** Options of `predict`. */
export interface PredictOptions extends LoopOptions {
  /** Batches to take; default all. */
  readonly steps?: number | null;
  /** A callback or a list of them; a plain object of hooks is one, too. */
  readonly callbacks?: Callbacks;
}

/** Data to validate with: arrays, or an (async) iterable of batches. */
export type ValidationData =
  | readonly [x: SamplesLike, y: PartialSamples]
  | readonly [x: SamplesLike, y: PartialSamples, sampleWeight: PartialSamples]
  | BatchIterable;

/** Options of `fit`. */
export interface FitOptions extends LoopOptions {
  /** Epochs in all, those before `initialEpoch` included. Default 1. */
  readonly epochs?: number;
  /** A callback or a list of them; a plain object of hooks is one, too. */
  readonly callbacks?: Callbacks;
  /** Part of the samples, at the end, that is set aside to validate with, 0 … 1. Default 0. */
  readonly validationSplit?: number;
  /**
   * Data to validate with: [x, y], [x, y, sampleWeight] or an (async) iterable of batches. Default null: what
   * `validationSplit` sets aside.
   */
  readonly validationData?: ValidationData | null;
  /** A new order of the samples in each epoch. Default true; an iterable keeps its own order. */
  readonly shuffle?: boolean;
  /** Weight of each class in the loss, of a model with one output; classes that are not named count 1. */
  readonly classWeight?: ClassWeight | null;
  /** A weight for each sample, [n]. For several outputs: weights for all of them, or a list or an object with weights for each. */
  readonly sampleWeight?: PartialSamples;
  /** Number of the first epoch, to go on with earlier training. Default 0. */
  readonly initialEpoch?: number;
  /**
   * Batches of an epoch. The next epoch goes on where it stopped, and at the end of the data from the start.
   * Default: all there are.
   */
  readonly stepsPerEpoch?: number | null;
  /** Batches of a validation, which starts over each time. Default: all there are. */
  readonly validationSteps?: number | null;
  /** Samples of a batch of arrays to validate with. Default `batchSize`. */
  readonly validationBatchSize?: number | null;
  /** How often to validate: a number of epochs, or a list of epochs (counted from 1). Default 1. */
  readonly validationFreq?: number | readonly number[];
}

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
export type LossOf<T> = T extends Tensor ? Loss : T extends object ? Nest<Loss | undefined> : T;

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
  /** The inputs, a batch along the first axis. */
  readonly x: In;
  /** The targets; undefined if none were given. */
  readonly y?: Partly<Out> | undefined;
  /** The weights of the samples, [n]; undefined if none were given. */
  readonly sampleWeight?: Partly<Out> | undefined;
}

/** What a step works on, and what the model made of it. */
export interface StepOutputs<In = Tensor, Out = Tensor> extends StepBatch<In, Out> {
  /** The outputs of the model for `x`. */
  readonly yPred: Out;
}

/** Results of a step by name, as numbers or tensors of one element. */
export type StepLogs = Readonly<Record<string, number | Tensor>>;
