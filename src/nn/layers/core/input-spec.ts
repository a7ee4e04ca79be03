import { advice } from '../../../config/advice.js';
import type { AdvisedInput } from '../../../config/advice.js';
import { DTypeError, ShapeError } from '../../../errors.js';
import type { DType, ValueType } from '../../../config/dtype.js';
import { formatShape } from '../../../engine/tensor/index.js';
import type { PartialShape } from '../../../engine/tensor/index.js';

/** What a layer requires of its input, a single tensor. A property that you leave out is not checked. */
export interface InputSpec {
  /** Number of axes, including the batch axis. */
  readonly ndim?: number;
  /** Smallest number of axes, including the batch axis. */
  readonly minNdim?: number;
  /** Required lengths of axes: `{ [-1]: 784 }`. Negative axes count from the end. */
  readonly axes?: Readonly<Record<number, number | null>>;
  /** Required type. */
  readonly dtype?: DType;
}

/** A copy that does not change. */
export function frozenSpec({ axes, ...rest }: InputSpec): InputSpec {
  return Object.freeze(axes === undefined ? rest : { ...rest, axes: Object.freeze({ ...axes }) });
}

/**
 * Throws a ShapeError or DTypeError that names the layer, what came, what it takes and what to do.
 *
 * @param label gives the layer's name, "Dense layer 'dense_1'"; asked for only in an error, as this
 * runs each step
 * @param spec undefined if the layer takes anything
 * @param builtFor the shape that the layer's weights were made for, if they were
 */
export function checkInput(
  label: () => string,
  spec: InputSpec | undefined,
  input: AdvisedInput & { readonly dtype?: ValueType },
  builtFor?: PartialShape,
): void {
  if (spec === undefined) return;
  const { shape, dtype } = input;
  const came = (): string => `input of shape ${formatShape(shape)}`;
  if (spec.dtype !== undefined && dtype !== undefined && dtype !== spec.dtype) {
    throw new DTypeError(
      `${label()} takes ${spec.dtype}, got ${dtype} ${came()}. Convert it with astype('${spec.dtype}').`,
    );
  }
  const { ndim, minNdim = 0 } = spec;
  if (ndim === undefined ? shape.length < minNdim : shape.length !== ndim) {
    throw new ShapeError(
      `${label()} takes input of ${ndim === undefined ? 'at least ' : ''}${axesOf(ndim ?? minNdim)}, the batch axis among ` +
        `them, got ${came()}. ` +
        (advice()?.onInput(input, lengthsOf(spec, ndim ?? minNdim)) ??
          'Put a Reshape or Flatten layer before.'),
    );
  }
  const { axes = {} } = spec;
  // Without a list of the entries: this runs each step.
  for (const key in axes) {
    const axis = Number(key);
    const length = axes[axis] ?? null;
    const actual = shape.at(axis);
    if (length === null || actual === length || actual === null) continue;
    const built = builtFor === undefined ? '' : `: it was built for ${formatShape(builtFor)}`;
    throw new ShapeError(
      `${label()} got ${came()}, but axis ${axis} must have length ${length}${built}. ` +
        (advice()?.onInput(input, lengthsOf(spec, shape.length)) ??
          'Give input of that length, or make a new layer.'),
    );
  }
}

const axesOf = (count: number): string => (count === 1 ? '1 axis' : `${count} axes`);

/** The lengths that are asked of so many axes. */
function lengthsOf({ axes = {} }: InputSpec, rank: number): PartialShape {
  return Array.from({ length: rank }, (_, axis) => axes[axis] ?? axes[axis - rank] ?? null);
}
