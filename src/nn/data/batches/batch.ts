import type {
  StringArray,
  StringsLike,
  Tensor,
  TensorLike,
  Value,
} from '../../../engine/tensor/index.js';
import type { Nest } from '../../../config/index.js';
import { isValue } from '../../../engine/tensor/index.js';
import type { Dataset } from '../dataset/dataset.js';

/**
 * What one step works on: lists in the order of the model's inputs and outputs, whatever structure they were given in. All
 * tensors have one length along the first axis.
 */
export interface Batch {
  readonly x: readonly Value[];
  /** The targets of each output, undefined for one without; empty if there are none. */
  readonly y: readonly (Tensor | undefined)[];
  /** The weights of the samples for each output, [n]; undefined counts as 1. Empty if there are none. */
  readonly sampleWeight: readonly (Tensor | undefined)[];
}

/** The number of samples of a batch, or of all data. */
export function countOf({ x }: Pick<Batch, 'x'>): number {
  return x[0]?.shape[0] ?? 0;
}

/** The batch that `f` makes of each tensor and of each array of strings; what is there twice is made once. */
export function mapBatch(
  { x, y, sampleWeight }: Batch,
  f: <V extends Value>(value: V) => V,
): Batch {
  if (x.length === 1 && y.length <= 1) {
    const ifGiven = (tensor: Tensor | undefined): Tensor | undefined => tensor && f(tensor);
    return {
      x: x.map((value) => f(value)),
      y: y.map(ifGiven),
      sampleWeight: sampleWeight.map(ifGiven),
    };
  }
  const made = new Map<Value, Value>();
  const once = <V extends Value>(value: V): V => {
    const known = (made.get(value) as V | undefined) ?? f(value);
    made.set(value, known);
    return known;
  };
  const ifGiven = (tensor: Tensor | undefined): Tensor | undefined => tensor && once(tensor);
  return {
    x: x.map((value) => once(value)),
    y: y.map(ifGiven),
    sampleWeight: sampleWeight.map(ifGiven),
  };
}

/** All tensors and arrays of strings of a batch, each once. */
export function tensorsOf({ x, y, sampleWeight }: Batch): Value[] {
  return [...new Set([...x, ...y, ...sampleWeight])].filter((tensor) => tensor !== undefined);
}

/**
 * Makes the batch's tensors in the scope of the caller: they are freed at the end of the step, and
 * nothing is held in between. Their elements may be written only when they are first read, so what they are made of stays
 * until the step is over. Code that hands them to metrics or layers, which may keep them, writes them first (`materialize`).
 */
export type BatchMaker = () => Batch;

/** How far an epoch has come: enough to go on there in another process. */
export interface BatchPosition {
  /** Batches of the epoch that were taken. */
  readonly epochBatches: number;
  /** Batches that were taken of the running pass through the data; epochs of `stepsPerEpoch` share passes. */
  readonly passBatches: number;
  /** What the pass's order was drawn from; null for data that are taken as they lie. */
  readonly order: { readonly seed: number; readonly blocks: number } | null;
  /** What the shuffles of a `Dataset` drew from, at the beginning of the pass. */
  readonly dataset?: readonly { readonly seed: number; readonly blocks: number }[];
}

/** Where batches come from. */
export interface BatchSource {
  /** Steps of one epoch, if that is known beforehand. */
  readonly steps: number | undefined;
  /** Samples of one epoch, if that is known beforehand. */
  readonly samples: number | undefined;
  /** The batches of the next epoch. */
  epoch(): BatchIterator;
  /** Where the running epoch is, or where the next one begins. */
  position(): BatchPosition;
  /** Lets the next epoch go on there; it must not run yet. */
  seek(position: BatchPosition): void;
  /** After the last epoch: lets go of all that it holds. */
  close(): void | Promise<void>;
}

/** Gives one batch after the other; undefined at the end. Waits only where the data do. */
export interface BatchIterator {
  next(): BatchMaker | undefined | Promise<BatchMaker | undefined>;
  /** After the epoch, at its end or before: lets go of what only this epoch needs. */
  close(): void | Promise<void>;
}

/** A part of a batch of an iterable: a tensor or strings, or a list or an object of tensors. */
export type BatchPart = Nest<TensorLike | StringsLike | null | undefined>;

/**
 * One batch of an iterable: x, [x, y] or [x, y, sampleWeight]. For a model with several inputs or outputs, each of these is
 * a list or an object, and x alone is an object.
 */
export type BatchLike =
  | Tensor
  | StringArray
  | Readonly<Record<string, BatchPart>>
  | readonly [x: BatchPart]
  | readonly [x: BatchPart, y: BatchPart]
  | readonly [x: BatchPart, y: BatchPart, sampleWeight: BatchPart];

/** Batches from anything that can be iterated, once or many times. */
export type BatchIterable = Iterable<BatchLike> | AsyncIterable<BatchLike> | Dataset;

/** True for what gives batches rather than being all samples at once. */
export function isBatchIterable(value: unknown): value is BatchIterable {
  if (typeof value !== 'object' || value === null) return false;
  if (isValue(value) || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}
