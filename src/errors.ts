/** Base class of every error that lanegrad throws on purpose. */
export class LanegradError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Shapes that do not fit an operation or a layer. */
export class ShapeError extends LanegradError {}

/** An element type that an operation does not take. */
export class DTypeError extends LanegradError {}

/** An argument out of range, an unknown name or option, a call in the wrong order. */
export class ValueError extends LanegradError {}

/** A tensor was used after its memory had been given back. */
export class DisposedError extends LanegradError {}

/** Linear memory is exhausted, or one tensor is larger than the allocator can hold. */
export class OutOfMemoryError extends LanegradError {}

/** A file or buffer that is not what its format demands. */
export class FormatError extends LanegradError {}

/** A data set that cannot be found, downloaded or verified. */
export class DatasetError extends LanegradError {}
