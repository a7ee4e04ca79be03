import { configurable, isListOf } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { ShapeError, ValueError } from '../../errors.js';
import { logicalOr, reshape } from '../../engine/ops/index.js';
import { formatShape, Tensor } from '../../engine/tensor/index.js';
import { promote } from '../../config/dtype.js';
import type { PartialShape, TensorLike } from '../../engine/tensor/index.js';
import type { DType } from '../../config/dtype.js';
import type { ApplyOptions, CallOptions } from './core/layer-options.js';
import { describeTensors, isTensor, namedTensor } from './core/layer-checks.js';
import { Layer } from './core/layer.js';
import type { Mask } from './core/mask.js';
import { isShape } from './core/symbolic-tensor.js';
import type { Symbolic, TensorsLike, TensorSpec } from './core/symbolic-tensor.js';

/** Shapes of the inputs, one for each. */
export type Shapes = readonly PartialShape[];
/** Masks of the inputs, one for each; null where all elements count. */
export type Masks = readonly (Tensor | null)[];

/** What the layers have in common that make one tensor of a list of tensors. */
export abstract class Merge extends configurable(Layer<readonly Tensor[]>, 'Merge') {
  override supportsMasking = true;
  /** How many tensors there must be at least. @internal */
  protected readonly fewest: number = 2;

  /**
   * The output for tensors whose shapes have been checked.
   *
   * @param inputs the tensors, at least two
   */
  protected abstract merge(inputs: readonly Tensor[], masks: Masks): Tensor;

  /** The shape of the output. @throws ShapeError, with all shapes, for those that do not fit. */
  protected abstract mergedShape(shapes: Shapes): PartialShape;

  /** The dtype of the output if `dtype` is the highest dtype of the inputs. */
  protected dtypeFor(dtype: DType): DType {
    return dtype;
  }

  /** Each item of the list as a tensor. */
  protected override givenTensors(inputs: TensorsLike<readonly Tensor[]>): unknown {
    return Array.isArray(inputs)
      ? Array.from(inputs as readonly TensorLike[], (x, i) =>
          namedTensor(`${this.label}: input[${i}]`, x),
        )
      : inputs;
  }

  override build(inputShapes: Shapes): void {
    this.#shapeFor(inputShapes);
  }

  override call(inputs: readonly Tensor[], { mask = null }: CallOptions): Tensor {
    this.#shapeFor(shapesOf(inputs));
    return this.merge(inputs, this.masksOf(inputs, mask));
  }

  override computeOutputShape(inputShapes: Shapes): PartialShape {
    return this.#shapeFor(inputShapes);
  }

  override computeOutputSpec(
    inputs: Symbolic<readonly Tensor[]>,
    options?: ApplyOptions,
  ): TensorSpec {
    const { shape } = super.computeOutputSpec(inputs, options) as TensorSpec;
    return {
      shape,
      dtype: this.dtypeFor(inputs.map(({ dtype }) => dtype as DType).reduce(promote)),
    };
  }

  #shapeFor(shapes: unknown): PartialShape {
    if (isListOf(shapes, isShape) && shapes.length >= this.fewest) {
      return this.mergedShape(shapes);
    }
    throw new ShapeError(
      `${this.label} takes a list of at least ${this.fewest === 1 ? 'one tensor' : 'two tensors'}, got ${describeTensors(shapes)}. Apply it to a list: apply([a, b]).`,
    );
  }

  /** The error for shapes that do not fit each other. @internal */
  protected misfit(shapes: Shapes, what: string): ShapeError {
    return new ShapeError(
      `${this.label}: shapes ${shapes.map(formatShape).join(' and ')} do not merge: ${what}.`,
    );
  }

  /**
   * The length of the batches, null if it is not known.
   *
   * @throws ShapeError if there are several, also for 1 and n.
   * @internal
   */
  protected batchOf(shapes: Shapes): number | null {
    if (shapes.some((shape) => shape.length === 0)) {
      throw this.misfit(shapes, 'each needs a batch axis');
    }
    const lengths = new Set(shapes.map(([batch = null]) => batch));
    lengths.delete(null);
    if (lengths.size <= 1) return [...lengths][0] ?? null;
    throw this.misfit(shapes, `the batches have different lengths, ${[...lengths].join(' and ')}`);
  }

  /** A mask, or null, for each input. @throws ValueError for inputs or masks that are no such lists. @internal */
  protected masksOf(inputs: readonly Tensor[], mask: Mask | null | undefined): Masks {
    if (!isListOf(inputs, isTensor)) {
      throw new ValueError(
        `${this.label}: expected a list of tensors, got ${describeValue(inputs)}.`,
      );
    }
    if (mask === null || mask === undefined) return inputs.map(() => null);
    if (isListOf(mask, isMask) && mask.length === inputs.length) return mask;
    throw new ValueError(
      `${this.label}: mask must be a list with a mask, or null, for each of the ${inputs.length} inputs, got ` +
        `${describeValue(mask)}.`,
    );
  }
}

const isMask = (value: unknown): value is Tensor | null =>
  value === null || value instanceof Tensor;

/** The shapes of a list of tensors; the shape of what is given in place of one, if it is a tensor. */
function shapesOf(given: readonly Tensor[] | Tensor): unknown {
  if (given instanceof Tensor) return given.shape;
  return Array.isArray(given) ? (given as readonly Tensor[]).map(({ shape }) => shape) : given;
}

/**
 * What the layers have in common that compute element by element. Tensors with fewer axes get axes of length 1 behind the
 * batch axis; then lengths must be equal or 1, but for the batch: there they must be equal.
 */
export abstract class ElementwiseMerge extends configurable(Merge, 'ElementwiseMerge') {
  override supportsCaching = true;

  /**
   * The output for tensors of the same rank.
   *
   * @param inputs the tensors, at least two
   */
  protected abstract combine(inputs: readonly Tensor[], masks: Masks): Tensor;

  protected override merge(inputs: readonly Tensor[], masks: Masks): Tensor {
    const rank = rankOf(inputs);
    if (inputs.every(({ ndim }) => ndim === rank)) return this.combine(inputs, masks);
    // As in Keras, whose tensors lose their masks when they get axes.
    return this.combine(
      inputs.map((x) => widened(x, rank - x.ndim)),
      inputs.map(() => null),
    );
  }

  protected override mergedShape(shapes: Shapes): PartialShape {
    const batch = this.batchOf(shapes);
    const sample = shapes
      .map((shape) => shape.slice(1))
      .reduce((a, b) => {
        const rank = Math.max(a.length, b.length);
        return Array.from({ length: rank }, (_, axis) => {
          const [x, y] = [lengthAt(a, rank - axis), lengthAt(b, rank - axis)];
          if (x === null || y === null) return null;
          if (x === y || y === 1) return x;
          if (x === 1) return y;
          throw this.misfit(
            shapes,
            `on axis ${axis - rank} the lengths are ${x} and ${y}; they must be equal, or 1`,
          );
        });
      });
    return [batch, ...sample];
  }

  // bool and uint8 are computed in int32.
  protected override dtypeFor(dtype: DType): DType {
    return promote(dtype, 'int32');
  }

  /** An element counts if it counts in any input. All elements count if one of the inputs has no mask. */
  override computeMask(inputs: readonly Tensor[], mask: Mask | null): Tensor | null {
    const masks = this.masksOf(inputs, mask);
    const rank = rankOf(inputs);
    let all: Tensor | null = null;
    for (const [i, own] of masks.entries()) {
      if (own === null) return null;
      const aligned = widened(own, rank - (inputs[i]?.ndim ?? rank));
      all = all === null ? aligned : logicalOr(all, aligned);
    }
    return all;
  }
}

const rankOf = (inputs: readonly Tensor[]): number => Math.max(...inputs.map(({ ndim }) => ndim));

/** `x` with axes of length 1 behind the batch axis. */
function widened(x: Tensor, count: number): Tensor {
  const [batch = 1, ...sample] = x.shape;
  return count === 0 ? x : reshape(x, [batch, ...new Array<number>(count).fill(1), ...sample]);
}

/** The length of an axis, counted from the end from 1 on; 1 where the shape has no such axis. */
function lengthAt(shape: PartialShape, fromEnd: number): number | null {
  return fromEnd > shape.length ? 1 : (shape[shape.length - fromEnd] ?? null);
}

/** A mask with additional axes of length 1 at the end, so that it says of each element of `x` whether it counts. */
export function ofElements(mask: Tensor, x: Tensor): Tensor {
  const missing = Math.max(0, x.ndim - mask.ndim);
  return reshape(mask, [...mask.shape, ...new Array<number>(missing).fill(1)]);
}
