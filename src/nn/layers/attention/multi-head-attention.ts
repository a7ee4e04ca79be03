import { axes, configurable, length, own } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import type { Axes, Config, Option, OptionsOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, normalizeAxes, normalizeAxis } from '../../../engine/tensor/index.js';
import type { PartialShape } from '../../../engine/tensor/index.js';
import type { EinsumDense } from '../einsum-dense.js';
import { checkPartialShape } from '../core/layer-options.js';
import type { Inputs } from './attention-layer.js';
import { HeadedAttention, OUTPUT_LETTERS } from './headed-attention.js';
import type { HeadSizes, Projections } from './headed-attention.js';

/** A length that is `keyDim` where nothing is said. */
const valueDim: Option<number | null, number> = {
  ...length(),
  check: (given, context) =>
    given === undefined || given === null
      ? (context.object as { readonly keyDim: number }).keyDim
      : length().check(given, context),
};

/** Options of `MultiHeadAttention`. */
export interface MultiHeadAttentionOptions extends OptionsOf<typeof MultiHeadAttention> {}

/**
 * Multi-head attention (Vaswani et al., 2017). Query, key and value are projected to `numHeads` heads each; in each head every
 * query weights all values by softmax(query · key / √keyDim), and the heads' results are projected back. The input is a list
 * [query, value] or [query, value, key]. Without a key, the value is used as the key. For self-attention, give the same tensor as
 * query and value.
 *
 * query is [batch, queries, features], value [batch, keys, …], key [batch, keys, …], the output [batch, queries, features] or as
 * `outputShape` says. With `returnAttentionScores: true` the weights [batch, numHeads, queries, keys] are returned too. float32.
 * Keras: `MultiHeadAttention`, `layer(query, value, key=key)`.
 *
 * A key counts if all masks agree: `attentionMask`, `useCausalMask`, `slidingWindow`, and the masks attached to value and key or
 * given as `valueMask` and `keyMask`. The mask attached to the query is used too, and is passed on with the output; the argument
 * `queryMask` is ignored, as in Keras. A query for which no key counts gets the mean of all values, but zeros before the last
 * projection if scores are returned, with `dropout`, or if inputs have more than three axes.
 *
 * @example
 * const attention = new layers.MultiHeadAttention(2, 8);
 * attention.apply([zeros([1, 5, 16]), zeros([1, 7, 16])]).shape; // [1, 5, 16]
 * @example
 * const x = Input([20, 16]);
 * const [y, scores] = new layers.MultiHeadAttention(2, 8).apply([x, x], { useCausalMask: true, returnAttentionScores: true });
 */
export class MultiHeadAttention extends configurable(
  HeadedAttention,
  'MultiHeadAttention',
  {
    /** Number of heads. */
    numHeads: length(),
    /** Length of the query and key vectors in a head. */
    keyDim: length(),
    /** Length of the value vectors in a head. Default null: `keyDim`. */
    valueDim,
    /**
     * Lengths of the output after the axes of the queries: a list, or a number for a single axis. Default null: the number of
     * features of the query.
     */
    outputShape: own<number | readonly number[] | null>(),
    /**
     * Axes of the input over which queries attend to keys; once the layer is built, counted from the front and sorted.
     * Default null: all axes except batch and features.
     */
    attentionAxes: axes({ default: null }),
  },
  { positional: ['numHeads', 'keyDim'], fixed: { activity_regularizer: null } },
) {
  /** The projection of the query; undefined before the layer is built. */
  queryDense: EinsumDense | undefined;
  /** The projection of the key; undefined before the layer is built. */
  keyDense: EinsumDense | undefined;
  /** The projection that becomes the gate, with `useGate`. @internal */
  _gateDense: EinsumDense | undefined;
  /** The projection of the value; undefined before the layer is built. */
  valueDense: EinsumDense | undefined;
  /** The projection of the heads' results; undefined before the layer is built. */
  outputDense: EinsumDense | undefined;
  readonly #outputLengths: PartialShape | null;

  /**
   * @param numHeads number of heads
   * @param keyDim length of the query and key vectors in a head
   * @throws ValueError if one of them is not a whole number above 0, or if an option is unknown or out of range.
   */
  constructor(numHeads: number, keyDim: number, options: MultiHeadAttentionOptions = {}) {
    super(options, [numHeads, keyDim]);
    this.#outputLengths = outputLengths(this.label, options.outputShape);
  }

  protected override get sizes(): HeadSizes {
    const { numHeads, keyDim, valueDim } = this;
    return { queryHeads: numHeads, keyHeads: numHeads, keySize: keyDim, valueSize: valueDim };
  }

  protected override get heedsQueryMask(): boolean {
    return false;
  }

  protected override attentionAxesFor({ query }: Inputs<PartialShape>): readonly number[] {
    const rank = query.length;
    if (this.attentionAxes === null) return Array.from({ length: rank - 2 }, (_, i) => i + 1);
    const op = `${this.label}: attentionAxes`;
    const isWithin = normalizeAxes(op, this.attentionAxes, rank).every((axis) => axis > 0 && axis < rank - 1); // prettier-ignore
    // Scores and masks have the axes in the order in which they are given.
    if (isWithin) return [this.attentionAxes].flat().map((axis) => normalizeAxis(op, axis, rank));
    throw new ShapeError(
      `${this.label}: attentionAxes ${describeValue(this.attentionAxes)} must lie between the axes of batch and features, ` +
        `that is between 1 and ${rank - 2} for a query of shape ${formatShape(query)}.`,
    );
  }

  protected override outputLengths(query: PartialShape): PartialShape {
    return this.#outputLengths ?? query.slice(-1);
  }

  /** Makes the weights for inputs of these shapes. @throws ShapeError if they do not fit each other. */
  override build(inputShapes: readonly PartialShape[]): void {
    super.build(inputShapes);
    const axes = this.attentionAxesFor(this.shapesOf(inputShapes));
    (this as { attentionAxes: Axes }).attentionAxes = Object.freeze(axes);
  }

  protected override keepProjections({ query, key, gate, value, output }: Projections): void {
    this.queryDense = query;
    this.keyDense = key;
    this._gateDense = gate;
    this.valueDense = value;
    this.outputDense = output;
  }

  override getConfig(): Config {
    const lengths = this.#outputLengths;
    return { ...super.getConfig(), output_shape: lengths === null ? null : [...lengths] };
  }
}

function outputLengths(owner: string, given: unknown): PartialShape | null {
  if (given === undefined || given === null) return null;
  const list = typeof given === 'number' ? [given] : given;
  // As in Keras: no lengths are none in particular.
  if (Array.isArray(list) && list.length === 0) return null;
  const lengths = checkPartialShape(owner, 'outputShape', list);
  if (!lengths.includes(null) && lengths.length <= OUTPUT_LETTERS.length) return lengths;
  throw new ValueError(
    `${owner}: outputShape must be a list of at most ${OUTPUT_LETTERS.length} whole numbers above 0, got ` +
      `${describeValue(given)}.`,
  );
}

/** Options of `GroupQueryAttention`. */
export interface GroupQueryAttentionOptions extends OptionsOf<typeof GroupQueryAttention> {}

/**
 * Multi-head attention in which groups of neighbouring heads of the query share a head of keys and values (Ainslie et al.,
 * 2023). With one head of keys and values it is multi-query attention; with as many as there are query heads it is multi-head
 * attention. The input is a list [query, value] or [query, value, key] of tensors with three axes. Inputs, output and masks
 * are those of `MultiHeadAttention`, except that the argument `queryMask` has an effect. Keras: `GroupQueryAttention`, whose
 * class in Python is called GroupedQueryAttention.
 *
 * @example
 * const attention = new layers.GroupQueryAttention(8, 4, 2);
 * attention.apply([zeros([1, 5, 16]), zeros([1, 7, 16])], { useCausalMask: true }).shape; // [1, 5, 16]
 */
export class GroupQueryAttention extends configurable(
  HeadedAttention,
  'GroupQueryAttention',
  {
    /** Length of the query, key and value vectors in a head. */
    headDim: length(),
    /** Number of heads of the query: a multiple of `numKeyValueHeads`. */
    numQueryHeads: length(),
    /** Number of heads of keys and values. */
    numKeyValueHeads: length(),
  },
  {
    positional: ['headDim', 'numQueryHeads', 'numKeyValueHeads'],
    // Keras writes either.
    aliases: ['GroupedQueryAttention'],
    pythonName: 'GroupedQueryAttention',
    fixed: { activity_regularizer: null },
  },
) {
  // Under the names that Keras's files have for them.
  /** @internal */
  _queryDense: EinsumDense | undefined;
  /** @internal */
  _keyDense: EinsumDense | undefined;
  /** @internal */
  _gateDense: EinsumDense | undefined;
  /** @internal */
  _valueDense: EinsumDense | undefined;
  /** @internal */
  _outputDense: EinsumDense | undefined;

  /**
   * @param headDim length of the vectors in a head
   * @param numQueryHeads number of heads of the query
   * @param numKeyValueHeads number of heads of keys and values
   * @throws ValueError if one of them is not a whole number above 0, if the heads of the query are not a multiple of those of
   * keys and values, or if an option is unknown or out of range.
   */
  constructor(
    headDim: number,
    numQueryHeads: number,
    numKeyValueHeads: number,
    options: GroupQueryAttentionOptions = {},
  ) {
    super(options, [headDim, numQueryHeads, numKeyValueHeads]);
    if (this.numQueryHeads % this.numKeyValueHeads !== 0) {
      throw new ValueError(
        `${this.label}: numQueryHeads must be a multiple of numKeyValueHeads, got ${this.numQueryHeads} and ` +
          `${this.numKeyValueHeads}.`,
      );
    }
  }

  protected override get sizes(): HeadSizes {
    const { headDim, numQueryHeads, numKeyValueHeads } = this;
    return {
      queryHeads: numQueryHeads,
      keyHeads: numKeyValueHeads,
      keySize: headDim,
      valueSize: headDim,
    };
  }

  protected override get heedsQueryMask(): boolean {
    return true;
  }

  protected override attentionAxesFor(shapes: Inputs<PartialShape>): readonly number[] {
    if (shapes.query.length === 3) return [1];
    throw this.misfit(shapes, 'each must be (batch, steps, features)');
  }

  protected override outputLengths(query: PartialShape): PartialShape {
    return query.slice(-1);
  }

  protected override keepProjections({ query, key, gate, value, output }: Projections): void {
    this._queryDense = query;
    this._keyDense = key;
    this._gateDense = gate;
    this._valueDense = value;
    this._outputDense = output;
  }
}
