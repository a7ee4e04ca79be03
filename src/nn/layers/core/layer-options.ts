import { describeValue } from '../../../config/describe-value.js';
import {
  checkOptions,
  float32,
  isListOf,
  length,
  number,
  only,
  own,
  requireLengths,
} from '../../../config/index.js';
import type { Given, Nest, Option } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import type { RegularizerIdentifier } from '../../regularizers/registry.js';
import type { PartialShape, Tensor } from '../../../engine/tensor/index.js';
import type { KeyValueCache } from './key-value-cache.js';
import { isSymbolicOrValue } from './layer-checks.js';
import type { Mask } from './mask.js';
import type { SymbolicTensor } from './symbolic-tensor.js';

/** The options of every layer. */
export const LAYER_DECLARATION = {
  /** The layer's name, without `/`. Default: the class name in snake_case, numbered: `dense`, `dense_1`, … */
  name: own<string | null>(),
  /** Whether training changes the weights. Default true. */
  trainable: own<boolean>({ takesNull: true }),
  /** The dtype of the computation: only float32. Keras's `DTypePolicy` objects are accepted. */
  dtype: float32,
  /** Shape of one sample, for the first layer of a model: `[784]`. */
  inputShape: own<PartialShape | null>(),
  /** Shape of a batch, instead of `inputShape`: `[null, 784]`. `null` stands for any length. */
  batchInputShape: own<PartialShape | null>(),
  /** Fixed length of the batch axis, together with `inputShape`. Default: any. */
  batchSize: own<number | null>(),
  /** Penalty on the layer's output, divided by the batch size and added to the loss. */
  activityRegularizer: own<RegularizerIdentifier>(),
};

/** What is in a config only if it is not null. */
const unlessNull = (value: number | null): number | undefined => value ?? undefined;

/** The options of layers with a kernel or a table that is tuned by LoRA. */
export const LORA = {
  /** Rank of LoRA: W stays as it is, and only A and B of W + loraAlpha / loraRank · A · B are trained. Default null: no LoRA. */
  loraRank: { ...length({ default: null }), toConfig: unlessNull } as Option<number | null>,
  /** Scales what LoRA adds to W. Default null: `loraRank`, so that the factor is 1. */
  loraAlpha: { ...number({ default: null }), toConfig: unlessNull } as Option<number | null>,
};

/** The options of layers with a kernel or a table that say how Keras tunes or stores it. */
export const KERNEL_STORAGE = {
  ...LORA,
  /** How the weights are stored. Only null; use `model.quantize` to quantize the weights of a whole model. */
  quantizationConfig: only([null], "Call model.quantize('int8')."),
};

/** Options that every layer takes. */
export interface LayerOptions extends Given<typeof LAYER_DECLARATION> {}

/**
 * The batch shape that `inputShape`, `batchInputShape` and `batchSize` say, or undefined if none is
 * given.
 *
 * @param names the name of the first two in messages
 */
export function batchShapeOf(
  owner: string,
  options: LayerOptions,
  names: readonly [sample: string, batch: string] = ['inputShape', 'batchInputShape'],
): PartialShape | undefined {
  const [sampleName, batchName] = names;
  const { inputShape, batchInputShape } = options;
  const batchSize = options.batchSize ?? null;
  if (batchInputShape !== null && batchInputShape !== undefined) {
    if (inputShape !== null && inputShape !== undefined) {
      throw new ValueError(`${owner}: give ${sampleName} or ${batchName}, not both.`);
    }
    return checkPartialShape(owner, batchName, batchInputShape);
  }
  if (inputShape === null || inputShape === undefined) {
    if (batchSize === null) return undefined;
    throw new ValueError(`${owner}: batchSize also needs ${sampleName}.`);
  }
  const sample = checkPartialShape(owner, sampleName, inputShape);
  const [batch] = checkPartialShape(owner, 'batchSize', [batchSize]);
  return [batch ?? null, ...sample];
}

/** `shape` as a list of lengths and nulls, else a ValueError. */
export function checkPartialShape(owner: string, name: string, shape: unknown): PartialShape {
  if (isListOf(shape, isLength)) {
    requireLengths(owner, name, shape);
    return [...shape];
  }
  const hint = typeof shape === 'number' ? ` Write ${name}: [${shape}].` : '';
  throw new ValueError(
    `${owner}: ${name} must be a list of whole numbers above 0 (null for any length), got ` +
      `${describeValue(shape)}.${hint}`,
  );
}

function isLength(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && Number.isInteger(value) && value > 0);
}

/** What says where random numbers start: a whole number of at least 0, or null (default) to derive one from the global seed. */
export const seed = (): Option<number | null> =>
  number({ default: null, min: 0, max: Number.MAX_SAFE_INTEGER, integer: true });

/** Options that `call` gets in addition to its input. */
export interface CallOptions {
  /** True during training, when `Dropout` drops elements and normalization uses the statistics of the batch. */
  readonly training: boolean;
  /**
   * Which elements of the input count, for layers that use masks: the argument `mask` if it was given, otherwise the mask
   * attached to the input; null if all elements count. For several inputs, a structure of masks.
   */
  readonly mask?: Mask | null;
  /** The cache given to the call of the model; undefined without one. `cache.length` is the number of earlier steps. */
  readonly cache?: KeyValueCache | null;
}

/** What `apply` takes in addition to its input. */
export interface ApplyOptions {
  /**
   * Whether the call is part of training. Default false, but true for layers that augment images and for models that consist of
   * such layers and have no weights.
   */
  readonly training?: boolean;
  /** Which elements of the input count. Default: the masks attached to the input. */
  readonly mask?: Nest<Tensor | SymbolicTensor | null> | null;
  /**
   * Keys and values of earlier steps; the input holds only the steps after them. The cache is passed to all layers inside. Null
   * hides the cache of the surrounding call. Default: the cache of the surrounding call, if any.
   */
  readonly cache?: KeyValueCache | null;
}

/** What `call` is told outside of training. */
export const NOT_TRAINING: CallOptions = { training: false, mask: null };

/** What `apply` is told if nothing is said. */
export const NO_OPTIONS: Readonly<Record<string, unknown>> = {};

const APPLY_OPTIONS: readonly string[] = ['training', 'mask', 'cache'];

/**
 * Throws unless `options` is an object in which `apply` knows each name.
 *
 * @param label returns the layer's name; called only for an error, as this runs each step
 * @param callArguments the names that the layer takes in addition to `training` and `mask`
 */
export function checkCallOptions(
  label: () => string,
  options: object,
  callArguments: readonly string[],
): void {
  const known = (): readonly string[] => [...new Set([...APPLY_OPTIONS, ...callArguments])];
  if (!options || Array.isArray(options)) checkOptions(label(), options, known());
  for (const key in options) {
    if (key !== 'training' && key !== 'mask' && key !== 'cache' && !callArguments.includes(key)) {
      if (isSymbolicOrValue(options)) {
        throw new ValueError(
          `${label()}: apply takes the input as one argument, then options, but got a second tensor. Give several tensors ` +
            `in a list: apply([a, b]).`,
        );
      }
      checkOptions(label(), options, known());
    }
  }
}

/** Refuses a symbolic mask for a tensor. */
export function refuseMixed(label: string): never {
  throw new ValueError(
    `${label}: the input is a tensor, but the mask is a symbolic tensor. Give tensors, or symbolic tensors, for all ` +
      `arguments.`,
  );
}
