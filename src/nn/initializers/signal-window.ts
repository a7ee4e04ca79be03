// The options of what multiplies frames of signals by a window.
import { boolean, checkNumber, choice, isListOf, naming, oneOf } from '../../config/index.js';
import type { Option } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import { WINDOW_NAMES } from '../../engine/ops/shapes/creation.js';
import { Tensor, tidy, toTensor } from '../../engine/tensor/index.js';
import type { TypedArray } from '../../config/dtype.js';

/** What is kept of a window: its name, a list of its numbers, or null for none. */
export type StoredWindow<Name extends string> = Name | readonly number[] | null;

/** An option that is a window, by its name or with its numbers; null for none. Default `'hann'`. */
export function signalWindow<Name extends string>(
  names: readonly Name[],
): Option<StoredWindow<Name> | TypedArray | Tensor, StoredWindow<Name>> {
  return {
    default: 'hann' as Name,
    takesNull: true,
    check: (given, { owner, name }) => {
      if (given === null) return null;
      if (typeof given === 'string') return oneOf(owner, name, given, names, 'a list of numbers');
      const list = Array.isArray(given) ? given : listOf(owner, name, given);
      if (isListOf(list, (item) => typeof item === 'number') && list.length > 0) {
        return list.map((item) => checkNumber(owner, `every number of ${name}`, item));
      }
      throw new ValueError(
        `${owner}: ${name} must be a name, a list of numbers or null, got ${describeValue(given)}. Names: ${names.join(', ')}.`,
      );
    },
  };
}

/** The numbers of a typed array or a tensor, as lists if there are several axes; anything else as it is. */
function listOf(owner: string, name: string, given: unknown): unknown {
  if (!ArrayBuffer.isView(given) && !(given instanceof Tensor)) return given;
  return tidy(() => naming(`${owner}: ${name}`, () => toTensor(given as TypedArray).toArray()));
}

/** What windows of short-time transforms take, in addition to the layer's or the initializer's own options. */
export const SPECTRAL = {
  /**
   * The window by which frames are multiplied: the name of one of SciPy's windows without parameters, a list with a number for each
   * element of a frame, or null for none. Default `'hann'`.
   */
  window: signalWindow(WINDOW_NAMES),
  /** Whether a window given by name is periodic. Default false: it is symmetric. */
  periodic: boolean({ default: false }),
  /**
   * How to scale the window: `'density'` (default) divides by the root of the sum of its squares, `'spectrum'` by its sum, null
   * does not scale.
   */
  scaling: choice(['density', 'spectrum'], { default: 'density', orNull: true }),
};
