/** The objects that were made of configs for the one that is being made, undefined while none is. */
let made: object[] | undefined;

/**
 * Creates an object from a config. If that fails, what was made of configs on the way is disposed, such as a layer with
 * weights in the config of a layer around it.
 */
export function disposeOnError<T extends object>(make: () => T): T {
  const outer = made;
  const own: object[] = [];
  made = own;
  try {
    const whole = make();
    outer?.push(whole);
    return whole;
  } catch (error) {
    for (const object of own) (object as { readonly dispose?: () => void }).dispose?.();
    throw error;
  } finally {
    made = outer;
  }
}
