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
 * The input is a list of tensors [batch, …]. A tensor with fewer axes gets axes of length 1 after the batch axis. Then
 * lengths must be equal or 1, and batch sizes must be equal. Integers stay integers. If all inputs have masks, the output
 * has one too: an element counts if it counts in any input.
 *
 * @throws ShapeError for fewer than two tensors, and for shapes that do not match.
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
 * @throws ShapeError unless there are two tensors whose shapes match.
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
 * a · b · …, element by element. Shapes, dtypes and masks are those of `Add`. An element that does not count is treated as
 * 1. If all inputs have masks and the element counts in none, the output is 0. Keras: `Multiply`.
 *
 * @throws ShapeError for fewer than two tensors, and for shapes that do not match.
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
 * @throws ShapeError for fewer than two tensors, and for shapes that do not match.
 * @example new layers.Average().apply([tensor([[1, 2]]), tensor([[3, 6]])]) // [[2, 4]]
 */
export class Average extends configurable(ElementwiseMerge, 'Average') {
  protected override combine(inputs: readonly Tensor[]): Tensor {
    return div(
      inputs.reduce((a, b) => add(a, b)),
      inputs.length,
    );
  }

  /** float32, as a mean need not be a whole number. */
  protected override dtypeFor(): DType {
    return 'float32';
  }
}

/** What `Maximum` and `Minimum` have in common: elements that do not count are left out where another one counts. */
abstract class Extremum extends configurable(ElementwiseMerge, 'Extremum') {
  /** The larger or smaller of two tensors, element by element. */
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
 * is ignored if one of the others counts. Keras: `Maximum`.
 *
 * @throws ShapeError for fewer than two tensors, and for shapes that do not match.
 * @example new layers.Maximum().apply([tensor([[1, 5]]), tensor([[4, 2]])]) // [[4, 5]]
 */
export class Maximum extends configurable(Extremum, 'Maximum') {
  protected override choose(a: Tensor, b: Tensor): Tensor {
    return maximum(a, b);
  }
}

/**
 * The smallest of a, b, …, element by element. Shapes, dtypes and masks are those of `Add`. An element that does not count
 * is ignored if one of the others counts. Keras: `Minimum`.
 *
 * @throws ShapeError for fewer than two tensors, and for shapes that do not match.
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
 * Concatenates tensors along `axis`; all other axes must be equal. The dtype is the highest dtype of the inputs. Keras:
 * `Concatenate`.
 *
 * If any input has a mask, the output has one; all elements of an input without a mask count. Along the last axis, an
 * element counts if it counts in any input; along any other axis the masks are concatenated too.
 *
 * @throws ShapeError for fewer than two tensors, and for shapes that do not match.
 * @example new layers.Concatenate().apply([tensor([[1, 2]]), tensor([[3]])]) // [[1, 2, 3]]
 */
export class Concatenate extends configurable(Merge, 'Concatenate', {
  /** The axis along which to concatenate. Default −1. */
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
 * @throws ShapeError unless there are two tensors of at least two axes, with equal batch sizes and equal lengths along
 * `axes`.
 * @example new layers.Dot(1).apply([tensor([[1, 2]]), tensor([[3, 4]])]) // [[11]]
 * @example new layers.Dot([2, 1]).apply([tensor([[[1, 2]]]), tensor([[[3], [4]]])]) // [[[11]]]
 */
export class Dot extends configurable(
  Merge,
  'Dot',
  {
    /** The axis of both tensors along which products are summed, or a list with an axis for each. It cannot be 0, the batch axis. */
    axes: pairOfAxes(),
    /** Whether to scale vectors along the axes to length 1 first, so that the results are cosines. Default false. */
    normalize: boolean({ default: false }),
  },
  { positional: ['axes'] },
) {
  /**
   * @param axes the axis of both tensors along which products are summed, or a list with an axis for each
   * @throws ValueError if `axes` is neither, or if an option is unknown or out of range.
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
