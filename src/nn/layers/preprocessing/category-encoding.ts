import { choice, configurable, length, only } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, sameShape } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { CallOptions } from '../core/layer-options.js';
import { namedTensor } from '../core/layer-checks.js';
import { EncodingLayer } from './encoding-layer.js';

/** The named arguments of `CategoryEncoding`. */
export interface CategoryEncodingArguments {
  /** With mode `'count'`, the weight of each element, of the shape of the input. Default: 1. */
  readonly countWeights?: Tensor | null;
}

/** Options of `CategoryEncoding`. */
export interface CategoryEncodingOptions extends OptionsOf<typeof CategoryEncoding> {}

/**
 * Encodes category indices, from 0 to numTokens − 1, as a number for each category: float32. x is [batch] or [batch, n]. Anything
 * that is not a category index is ignored. Keras: `CategoryEncoding`.
 *
 * With `'one_hot'` each element becomes a row: [batch, n, numTokens], or [batch, numTokens] of [batch, 1]. Otherwise each sample
 * does: [batch, numTokens].
 *
 * @example new layers.CategoryEncoding(4, { outputMode: 'count' }).apply([[0, 1], [3, 3]]) // [[1, 1, 0, 0], [0, 0, 0, 2]]
 */
export class CategoryEncoding extends configurable(
  EncodingLayer<Tensor, CategoryEncodingArguments>,
  'CategoryEncoding',
  {
    /** Number of categories. */
    numTokens: length(),
    /** `'multi_hot'` (default): whether a category is in a sample. `'count'`: how often. `'one_hot'`: a one-hot vector for each element. */
    outputMode: choice(['multi_hot', 'one_hot', 'count'], { default: 'multi_hot' }),
    /** Only false, as sparse tensors are not supported. */
    sparse: only([false], 'There are no sparse tensors here.'),
  },
  {
    positional: ['numTokens'],
    // How old versions of Keras spell a mode.
    upgrade: ({ output_mode: mode, ...rest }) => ({
      ...rest,
      output_mode: mode === 'binary' ? 'multi_hot' : mode,
    }),
  },
) {
  override readonly callArguments: readonly string[] = ['countWeights'];

  /**
   * @param numTokens number of categories
   * @throws ValueError for options that are unknown or out of range.
   */
  constructor(numTokens: number, options: CategoryEncodingOptions = {}) {
    super(options, [numTokens]);
    this.inputSpec = {};
  }

  protected override get depth(): number {
    return this.numTokens;
  }

  override call(
    x: Tensor,
    { countWeights = null }: Partial<CallOptions & CategoryEncodingArguments> = {},
  ): Tensor {
    if (countWeights === null) return this.encode(x.data(), x.shape);
    if (this.outputMode !== 'count') {
      throw new ValueError(
        `countWeights go with outputMode 'count', got '${this.outputMode}'. Leave countWeights out.`,
      );
    }
    const weights = namedTensor('countWeights', countWeights);
    if (!sameShape(weights.shape, x.shape)) {
      throw new ShapeError(
        `countWeights must have the shape of the input, ${formatShape(x.shape)}, got ${formatShape(weights.shape)}.`,
      );
    }
    return this.encode(x.data(), x.shape, weights.data());
  }
}
