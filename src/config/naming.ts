import { LanegradError } from '../errors.js';

/** The same error with its owner named in front; what is no error of lanegrad stays as it is. */
export function withOwner(owner: string, error: unknown): unknown {
  if (!(error instanceof LanegradError)) return error;
  const type = error.constructor as new (message: string, options?: ErrorOptions) => LanegradError;
  return new type(`${owner}: ${error.message}`, { cause: error });
}

/** Runs `f`; an error that it throws names the owner. */
export function naming<T>(owner: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    throw withOwner(owner, error);
  }
}
