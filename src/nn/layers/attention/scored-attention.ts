import { configurable, number } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import {
  cast,
  dropout,
  expandDims,
  logicalAnd,
  matmul,
  softmax,
  sub,
  where,
} from '../../../engine/ops/index.js';
import { SeedGenerator } from '../../../engine/random/seed-generator.js';
import { formatShape, scoped } from '../../../engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../../engine/tensor/index.js';
import type { CallOptions } from '../core/call-options.js';
import { seed } from '../core/layer-options.js';
import { AttentionLayer, differ } from './attention-layer.js';
import type { AttentionArguments, AttentionOutput, Inputs } from './attention-layer.js';
import { causalMask } from './score-masks.js';

/** What is subtracted from scores that do not count, as in Keras. */
const LEFT_OUT = 1e9;

/** What `Attention` and `AdditiveAttention` have in common: scores of queries and keys, without heads or projections. */
export abstract class ScoredAttention extends configurable(AttentionLayer, 'ScoredAttention', {
  /** The probability with which a weight of a value is dropped while training, from 0 to 1. Default 0. */
  dropout: number({ default: 0, min: 0, max: 1 }),
  /** Starts the random numbers of dropout. Default: derived from the global seed. */
  seed: seed(),
}) {
  /** Where the random numbers of dropout come from. */
  readonly seedGenerator = new SeedGenerator(this.seed);

  /** The score of each query and key [batch, queries, keys]. */
  protected abstract scoresOf(query: Tensor, key: Tensor): Tensor;

  /** Why the lengths of vectors do not fit; undefined if they do. */
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
