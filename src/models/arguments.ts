import type { TensorLike } from '../tensor/index.js';
import type { DataLike } from './inputs.js';

/** What `fit` and `evaluate` are called with: with an iterable of batches, the options stand in the targets' place. */
export type DataArguments<Options> =
  | [x: DataLike, y?: TensorLike | undefined, options?: Options | undefined]
  | [x: DataLike, options?: Options | undefined];

/** The arguments by their names. */
export function splitArguments<Options extends object>(
  args: DataArguments<Options>,
): { readonly x: DataLike; readonly y: TensorLike | undefined; readonly options: Options } {
  const [x, second, third] = args as [DataLike, (TensorLike | Options)?, Options?];
  const isOptions =
    third === undefined &&
    typeof second === 'object' &&
    second !== null &&
    Object.getPrototypeOf(second) === Object.prototype;
  if (isOptions) return { x, y: undefined, options: second as Options };
  return { x, y: second as TensorLike | undefined, options: third ?? ({} as Options) };
}
