import { classNameOf, snakeCase } from '../../config/index.js';
import { Optimizer } from './optimizer.js';

/** Keras's names of the optimizers of a list: `adam`, `adam_1`; undefined where an item is not an optimizer. */
export function namesInList(items: readonly unknown[]): (string | undefined)[] {
  const counts = new Map<string, number>();
  return items.map((item) => {
    if (!(item instanceof Optimizer)) return undefined;
    const type = snakeCase(classNameOf(item));
    const count = counts.get(type) ?? 0;
    counts.set(type, count + 1);
    return count === 0 ? type : `${type}_${count}`;
  });
}
