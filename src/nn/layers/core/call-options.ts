import { checkOptions } from '../../../config/index.js';
import type { Nest } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { KeyValueCache } from './key-value-cache.js';
import { isSymbolicOrValue } from './layer-checks.js';
import type { Mask } from './mask.js';
import type { SymbolicTensor } from './symbolic-tensor.js';

/** What `call` is told beside its input. */
export interface CallOptions {
  /** True while fitting: Dropout drops, normalization uses the batch. */
  readonly training: boolean;
  /**
   * Which elements of the input count, for layers that heed it: the argument of that name, else what travels with the input;
   * null if all count. Of several inputs a structure of masks.
   */
  readonly mask?: Mask | null;
  /** What the call of the model was given; undefined if it was given none. `cache.length` is the number of steps before. */
  readonly cache?: KeyValueCache | null;
}

/** What `apply` takes beside its input. */
export interface ApplyOptions {
  /** Default false, and true for layers that augment images and models of them without weights. */
  readonly training?: boolean;
  /** Which elements of the input count. Default: the masks that travel with the input. */
  readonly mask?: Nest<Tensor | SymbolicTensor | null> | null;
  /**
   * Holds the keys and values of the steps before: the input is the steps after them. It reaches all layers inside. Null keeps
   * that of a call around from the layer. Default: that of a call around, if there is one.
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
 * @param callArguments the names that the layer takes beside `training` and `mask`
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
