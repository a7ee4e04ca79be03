import { scoped } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';

const functions = new WeakSet<object>();

/**
 * `f` as a function that Keras knows, so that a file which names it need not be written with all of them at hand. Its name
 * stays when a bundler shortens those of variables. Nothing is left of a call but its result.
 *
 * @param name Keras's name in camelCase: 'meanSquaredError'
 */
export function kerasFunction<Arguments extends readonly unknown[]>(
  name: string,
  f: (...args: Arguments) => Tensor,
): (...args: Arguments) => Tensor {
  const known = (...args: Arguments): Tensor => scoped(() => f(...args));
  Object.defineProperty(known, 'name', { value: name });
  functions.add(known);
  return known;
}

/** Whether Keras knows `f` by its name. */
export function isKerasFunction(f: object): boolean {
  return functions.has(f);
}
