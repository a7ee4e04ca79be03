import { describeValue, printable } from './config/describe-value.js';

/** Lines of a message, and characters of a line: more can only come of names that no reader needs whole. */
const [MAX_LINES, MAX_LINE] = [50, 4000];

/**
 * Base class of all errors that lanegrad throws deliberately.
 *
 * @example
 * try {
 *   ops.add([1, 2], [1, 2, 3]);
 * } catch (error) {
 *   if (!(error instanceof LanegradError)) throw error;
 *   console.log(error.name); // ShapeError
 * }
 */
export class LanegradError extends Error {
  /** Name of the error's class, such as `'ShapeError'`. */
  // Written out in each class: tools that shrink code rename classes.
  override readonly name: string = 'LanegradError';

  /** @param message the message; control characters are removed, since it may contain names from users and files */
  constructor(message = '', options?: ErrorOptions) {
    const text = typeof message === 'string' ? message : describeValue(message);
    const lines = text.split('\n', MAX_LINES).map((line) => printable(line, MAX_LINE));
    super(lines.join('\n'), options);
  }
}

/**
 * Shapes that do not match an operation or a layer.
 *
 * @example ops.matmul([[1, 2]], [[3, 4]]) // throws ShapeError
 */
export class ShapeError extends LanegradError {
  override readonly name: string = 'ShapeError';
}

/**
 * An element type that an operation does not support.
 *
 * @example ops.gather([1, 2], [0.5]) // throws DTypeError
 */
export class DTypeError extends LanegradError {
  override readonly name: string = 'DTypeError';
}

/**
 * An argument out of range, an unknown name or option, or a call in the wrong order.
 *
 * @example new layers.Dense(-1) // throws ValueError
 */
export class ValueError extends LanegradError {
  override readonly name: string = 'ValueError';
}

/**
 * A tensor that was used after its memory had been freed.
 *
 * @example
 * const t = tensor([1, 2]);
 * t.dispose();
 * t.toArray(); // throws DisposedError
 */
export class DisposedError extends LanegradError {
  override readonly name: string = 'DisposedError';
}

/**
 * Linear memory is exhausted, or a tensor is larger than the allocator supports.
 *
 * @example zeros([100_000, 100_000]) // throws OutOfMemoryError
 */
export class OutOfMemoryError extends LanegradError {
  override readonly name: string = 'OutOfMemoryError';
}

/**
 * A file or buffer that does not follow its format.
 *
 * @example models.modelFromJSON('{') // throws FormatError
 */
export class FormatError extends LanegradError {
  override readonly name: string = 'FormatError';
}

/**
 * A data set that cannot be found, downloaded or verified.
 *
 * @example await models.loadModel('no-such-file.keras') // throws DatasetError
 */
export class DatasetError extends LanegradError {
  override readonly name: string = 'DatasetError';
}
