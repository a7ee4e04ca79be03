// Tensors of a file that is being written.
import type { PartialShape } from '../../../engine/tensor/index.js';
import type { WrittenArray } from '../../../files/formats/onnx/write.js';
import { inverse } from '../../operator-graphs/value.js';

/** What a file has under a name: the output of a node, an input, or an array. */
export class Source {
  /** The name, which an array gets when a node first reads it. */
  name: string | undefined;
  /** The source with its axes in other orders, by these orders. */
  readonly turned = new Map<string, Source>();

  /**
   * @param hint what the name begins with
   * @param array the elements, where they are known
   */
  constructor(
    readonly hint: string,
    readonly array?: WrittenArray,
  ) {}
}

/**
 * A tensor of the file. Its axes may stand in another order than those of its source: then a node turns them where some other node
 * asks for it, and none does where two turns cancel each other or where an operator computes in either order.
 */
export class Written {
  /**
   * @param shape lengths of the axes; null where they are not known
   * @param type the number of the element type in ONNX
   * @param order the axes of the source in the order of the tensor's; undefined: as they are
   * @param mask which elements count; null: all
   */
  constructor(
    readonly source: Source,
    readonly shape: PartialShape,
    readonly type: number,
    readonly order?: readonly number[],
    readonly mask: Written | null | 'unknown' = null,
  ) {}

  get rank(): number {
    return this.shape.length;
  }

  /** The elements, where they are known and in order. */
  get array(): WrittenArray | undefined {
    return this.order === undefined ? this.source.array : undefined;
  }

  /** The axes of the source, in the order of the tensor's. */
  get axes(): readonly number[] {
    return this.order ?? this.shape.map((_, axis) => axis);
  }

  /** Lengths of the axes of the source. */
  get sourceShape(): PartialShape {
    const { order, shape } = this;
    return order === undefined ? shape : inverse(order).map((axis) => shape[axis] ?? null);
  }

  /** The axis, counted from the end if it is negative, as a number from 0 on. */
  axis(axis: number): number {
    return axis < 0 ? axis + this.rank : axis;
  }

  /** Axis of the source. */
  sourceAxis(axis: number): number {
    const at = this.axis(axis);
    return this.order?.[at] ?? at;
  }

  withMask(mask: Written | null | 'unknown'): Written {
    return mask === this.mask
      ? this
      : new Written(this.source, this.shape, this.type, this.order, mask);
  }

  /** This tensor with more lengths known. */
  ofShape(shape: PartialShape): Written {
    const lengths = this.shape.map((length, axis) => length ?? shape[axis] ?? null);
    return new Written(this.source, lengths, this.type, this.order, this.mask);
  }
}

/** Why something cannot be written: the walk over the model takes note of it, and goes on. */
export class Refusal extends Error {}

/** Throws a `Refusal`. */
export function refuse(reason: string): never {
  throw new Refusal(reason);
}
