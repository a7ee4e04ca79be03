import { describeValue } from '../../../config/describe-value.js';
import {
  checkOptions,
  float32,
  isListOf,
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
  /** Default: the class's name in snake_case, counted: `dense`, `dense_1`, … Without `/`. */
  name: own<string | null>(),
  /** Whether training changes the weights. Default true. */
  trainable: own<boolean>({ takesNull: true }),
  /** Layers compute in float32; anything else is refused. Keras's `DTypePolicy` objects are understood. */
  dtype: float32,
  /** Shape of one sample, for the first layer of a model: `[784]`. */
  inputShape: own<PartialShape | null>(),
  /** Shape of a batch, `null` where any length will do: `[null, 784]`. In place of `inputShape`. */
  batchInputShape: own<PartialShape | null>(),
  /** Fixed length of the batch axis, together with `inputShape`. Default: any. */
  batchSize: own<number | null>(),
  /** Penalty on the layer's output, divided by the batch size and added to the loss. */
  activityRegularizer: own<RegularizerIdentifier>(),
};

const LORA = 'There is no LoRA here. Leave it out.';

/** The options of layers with a kernel or a table that say how Keras tunes or stores it. */
export const KERNEL_STORAGE = {
  /** Rank of LoRA, which is not supported: only null. */
  loraRank: only([null], LORA, false),
  /** Factor of LoRA, which is not supported: only null. */
  loraAlpha: only([null], LORA, false),
  /** How the weights are stored: only null. `model.quantize` stores those of a whole model in fewer bytes. */
  quantizationConfig: only([null], "Call model.quantize('int8')."),
};

/** Options that every layer takes. */
export interface LayerOptions extends Given<typeof LAYER_DECLARATION> {}

/**
 * The batch shape that `inputShape`, `batchInputShape` and `batchSize` say, or undefined if none is
 * given.
 *
 * @param names what messages call the first two
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

/** What `call` is told in addition to its input. */
export interface CallOptions {
  /** True while fitting: Dropout drops, normalization uses the batch. */
  readonly training: boolean;
  /**
   * Which elements of the input count, for layers that use masks: the argument of that name, else the mask that travels with the
   * input; null if all count. For several inputs a structure of masks.
   */
  readonly mask?: Mask | null;
  /** What the call of the model was given; undefined if it was given none. `cache.length` is the number of steps before. */
  readonly cache?: KeyValueCache | null;
}

/** What `apply` takes in addition to its input. */
export interface ApplyOptions {
  /** Default false, and true for layers that augment images and models of them without weights. */
  readonly training?: boolean;
  /** Which elements of the input count. Default: the masks that travel with the input. */
  readonly mask?: Nest<Tensor | SymbolicTensor | null> | null;
  /**
   * Holds the keys and values of earlier steps: the input is the steps after them. The cache reaches all layers inside. Null hides
   * the cache of the surrounding call. Default: the cache of the surrounding call, if any.
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
 * @param label gives the layer's name; asked for only in an error, as this runs each step
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
