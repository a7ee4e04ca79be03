/** The first pause, in seconds, if nothing else is said. */
const FIRST_PAUSE = 1;

/** A number from 0 to 1, so that nodes do not all come at one time. It decides nothing that is repeated. */
export function jitter(): number {
  const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
  return byte / 255;
}

/**
 * Seconds between an attempt and the next one: each pause is twice as long as the one before, and half of it is left to chance, so
 * that the nodes of a server that has come back do not all come at once.
 *
 * @param attempt the number of the attempt that has failed, from 1 on
 * @param longest the longest pause
 * @param first the pause after the first attempt. Default 1
 */
export function backoff(attempt: number, longest: number, first = FIRST_PAUSE): number {
  return Math.min(longest, first * 2 ** (attempt - 1)) * (0.5 + jitter() / 2);
}

/** Waits. @throws the signal's reason. */
export function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, seconds * 1000);
    signal.addEventListener('abort', end, { once: true });
  });
}
