import { boolean, choice, configurable, flag, number } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import {
  add,
  cast,
  dropout,
  einsum,
  expandDims,
  logicalAnd,
  matmul,
  mul,
  softmax,
  sub,
  sum,
  tanh,
  where,
} from '../../../engine/ops/index.js';
import { SeedGenerator } from '../../../engine/random/seed-generator.js';
import { formatShape, scoped } from '../../../engine/tensor/index.js';
import type { PartialShape, Tensor, Variable } from '../../../engine/tensor/index.js';
import type { CallOptions } from '../core/layer-options.js';
import { seed } from '../core/layer-options.js';
import { AttentionLayer, differ } from './attention-layer.js';
import type { AttentionArguments, AttentionOutput, Inputs } from './attention-layer.js';
import { causalMask } from './head-scores.js';
import type { OptionsOf } from '../../../config/index.js';

/** What is subtracted from scores that do not count, as in Keras. */
const LEFT_OUT = 1e9;

/** What `Attention` and `AdditiveAttention` have in common: scores of queries and keys, without heads or projections. */
abstract class ScoredAttention extends configurable(AttentionLayer, 'ScoredAttention', {
  /** The probability that the weight of a value is dropped during training, from 0 to 1. Default 0. */
  dropout: number({ default: 0, min: 0, max: 1 }),
  /** Seed of the dropout. Default: derived from the global seed. */
  seed: seed(),
}) {
  /** The source of the random numbers of dropout. */
  readonly seedGenerator = new SeedGenerator(this.seed);

  /** The score of each query and key [batch, queries, keys]. */
  protected abstract scoresOf(query: Tensor, key: Tensor): Tensor;

  /** Why the lengths of the vectors do not match; undefined if they do. */
  protected abstract misfitOf(shapes: Inputs<PartialShape>): string | undefined;

  override build(inputShapes: readonly PartialShape[]): void {
    this.resultShapes(this.shapesOf(inputShapes));
  }

  /** @throws ShapeError for inputs or masks that do not fit. */
  override call(
    inputs: readonly Tensor[],
    options: CallOptions & AttentionArguments,
  ): AttentionOutput {
    return scoped(() => {
      const given = this.inputsOf(inputs);
      const shapes = this.shapesOf(inputs.map(({ shape }) => shape));
      const [, scoresShape] = this.resultShapes(shapes);
      const masks = this.masksOf(inputs, options.mask);
      const [query, value, key] = [given.query, given.value, given.key].map((x) =>
        cast(x, 'float32'),
      ) as [Tensor, Tensor, Tensor];
      const scores = this.scoresOf(query, key);
      const [queries = 0, keys = 0] = scoresShape.slice(-2) as number[];
      const ofValues =
        masks.value === null
          ? null
          : expandDims(this.#checkedMask('value', masks.value, shapes.value), -2);
      const causal = this.flag('useCausalMask', options.useCausalMask)
        ? causalMask(queries, keys)
        : null;
      const counts =
        ofValues === null || causal === null ? (ofValues ?? causal) : logicalAnd(ofValues, causal);
      const all = softmax(counts === null ? scores : where(counts, scores, sub(scores, LEFT_OUT)));
      const weights = this.#dropped(all, options.training);
      const output = matmul(weights, value);
      const masked =
        masks.query === null
          ? output
          : where(expandDims(this.#checkedMask('query', masks.query, shapes.query), -1), output, 0);
      return this.flag('returnAttentionScores', options.returnAttentionScores)
        ? [masked, weights]
        : masked;
    });
  }

  #dropped(weights: Tensor, training: boolean): Tensor {
    const { dropout: rate } = this;
    if (!training || rate === 0) return weights;
    return dropout(weights, rate, this.seedGenerator);
  }

  #checkedMask(name: 'query' | 'value', mask: Tensor, shape: PartialShape): Tensor {
    const wanted = shape.slice(0, -1);
    const fits =
      mask.ndim === wanted.length &&
      mask.shape.every((length, axis) => length === 1 || length === wanted[axis]);
    if (fits) return cast(mask, 'bool');
    throw new ShapeError(
      `the mask of the ${name} must have an element for each step, that is shape ${formatShape(wanted)} for a ${name} of ` +
        `shape ${formatShape(shape)}, got shape ${formatShape(mask.shape)}.`,
    );
  }

  protected override resultShapes(
    shapes: Inputs<PartialShape>,
  ): readonly [output: PartialShape, scores: PartialShape] {
    const { query, value, key } = shapes;
    this.requireSteps(shapes);
    if (query.slice(0, -2).some((n, i) => differ(n, value[i]) || differ(n, key[i]))) {
      throw this.misfit(shapes, 'the axes before the steps have different lengths');
    }
    if (differ(value.at(-2), key.at(-2))) {
      throw this.misfit(shapes, 'there must be a value for each key');
    }
    const why = this.misfitOf(shapes);
    if (why !== undefined) throw this.misfit(shapes, why);
    return [
      [...query.slice(0, -1), value.at(-1) ?? null],
      [...query.slice(0, -1), key.at(-2) ?? null],
    ];
  }
}

/** Options of `Attention`. */
export interface AttentionOptions extends OptionsOf<typeof Attention> {}

/**
 * Dot-product attention (Luong et al., 2015): softmax(scores) · value, without projections or heads. The input is a list
 * [query, value] or [query, value, key]; without a key, the value is used as the key. query is [batch, queries, features],
 * value [batch, keys, valueFeatures], key [batch, keys, features]; the output [batch, queries, valueFeatures]. With
 * `returnAttentionScores: true` the weights [batch, queries, keys] are returned too. float32. Keras: `Attention`.
 *
 * Scores are query · keyᵀ, times a learned scalar with `useScale`; or with `scoreMode: 'concat'`
 * concatScoreWeight · Σ tanh(scale · (query + key)).
 *
 * The mask of the value says which keys count; if none counts, all get the same weight. Where the mask of the query is
 * false, the output is 0. The query's mask is passed on with the output.
 *
 * @example new layers.Attention().apply([zeros([2, 3, 4]), ones([2, 5, 4])]).shape // [2, 3, 4]
 * @example
 * const [query, value] = [zeros([2, 3, 4]), ones([2, 5, 4])];
 * const attention = new layers.Attention({ useScale: true });
 * const [y, scores] = attention.apply([query, value], { useCausalMask: true, returnAttentionScores: true });
 */
export class Attention extends configurable(ScoredAttention, 'Attention', {
  /** Whether scores are multiplied by a learned scalar, which starts at 1. Default false. */
  useScale: boolean({ default: false }),
  /** How a query and a key are scored: `'dot'`, by their dot product, or `'concat'`, by tanh of their sum. Default `'dot'`. */
  scoreMode: choice(['dot', 'concat'], { default: 'dot' }),
}) {
  #scale: Variable | undefined;
  #concatScoreWeight: Variable | undefined;

  /** The learned factor; null without `useScale` and before the layer is built. */
  get scale(): Variable | null {
    return this.#scale ?? null;
  }

  /** The learned factor of the scores with `scoreMode: 'concat'`; otherwise, and before the layer is built, null. */
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

/** Options of `AdditiveAttention`. */
export interface AdditiveAttentionOptions extends OptionsOf<typeof AdditiveAttention> {}

/**
 * Additive attention (Bahdanau et al., 2015): softmax(scores) · value, with scores Σ scale · tanh(query + key). Inputs,
 * outputs and masks are those of `Attention`; query and key have the same number of features. float32. Keras: `AdditiveAttention`.
 *
 * @example new layers.AdditiveAttention().apply([zeros([2, 3, 4]), ones([2, 5, 4])]).shape // [2, 3, 4]
 */
export class AdditiveAttention extends configurable(ScoredAttention, 'AdditiveAttention', {
  /** Whether tanh is multiplied by a learned factor [features]. Default true. */
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
