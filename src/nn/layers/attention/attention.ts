import { boolean, choice, configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { add, einsum, expandDims, mul, sum, tanh } from '../../../engine/ops/index.js';
import type { PartialShape, Tensor, Variable } from '../../../engine/tensor/index.js';
import type { Inputs } from './attention-layer.js';
import { ScoredAttention } from './scored-attention.js';

/** Options of `Attention`. */
export interface AttentionOptions extends OptionsOf<typeof Attention> {}

/**
 * Dot-product attention (Luong et al., 2015): softmax(scores) · value, without projections and heads. The input is a list
 * [query, value] or [query, value, key]; without a key the value stands for it. query is [batch, queries, features], value
 * [batch, keys, valueFeatures], key [batch, keys, features]; the output [batch, queries, valueFeatures], and with
 * `returnAttentionScores: true` also the weights [batch, queries, keys]. float32. Keras: `Attention`.
 *
 * Scores are query · keyᵀ, times a learned scalar with `useScale`; or with `scoreMode: 'concat'`
 * concatScoreWeight · Σ tanh(scale · (query + key)).
 *
 * The mask of the value says which keys count; if none does, all weigh alike. Where the mask of the query is false, the
 * output is 0; it travels on with the output.
 *
 * @example new layers.Attention().apply([zeros([2, 3, 4]), ones([2, 5, 4])]).shape // [2, 3, 4]
 * @example
 * const [query, value] = [zeros([2, 3, 4]), ones([2, 5, 4])];
 * const attention = new layers.Attention({ useScale: true });
 * const [y, scores] = attention.apply([query, value], { useCausalMask: true, returnAttentionScores: true });
 */
export class Attention extends configurable(ScoredAttention, 'Attention', {
  /** Whether a learned scalar, which begins with 1, multiplies. Default false. */
  useScale: boolean({ default: false }),
  /** What scores a query and a key: their dot product, or their sum through tanh. Default `'dot'`. */
  scoreMode: choice(['dot', 'concat'], { default: 'dot' }),
}) {
  #scale: Variable | undefined;
  #concatScoreWeight: Variable | undefined;

  /** The learned factor; null without `useScale` and before the layer is built. */
  get scale(): Variable | null {
    return this.#scale ?? null;
  }

  /** The learned factor of scores by sums; null without `scoreMode: 'concat'` and before the layer is built. */
  get concatScoreWeight(): Variable | null {
    return this.#concatScoreWeight ?? null;
  }

  /** Makes the weights for inputs of these shapes. @throws ShapeError if they do not fit each other. */
  override build(inputShapes: readonly PartialShape[]): void {
    super.build(inputShapes);
    const ones = { initializer: 'ones' } as const;
    if (this.useScale) this.#scale = this.addWeight('scale', [], ones);
    if (this.scoreMode === 'concat') {
      this.#concatScoreWeight = this.addWeight('concat_score_weight', [], ones);
    }
  }

  protected override misfitOf({ query, key }: Inputs<PartialShape>): string | undefined {
    const [a = null, b = null] = [query.at(-1), key.at(-1)];
    if (a === null || b === null || a === b) return undefined;
    return `the query has ${a} features, the key ${b}`;
  }

  protected override scoresOf(query: Tensor, key: Tensor): Tensor {
    const scale = this.#scale?.value;
    const weight = this.#concatScoreWeight?.value;
    if (weight === undefined) {
      const scores = einsum('...qd,...kd->...qk', query, key);
      return scale === undefined ? scores : mul(scores, scale);
    }
    const pairs = add(expandDims(query, -2), expandDims(key, -3));
    return mul(weight, sum(tanh(scale === undefined ? pairs : mul(scale, pairs)), -1));
  }
}
