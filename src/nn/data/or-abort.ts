/**
 * What `promise` comes to, or a rejection with the signal's reason as soon as it is aborted, whichever is first.
 *
 * @param late takes what the promise gives after that; it must not throw
 */
export function orAbort<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  late: (value: T) => void = () => undefined,
): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    let isAborted = signal.aborted;
    const abort = (): void => {
      isAborted = true;
      reject(signal.reason as Error);
    };
    if (isAborted) abort();
    else signal.addEventListener('abort', abort);
    const settle = (value: T): void => {
      if (isAborted) late(value);
      else resolve(value);
    };
    void promise.then(settle, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}

/** Begins to iterate. */
export function iteratorOf<T>(
  iterable: Iterable<T> | AsyncIterable<T>,
): Iterator<T> | AsyncIterator<T> {
  return Symbol.asyncIterator in iterable
    ? iterable[Symbol.asyncIterator]()
    : iterable[Symbol.iterator]();
}

/** Tells an iterator to end without waiting for it: what it waits for may never come. */
export function abandon(iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined): void {
  const end = async (): Promise<void> => {
    await iterator?.return?.();
  };
  end().catch(() => undefined);
}
