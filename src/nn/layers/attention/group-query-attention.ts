import { configurable, length } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import type { PartialShape } from '../../../engine/tensor/index.js';
import type { EinsumDense } from '../einsum-dense.js';
import type { Inputs } from './attention-layer.js';
import { HeadedAttention } from './headed-attention.js';
import type { HeadSizes, Projections } from './headed-attention.js';

/** Options of `GroupQueryAttention`. */
export interface GroupQueryAttentionOptions extends OptionsOf<typeof GroupQueryAttention> {}

/**
 * Multi-head attention in which groups of neighbouring heads of the query share a head of keys and values (Ainslie et al.,
 * 2023). With one head of keys and values it is multi-query attention; with as many as the query has it is multi-head
 * attention. The input is a list [query, value] or [query, value, key], each of three axes; inputs, output and masks are those
 * of `MultiHeadAttention`, but that the argument `queryMask` counts. Keras: `GroupQueryAttention`, whose class in Python is
 * called GroupedQueryAttention.
 *
 * @example
 * const attention = new layers.GroupQueryAttention(8, 4, 2);
 * attention.apply([zeros([1, 5, 16]), zeros([1, 7, 16])], { useCausalMask: true }).shape; // [1, 5, 16]
 */
export class GroupQueryAttention extends configurable(
  HeadedAttention,
  'GroupQueryAttention',
  {
    /** Length of the vectors of queries, keys and values in a head. */
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
   * @throws ValueError if one of them is not a whole number above 0, if the heads of the query are no multiple of those of
   * keys and values, or an option is unknown or out of range.
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
