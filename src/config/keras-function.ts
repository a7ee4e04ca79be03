const functions = new WeakSet<object>();

/**
 * Marks `f` as a function that Keras knows, so that a file which names it need not be written with all of them at
 * hand. Its name stays when a bundler shortens those of variables.
 *
 * @param name Keras's name in camelCase: 'meanSquaredError'
 */
export function kerasFunction<F extends (...args: never[]) => unknown>(name: string, f: F): F {
  Object.defineProperty(f, 'name', { value: name });
  functions.add(f);
  return f;
}

/** Whether Keras knows `f` by its name. */
export function isKerasFunction(f: object): boolean {
  return functions.has(f);
}
