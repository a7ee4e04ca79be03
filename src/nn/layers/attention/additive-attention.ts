import { configurable, flag } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { add, einsum, expandDims, sum, tanh } from '../../../engine/ops/index.js';
import type { PartialShape, Tensor, Variable } from '../../../engine/tensor/index.js';
import type { Inputs } from './attention-layer.js';
import { ScoredAttention } from './scored-attention.js';

/** Options of `AdditiveAttention`. */
export interface AdditiveAttentionOptions extends OptionsOf<typeof AdditiveAttention> {}

/**
 * Additive attention (Bahdanau et al., 2015): softmax(scores) · value, with scores Σ scale · tanh(query + key). Inputs,
 * outputs and masks are those of `Attention`; query and key have equally many features. float32. Keras: `AdditiveAttention`.
 *
 * @example new layers.AdditiveAttention().apply([zeros([2, 3, 4]), ones([2, 5, 4])]).shape // [2, 3, 4]
 */
export class AdditiveAttention extends configurable(ScoredAttention, 'AdditiveAttention', {
  /** Whether a learned factor [features] multiplies. Default true. */
  useScale: flag(),
}) {
  #scale: Variable | undefined;

  /** The learned factor [features]; null without `useScale` and before the layer is built. */
  get scale(): Variable | null {
    return this.#scale ?? null;
  }

  /** Makes the weights for inputs of these shapes. @throws ShapeError if they do not fit each other. */
  override build(inputShapes: readonly PartialShape[]): void {
    super.build(inputShapes);
    if (!this.useScale) return;
    const shapes = this.shapesOf(inputShapes);
    const features = shapes.query.at(-1) ?? shapes.key.at(-1) ?? null;
    if (features === null) {
      throw this.misfit(shapes, 'the number of features is unknown; state the shape of the input');
    }
    this.#scale = this.addWeight('scale', [features], { initializer: 'glorot_uniform' });
  }

  protected override misfitOf({ query, key }: Inputs<PartialShape>): string | undefined {
    const [a = null, b = null] = [query.at(-1), key.at(-1)];
    const learned = this.#scale?.shape[0];
    if (a !== null && b !== null && a !== b) return `the query has ${a} features, the key ${b}`;
    if (learned === undefined || a === null || a === learned) return undefined;
    return `the query has ${a} features, but the layer was built for ${learned}`;
  }

  protected override scoresOf(query: Tensor, key: Tensor): Tensor {
    const sums = tanh(add(expandDims(query, -2), expandDims(key, -3)));
    const scale = this.#scale?.value;
    return scale === undefined ? sum(sums, -1) : einsum('...d,d->...', sums, scale);
  }
}
