import { describeValue } from '../../config/describe-value.js';
import { classNameOf, isSerializedObject, naming } from '../../config/index.js';
import type { Option, SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { Optimizer } from './optimizer.js';
import { deserializeOptimizer, serializeOptimizer } from './registry.js';
import { WrapperOptimizer } from './wrapper-optimizer.js';

/** The optimizer that is given, or that a config describes. @throws ValueError for anything else. */
function checkOptimizer(owner: string, name: string, given: unknown): Optimizer {
  if (given instanceof Optimizer) return given;
  if (isSerializedObject(given)) {
    return naming(`${owner}: ${name}`, () => deserializeOptimizer(given));
  }
  throw new ValueError(
    `${owner}: ${name} must be an optimizer, such as new optimizers.Adam(), got ${describeValue(given)}.`,
  );
}

/** An optimizer that makes steps itself. @throws ValueError for anything else, such as one with others inside. */
export function checkSimpleOptimizer(owner: string, name: string, given: unknown): Optimizer {
  const optimizer = checkOptimizer(owner, name, given);
  if (!(optimizer instanceof WrapperOptimizer)) return optimizer;
  throw new ValueError(
    `${owner}: ${name} must be an optimizer without others inside, got ${classNameOf(optimizer)}. ` +
      `A LossScaleOptimizer may be around the MultiOptimizer.`,
  );
}

/** An option that is an optimizer, or the config of one. */
export const optimizerOption = (): Option<Optimizer | SerializedObject, Optimizer> => ({
  check: (given, { owner, name }) => checkOptimizer(owner, name, given),
  toConfig: (optimizer) => serializeOptimizer(optimizer),
});
