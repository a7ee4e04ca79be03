import { DTypeError, ShapeError } from '../errors.js';
import type { DType } from '../tensor/dtype.js';
import { formatShape } from '../tensor/index.js';
import type { PartialShape, Tensor } from '../tensor/index.js';
import { shapeAdvice } from './shape-advice.js';
import type { GraphNode } from './symbolic-tensor.js';

/** What a layer asks of its input, which is one tensor; what is left out is not checked. */
export interface InputSpec {
  /** Number of axes, the batch axis among them. */
  readonly ndim?: number;
  /** Least number of axes, the batch axis among them. */
  readonly minNdim?: number;
  /** Required lengths of axes: `{ [-1]: 784 }`. Negative axes count from the end. */
  readonly axes?: Readonly<Record<number, number | null>>;
  /** Required type. */
  readonly dtype?: DType;
}

/** A layer that an input has come through. */
export interface Maker {
  readonly layer: { readonly name: string; readonly returnSequences?: boolean };
  /** Number of axes of what the layer was given, the batch axis among them. */
  readonly rank: number | undefined;
}

/** What is given to a layer: a tensor, with values or without, or a shape. */
export interface GivenInput {
  readonly shape: PartialShape;
  readonly dtype?: Tensor['dtype'];
  /** Of a symbolic tensor what makes it. */
  readonly node?: GraphNode;
  /**
   * Of a shape the layers that the input comes through, the last one first: none if a program states the shape, undefined if
   * data have it.
   */
  makers?(): readonly Maker[] | undefined;
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
  input: GivenInput,
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
        `them, got ${came()}. ${rankAdvice(input, lengthsOf(spec, ndim ?? minNdim))}`,
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
        (shapeAdvice(shape, lengthsOf(spec, shape.length)) ?? lengthAdvice(shape, length)),
    );
  }
}

const axesOf = (count: number): string => (count === 1 ? '1 axis' : `${count} axes`);

/** The lengths that are asked of so many axes. */
function lengthsOf({ axes = {} }: InputSpec, rank: number): PartialShape {
  return Array.from({ length: rank }, (_, axis) => axes[axis] ?? axes[axis - rank] ?? null);
}

function rankAdvice({ shape, node, makers }: GivenInput, wanted: PartialShape): string {
  const before = node === undefined ? makers?.() : makersOf(node);
  for (const { layer, rank } of before ?? []) {
    if (layer.returnSequences === false && rank === shape.length + 1) {
      return `Layer '${layer.name}' gives its last step alone: set returnSequences: true there.`;
    }
    if (rank !== shape.length) break;
  }
  const isShort = shape.length === wanted.length - 1;
  if (before === undefined) {
    const orAll =
      wanted.length > 2 ? ' A recurrent layer gives all steps with returnSequences: true.' : '';
    const advice = shapeAdvice(shape, wanted);
    if (advice !== undefined) return advice + orAll;
  } else if (before.length === 0 && isShort) {
    // What the axes mean tells their number: steps and features, or pixels and channels.
    const sample = shape.slice(1).join(', ');
    const orSteps = wanted.length === 3 ? `[steps, ${sample}] or ` : '';
    return `An axis is missing: give the shape ${orSteps}[${sample}, 1].`;
  }
  return 'Put a Reshape or Flatten layer before.';
}

/** The layers that a symbolic tensor comes through, without the one that says its shape. */
function makersOf(node: GraphNode): Maker[] {
  const makers: Maker[] = [];
  for (let at = node; ;) {
    const { layer, inputs } = at;
    const [input] = inputs;
    if (input === undefined) return makers;
    makers.push({ layer, rank: input.shape.length });
    at = input.node;
  }
}

function lengthAdvice(shape: PartialShape, wanted: number): string {
  let elements = 1;
  for (const length of shape.slice(1)) elements *= length ?? NaN;
  if (elements === wanted && shape.length > 2) {
    return `Flatten the samples: put layers.Flatten() before, or use x.reshape([-1, ${wanted}]).`;
  }
  return `Give input of that length, or make a new layer.`;
}
