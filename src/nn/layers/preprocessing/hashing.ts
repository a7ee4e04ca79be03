import { choice, configurable, length, only, own } from '../../../config/index.js';
import type { Config, OptionsOf } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { DTypeError, ValueError } from '../../../errors.js';
import { isStrings } from '../../../engine/tensor/index.js';
import type { Tensor, Value } from '../../../engine/tensor/index.js';
import { bucketsOf, salt } from './buckets.js';
import { OUTPUT_MODES } from './encode-categories.js';
import { EncodingLayer, outputType } from './encoding-layer.js';
import type { OutputType } from './encoding-layer.js';

const Base = configurable(
  EncodingLayer<Value>,
  'Hashing',
  {
    /** Number of bins, the one of what is masked among them. */
    numBins: length(),
    /** The string or number that is masked: it gets bin 0, and the others share the rest. Default null: none. */
    maskValue: own<string | number | null>({ takesNull: true }),
    /** Two whole numbers, or one for both: then SipHash chooses the bins. Default null: FarmHash. */
    salt: salt(),
    /**
     * `'int'` for bins (default), `'one_hot'` for each element, `'multi_hot'` (whether a bin is hit) or `'count'` (how often) for each
     * sample.
     */
    outputMode: choice(OUTPUT_MODES, { default: 'int' }),
    /** Sparse tensors are not supported: only false. */
    sparse: only([false], 'There are no sparse tensors here.'),
    /** Type of the output: int64, which is int32 here, for bins (default), float32 or int32 for what is encoded. */
    dtype: own<OutputType | null>(),
  },
  { positional: ['numBins'] },
);

/** Options of `Hashing`. */
export interface HashingOptions extends OptionsOf<typeof Hashing> {}

/**
 * Strings or whole numbers in a fixed number of bins, by a hash: there is no vocabulary, and different values may share a bin.
 * Numbers are hashed as their decimal digits, and lose what stands behind the point. Keras: `Hashing`, with the bins of TensorFlow.
 *
 * @example new layers.Hashing(3).apply([['A'], ['B'], ['C'], ['D'], ['E']]) // [[1], [0], [1], [1], [2]]
 */
export class Hashing extends Base {
  /** What is masked; null for nothing. */
  readonly maskValue: string | number | null;

  /**
   * @param numBins number of bins, the one of what is masked among them
   * @throws ValueError for options that are unknown or out of range.
   */
  constructor(numBins: number, options: HashingOptions = {}) {
    super(options, [numBins]);
    this.inputSpec = {};
    this.outputType = outputType(this.label, options.dtype ?? null, this.outputMode);
    const { maskValue = null } = options;
    if (maskValue !== null && typeof maskValue !== 'string' && !Number.isSafeInteger(maskValue)) {
      throw new ValueError(
        `${this.label}: maskValue must be a string or a whole number, got ${describeValue(maskValue)}.`,
      );
    }
    this.maskValue = maskValue;
  }

  protected override get depth(): number {
    return this.numBins;
  }

  override get readsStrings(): boolean {
    return true;
  }

  override call(x: Value): Tensor {
    const { maskValue, numBins, salt: salted } = this;
    const values: readonly (string | number)[] = isStrings(x)
      ? x.strings
      : Array.from(x.data(), Math.trunc);
    if (maskValue !== null && isStrings(x) !== (typeof maskValue === 'string')) {
      throw new DTypeError(
        `${this.label}: the input holds ${isStrings(x) ? 'strings' : 'numbers'}, but maskValue is ${describeValue(maskValue)}. Give ` +
          `one of the same kind.`,
      );
    }
    const isMasking = maskValue !== null && numBins > 1;
    const first = isMasking ? 1 : 0;
    const binOf = bucketsOf(numBins - first, salted);
    const bins = Int32Array.from(values, (value) =>
      isMasking && value === maskValue ? 0 : first + binOf(String(value)),
    );
    return this.encode(bins, x.shape);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), mask_value: this.maskValue };
  }
}
