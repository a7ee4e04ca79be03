import { describeValue } from '../../../config/describe-value.js';
import { DTypeError, ValueError } from '../../../errors.js';
import { isStrings, stringArray, Tensor, tidy, toTensor } from '../../../engine/tensor/index.js';
import { readNested } from '../../../engine/tensor/nested.js';
import type { NestedNumbers, StringArray, TensorLike } from '../../../engine/tensor/index.js';
import { holdsStrings } from '../../../engine/tensor/string-array.js';
import type { TensorSpec } from '../core/symbolic-tensor.js';

/** Strings that a layer learns from. @throws DTypeError for anything else. */
export function stringsOf(owner: string, x: unknown): StringArray {
  const strings = x instanceof Tensor ? x : holdsStrings(x) ? stringArray(x) : x;
  return Array.isArray(strings) && strings.length === 0
    ? stringArray([])
    : requireStrings(owner, strings);
}

/** Strings, of a layer that reads nothing else. @throws DTypeError for numbers. */
export function requireStrings(label: string, x: unknown): StringArray {
  if (isStrings(x)) return x;
  const came = x instanceof Tensor ? `a tensor of ${x.dtype}` : describeValue(x);
  throw new DTypeError(
    `${label} reads strings, got ${came}. Give strings, or numbers to IntegerLookup, Hashing or Discretization.`,
  );
}

/** Refuses a symbolic tensor that does not stand for strings. @throws DTypeError */
export function requireStringSpec(label: string, { dtype }: TensorSpec): void {
  if (dtype === 'string') return;
  throw new DTypeError(
    `${label} reads strings, got a symbolic tensor of ${dtype}. Begin the model with Input([], { dtype: 'string' }), or give numbers ` +
      `to IntegerLookup, Hashing or Discretization.`,
  );
}

/**
 * Whole numbers as they are, which float32 would round, and their shape. What stands behind the point is lost.
 *
 * @throws DTypeError for strings, ValueError for NaN, infinity, and numbers beyond 2⁵³.
 */
export function wholeNumbersOf(
  owner: string,
  data: unknown,
): { readonly numbers: readonly number[]; readonly shape: readonly number[] } {
  if (holdsStrings(data)) throw new DTypeError(`${owner} takes whole numbers, got strings.`);
  const found =
    Array.isArray(data) || typeof data === 'number'
      ? readNested(data as NestedNumbers)
      : tidy(() => {
          const x = toTensor(data as TensorLike);
          return { data: x.data(), shape: x.shape };
        });
  const numbers = Array.from(found.data, Math.trunc);
  const wrong = numbers.find((number) => !Number.isSafeInteger(number));
  if (wrong === undefined) return { numbers, shape: found.shape };
  throw new ValueError(`${owner} takes whole numbers, got ${wrong}. Leave such numbers out.`);
}
