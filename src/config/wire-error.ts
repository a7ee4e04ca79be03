import { isError } from './describe-value.js';
import * as errors from '../errors.js';

/** An error as it travels between threads. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: WireError | undefined;
  /** By which the sender knows it again. */
  readonly number?: number;
  /** The number under which the receiver sent it. */
  readonly returned?: number;
}

type ErrorClass = new (message: string, options?: ErrorOptions) => Error;

const CLASSES: Readonly<Record<string, ErrorClass>> = {
  ...errors,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** Causes of causes that travel: a chain may end in itself. */
const MAX_CAUSES = 8;

/** What can be sent of an error, or of anything else that was thrown. */
export function describeError(error: unknown, causes = MAX_CAUSES): WireError {
  if (!isError(error)) return { name: 'Error', message: String(error) };
  const { name, message, stack, cause } = error;
  const isLast = cause === undefined || causes === 0;
  return { name, message, stack, ...(isLast ? {} : { cause: describeError(cause, causes - 1) }) };
}

/** The error of the other thread, of the same class if it is one of ours or of the language. */
export function rebuildError({ name, message, stack, cause }: WireError): Error {
  const type = CLASSES[name] ?? Error;
  const error = new type(message, cause === undefined ? {} : { cause: rebuildError(cause) });
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name });
  if (stack !== undefined) Object.defineProperty(error, 'stack', { value: stack });
  return error;
}
