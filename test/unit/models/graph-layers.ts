// Layers for graphs, with known results.
import * as layers from '../../../src/layers.js';
import { mul } from '../../../src/engine/ops/index.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../../src/engine/tensor/index.js';

/** y = factor · x, with a known weight. */
export class Scale extends layers.Layer {
  static override readonly className: string = 'Scale';

  constructor(
    readonly factor: number,
    name?: string,
  ) {
    super(name === undefined ? {} : { name });
  }

  override build(): void {
    this.addWeight('factor', [], { initializer: 'ones' }).assign(this.factor);
  }

  override call(x: Tensor): Tensor {
    return mul(x, this.weights[0]?.value ?? 0);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

/** The sum of a list of tensors. */
export class Sum extends layers.Layer<readonly Tensor[]> {
  static override readonly className = 'Sum';

  override call(tensors: readonly Tensor[]): Tensor {
    return tensors.reduce((sum, x) => sum.add(x));
  }

  override computeOutputShape([first]: readonly PartialShape[]): PartialShape {
    return first ?? [];
  }
}

/** A tensor and its negative. */
export class Both extends layers.Layer<Tensor, { readonly plus: Tensor; readonly minus: Tensor }> {
  static override readonly className = 'Both';

  override call(x: Tensor): { readonly plus: Tensor; readonly minus: Tensor } {
    return { plus: x, minus: x.neg() };
  }

  override computeOutputShape(shape: PartialShape): {
    readonly plus: PartialShape;
    readonly minus: PartialShape;
  } {
    return { plus: shape, minus: shape };
  }
}

export const x12 = (): Tensor => tensor([[1, 2]]);
