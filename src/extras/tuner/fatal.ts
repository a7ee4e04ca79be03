/** Errors that end a search: they tell of the program, and the next trial would meet them as well. */
const fatal = new WeakSet<object>();

/** Marks an error as one that ends a search; the trial that threw it has not failed. */
export function endsSearch<E extends Error>(error: E): E {
  fatal.add(error);
  return error;
}

/** Whether an error ends a search. */
export function isFatal(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && fatal.has(error);
}
