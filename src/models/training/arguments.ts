import { isPlainObject } from '../../config/index.js';
import type { TensorLike } from '../../tensor/index.js';
import type { DataLike } from './inputs.js';

/** What `fit` and `evaluate` are called with. */
export interface DataArguments<Options> {
  readonly x: DataLike;
  readonly y: TensorLike | undefined;
  readonly options: Options;
}

/** The arguments by their names: without targets, as with an iterable of batches, the options may stand second. */
export function splitArguments<Options extends object>(
  x: DataLike,
  second: TensorLike | Options | undefined,
  third: Options | undefined,
): DataArguments<Options> {
  if (third === undefined && isPlainObject(second)) return { x, y: undefined, options: second };
  return { x, y: second as TensorLike | undefined, options: third ?? ({} as Options) };
}
