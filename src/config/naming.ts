import { LanegradError } from '../errors.js';

/** The same error with its owner named in front, once; what is no error of lanegrad stays as it is. */
export function withOwner(owner: string, error: unknown): unknown {
  if (!(error instanceof LanegradError)) return error;
  const { message } = error;
  if (message.startsWith(`${owner}:`) || message.startsWith(`${owner} `)) return error;
  const type = error.constructor as new (message: string, options?: ErrorOptions) => LanegradError;
  return new type(`${owner}: ${message}`, { cause: error });
}

/** Runs `f`; an error that it throws names the owner. */
export function naming<T>(owner: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    throw withOwner(owner, error);
  }
}
