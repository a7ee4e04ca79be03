// Initializers that layers make of those that they are given.
import type { KerasClass } from '../../config/index.js';
import type { Shape, Tensor } from '../../engine/tensor/index.js';
import type { Initializer, InitializerFunction } from './initializer.js';
import { RandomInitializer } from './random.js';

/** An initializer whose values depend on fans. */
interface FanInitializer {
  readonly inputAxes: readonly number[] | null;
  applyAlong(shape: Shape, inputAxes: readonly number[], outputAxes: readonly number[]): Tensor;
}

const hasFans = (initializer: object): initializer is FanInitializer =>
  'applyAlong' in initializer && 'inputAxes' in initializer;

/** An initializer that takes its fans along these axes of the weight, unless it has axes of its own or needs none. */
export function alongAxes(
  initializer: Initializer,
  inputAxes: readonly number[],
  outputAxes: readonly number[],
): Initializer | InitializerFunction {
  if (!hasFans(initializer) || initializer.inputAxes !== null) return initializer;
  return (shape) => initializer.applyAlong(shape, inputAxes, outputAxes);
}

/** For a further weight: an initializer without a seed draws other values, any other gives its own. */
export function redrawn(initializer: Initializer): Initializer {
  if (!(initializer instanceof RandomInitializer) || initializer.seed !== null) return initializer;
  const { constructor } = initializer as { readonly constructor: unknown };
  return (constructor as KerasClass<Initializer>).fromConfig(initializer.getConfig());
}
