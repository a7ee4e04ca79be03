import { UnfinishedError } from '../runtime/index.js';
import type { Variable } from '../tensor/index.js';

/** `error`, or what names the variable if a thread was lost while it changed the elements in place. */
export function tornWeights(owner: string, { path, value }: Variable, error: unknown): unknown {
  if (!(error instanceof UnfinishedError) || error.torn !== value.pointer) return error;
  return new UnfinishedError(
    `${owner}: the weights '${path}' and the optimizer's state for them are no longer whole, and the variables after ` +
      `them have not made this step. Load weights that were saved before, or make the model anew. ${error.message}`,
    { cause: error, torn: error.torn },
  );
}
