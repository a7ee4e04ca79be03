import { boolean, checkAxes, configurable, number } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { Axes, Option, OptionsOf } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import {
  add,
  any,
  broadcastTo,
  cast,
  concat,
  div,
  einsum,
  expandDims,
  logicalOr,
  maximum,
  minimum,
  mul,
  sub,
  where,
} from '../../engine/ops/index.js';
import { unitVectors } from '../../engine/ops/neural/normalizations.js';
import { full, normalizeAxis } from '../../engine/tensor/index.js';
import type { PartialShape, Shape, Tensor } from '../../engine/tensor/index.js';
import type { DType } from '../../config/dtype.js';
import type { Mask } from './core/mask.js';
import { ElementwiseMerge, Merge, ofElements } from './merge.js';
import type { Masks, Shapes } from './merge.js';
import { isWithinStep } from './core/within-step.js';
import { formatShapes } from './core/symbolic-tensor.js';

/**
 * a + b + …, element by element. Keras: `Add`.
 *
 * The input is a list of tensors [batch, …]. One with fewer axes gets axes of length 1 behind the batch axis; then lengths
 * must be equal or 1, and the batches of one length. Integers stay integers. Where all inputs have masks, the output has
 * one too: an element counts if it counts in one of them.
 *
 * @throws ShapeError for less than two tensors, and for shapes that do not fit.
 * @example new layers.Add().apply([tensor([[1, 2]]), tensor([[10, 20]])]) // [[11, 22]]
 */
export class Add extends configurable(ElementwiseMerge, 'Add') {
  protected override combine(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((a, b) => add(a, b));
  }
}

/**
 * a − b, element by element, of exactly two tensors. Shapes, dtypes and masks are those of `Add`. Keras: `Subtract`.
 *
 * @throws ShapeError unless there are two tensors whose shapes fit.
 * @example new layers.Subtract().apply([tensor([[3, 4]]), tensor([[1, 1]])]) // [[2, 3]]
 */
export class Subtract extends configurable(ElementwiseMerge, 'Subtract') {
  /** The shape of the difference. @throws ShapeError unless there are two inputs. */
  protected override mergedShape(shapes: Shapes): PartialShape {
    if (shapes.length === 2) return super.mergedShape(shapes);
    throw new ShapeError(
      `${this.label} takes a list of exactly two tensors, got ${shapes.length}, of shapes ${formatShapes(shapes)}.`,
    );
  }

  protected override combine(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((a, b) => sub(a, b));
  }
}

/**
 * a · b · …, element by element. Shapes, dtypes and masks are those of `Add`. An element that does not count is a factor of
 * 1; where all inputs have masks and none counts, the output is 0. Keras: `Multiply`.
 *
 * @throws ShapeError for less than two tensors, and for shapes that do not fit.
 * @example new layers.Multiply().apply([tensor([[1, 2]]), tensor([[3, 4]])]) // [[3, 8]]
 */
export class Multiply extends configurable(ElementwiseMerge, 'Multiply') {
  protected override combine(inputs: readonly Tensor[], masks: Masks): Tensor {
    let counts: Tensor | null = null;
    const factors = inputs.map((x, i) => {
      const mask = masks[i] ?? null;
      if (mask === null) return x;
      const own = ofElements(mask, x);
      counts = counts === null ? own : logicalOr(counts, own);
      return where(own, x, 1);
    });
    const product = factors.reduce((a, b) => mul(a, b));
    return counts === null || masks.includes(null) ? product : where(counts, product, 0);
  }
}

/**
 * (a + b + …) / n, element by element, float32. Shapes and masks are those of `Add`. Keras: `Average`.
 *
 * @throws ShapeError for less than two tensors, and for shapes that do not fit.
 * @example new layers.Average().apply([tensor([[1, 2]]), tensor([[3, 6]])]) // [[2, 4]]
 */
export class Average extends configurable(ElementwiseMerge, 'Average') {
  protected override combine(inputs: readonly Tensor[]): Tensor {
    return div(
      inputs.reduce((a, b) => add(a, b)),
      inputs.length,
    );
  }

  /** float32: a mean is not a whole number. */
  protected override dtypeFor(): DType {
    return 'float32';
  }
}

/** What `Maximum` and `Minimum` have in common: elements that do not count are left out where another one counts. */
abstract class Extremum extends configurable(ElementwiseMerge, 'Extremum') {
  /** The winner of two. */
  protected abstract choose(a: Tensor, b: Tensor): Tensor;

  protected override combine(inputs: readonly Tensor[], masks: Masks): Tensor {
    let counts = masks[0] ?? null;
    return inputs.reduce((so, x, i) => {
      const mask = masks[i] ?? null;
      const next = mask === null ? x : where(ofElements(mask, x), x, so);
      const best = counts === null ? so : where(ofElements(counts, so), so, next);
      counts = mask === null || counts === null ? null : logicalOr(counts, mask);
      return this.choose(best, next);
    });
  }
}

/**
 * The largest of a, b, …, element by element. Shapes, dtypes and masks are those of `Add`. An element that does not count
 * gives way to one that does. Keras: `Maximum`.
 *
 * @throws ShapeError for less than two tensors, and for shapes that do not fit.
 * @example new layers.Maximum().apply([tensor([[1, 5]]), tensor([[4, 2]])]) // [[4, 5]]
 */
export class Maximum extends configurable(Extremum, 'Maximum') {
  protected override choose(a: Tensor, b: Tensor): Tensor {
    return maximum(a, b);
  }
}

/**
 * The smallest of a, b, …, element by element. Shapes, dtypes and masks are those of `Add`. An element that does not count
 * gives way to one that does. Keras: `Minimum`.
 *
 * @throws ShapeError for less than two tensors, and for shapes that do not fit.
 * @example new layers.Minimum().apply([tensor([[1, 5]]), tensor([[4, 2]])]) // [[1, 2]]
 */
export class Minimum extends configurable(Extremum, 'Minimum') {
  protected override choose(a: Tensor, b: Tensor): Tensor {
    return minimum(a, b);
  }
}

/** Options of `Concatenate`. */
export interface ConcatenateOptions extends OptionsOf<typeof Concatenate> {}

/**
 * Tensors one after the other along `axis`; all other axes must agree. The dtype is the highest of theirs. Keras:
 * `Concatenate`.
 *
 * If one of the inputs has a mask, the output has one; an input without a mask counts throughout. Along the last axis an
 * element counts if it counts in one of the inputs, along another one the masks are concatenated too.
 *
 * @throws ShapeError for less than two tensors, and for shapes that do not fit.
 * @example new layers.Concatenate().apply([tensor([[1, 2]]), tensor([[3]])]) // [[1, 2, 3]]
 */
export class Concatenate extends configurable(Merge, 'Concatenate', {
  /** The axis along which the tensors lie one after the other. Default −1. */
  axis: number({ default: -1, integer: true }),
}) {
  override supportsCaching = isWithinStep(this.axis);

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return concat(inputs, this.axis);
  }

  protected override mergedShape(shapes: Shapes): PartialShape {
    const [first = []] = shapes;
    const along = normalizeAxis(this.label, this.axis, first.length);
    return shapes.reduce((a, b) => {
      if (a.length !== b.length)
        throw this.misfit(shapes, 'they must have the same number of axes');
      return a.map((x, axis) => {
        const y = b[axis] ?? null;
        if (axis === along) return x === null || y === null ? null : x + y;
        if (x === null || y === null || x === y) return x ?? y;
        throw this.misfit(
          shapes,
          `all axes but axis ${this.axis} must agree, but axis ${axis} has ${x} and ${y}`,
        );
      });
    });
  }

  override computeMask(inputs: readonly Tensor[], mask: Mask | null): Tensor | null {
    const masks = this.masksOf(inputs, mask);
    if (masks.every((own) => own === null)) return null;
    const parts = inputs.map((x, i) => {
      const own = masks[i] ?? null;
      return own === null ? full(x.shape, true, 'bool') : broadcastTo(ofElements(own, x), x.shape);
    });
    return any(concat(parts, this.axis), -1);
  }
}

/** One axis of both tensors, or a list of one for each. */
const pairOfAxes = (): Option<Axes> => ({
  check: (given, context) => {
    const value = checkAxes(given, context);
    if (typeof value === 'number' || value.length === 2) return value;
    throw new ValueError(
      `${context.owner}: ${context.name} must be a whole number, or a list with one for each of the two tensors, got ` +
        `${describeValue(given)}.`,
    );
  },
});

/** Options of `Dot`. */
export interface DotOptions extends OptionsOf<typeof Dot> {}

/** The smallest norm that is divided by: Keras's fuzz factor. */
const SMALLEST_NORM = 1e-7;

/**
 * The dot products of two tensors along an axis of each, sample by sample: [batch, …, n, …] and [batch, …, n, …] become
 * [batch, the other axes of the first, the other axes of the second], or [batch, 1] if there are none. float32; the output
 * has no mask. Keras: `Dot`.
 *
 * @throws ShapeError unless there are two tensors of at least two axes whose batches and whose axes have equal lengths.
 * @example new layers.Dot(1).apply([tensor([[1, 2]]), tensor([[3, 4]])]) // [[11]]
 * @example new layers.Dot([2, 1]).apply([tensor([[[1, 2]]]), tensor([[[3], [4]]])]) // [[[11]]]
 */
export class Dot extends configurable(
  Merge,
  'Dot',
  {
    /** The axis of both tensors along which products are summed, or a list of one for each. Never the batch axis, 0. */
    axes: pairOfAxes(),
    /** Whether vectors along the axes are brought to length 1 before, which makes cosines. Default false. */
    normalize: boolean({ default: false }),
  },
  { positional: ['axes'] },
) {
  /**
   * @param axes the axis of both tensors along which products are summed, or a list of one for each
   * @throws ValueError if `axes` is neither, or an option is unknown or out of range.
   */
  constructor(axes: number | readonly [first: number, second: number], options: DotOptions = {}) {
    super(options, [axes]);
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    const along = this.#along(inputs.map(({ shape }) => shape));
    const labels = inputs.map((x, i) => labelsOf(x.shape, along[i] ?? 1, i));
    const free = labels.flatMap((list) => list.slice(1)).filter((label) => label !== SUMMED);
    const operands = inputs.map((x, i) =>
      this.normalize ? unitVectors(cast(x, 'float32'), along[i] ?? 1, SMALLEST_NORM) : x,
    );
    const subscripts = `${labels.map((list) => list.join('')).join(',')}->${BATCH}${free.join('')}`;
    const products = einsum(subscripts, ...operands);
    return free.length === 0 ? expandDims(products, -1) : products;
  }

  protected override mergedShape(shapes: Shapes): PartialShape {
    if (shapes.length !== 2) {
      throw new ShapeError(
        `${this.label} takes a list of exactly two tensors, got ${shapes.length}, of shapes ${formatShapes(shapes)}.`,
      );
    }
    if (shapes.some((shape) => shape.length < 2)) {
      throw this.misfit(shapes, 'each needs an axis other than the batch axis');
    }
    const batch = this.batchOf(shapes);
    const along = this.#along(shapes);
    const [x, y] = shapes.map((shape, i) => shape[along[i] ?? 1] ?? null);
    if (x !== y && x !== null && y !== null) {
      throw this.misfit(
        shapes,
        `axis ${along[0]} of the first has length ${x}, axis ${along[1]} of the second ${y}`,
      );
    }
    const free = shapes.flatMap((shape, i) => shape.filter((_, j) => j > 0 && j !== along[i]));
    return [batch, ...(free.length === 0 ? [1] : free)];
  }

  /** The axis of each tensor, counted from the front. */
  #along(shapes: Shapes): readonly number[] {
    const { axes } = this;
    return shapes.map((shape, i) => {
      const axis = typeof axes === 'number' ? axes : (axes[i] ?? 0);
      const normal = normalizeAxis(`${this.label}: axes`, axis, shape.length);
      if (normal > 0) return normal;
      throw this.misfit(shapes, `axes = ${describeValue(axes)} names the batch axis`);
    });
  }

  protected override dtypeFor(): DType {
    return 'float32';
  }

  /** Keras gives the output no mask. */
  override computeMask(): null {
    return null;
  }
}

const BATCH = 'a';
const SUMMED = 'b';

/** A letter for each axis: those of the second tensor are capitals. */
function labelsOf(shape: Shape, along: number, operand: number): readonly string[] {
  const first = (operand === 0 ? 'c' : 'C').charCodeAt(0);
  return shape.map((_, axis) =>
    axis === 0 ? BATCH : axis === along ? SUMMED : String.fromCharCode(first + axis),
  );
}
