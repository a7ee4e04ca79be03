import { UnfinishedError } from '../runtime/index.js';
import type { Variable } from '../tensor/index.js';

/**
 * Lets `update` change a variable in place, and tells the variable that it has.
 *
 * @throws UnfinishedError that names the variable, if a thread was lost while it changed the elements.
 */
export function changeWeights(owner: string, variable: Variable, update: () => void): void {
  try {
    update();
  } catch (error) {
    const isTorn = error instanceof UnfinishedError && error.torn === variable.value.pointer;
    if (!isTorn) throw error;
    throw new UnfinishedError(
      `${owner}: the weights '${variable.path}' and the optimizer's state for them are no longer whole, and the ` +
        `variables after them have not made this step. Load weights that were saved before, or make the model anew. ` +
        error.message,
      { cause: error, torn: error.torn },
    );
  } finally {
    variable.touch();
  }
}
