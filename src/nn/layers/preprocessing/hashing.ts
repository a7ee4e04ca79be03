import { choice, configurable, isListOf, length, only, own } from '../../../config/index.js';
import type { Config, OptionsOf } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { DTypeError, ShapeError, ValueError } from '../../../errors.js';
import { formatShape, isStrings, sameShape } from '../../../engine/tensor/index.js';
import type { PartialShape, Tensor, Value } from '../../../engine/tensor/index.js';
import { bucketsOf, fingerprint, joinFingerprints, salt, Uint64 } from './hashes.js';
import { EncodingLayer, OUTPUT_MODES, outputType } from './encoding-layer.js';
import type { OutputType } from './encoding-layer.js';
import { isShape } from '../core/symbolic-tensor.js';
import { namedValue } from '../core/layer-checks.js';

const Base = configurable(
  EncodingLayer<Value>,
  'Hashing',
  {
    /** Number of bins, including the bin of the masked value. */
    numBins: length(),
    /** The string or number that is masked: it gets bin 0, and all other values share the remaining bins. Default null: none. */
    maskValue: own<string | number | null>({ takesNull: true }),
    /** The salt for SipHash: two whole numbers, or one number for both. Default null: FarmHash is used, without a salt. */
    salt: salt(),
    /**
     * `'int'` (default): bin indices. `'one_hot'`: a one-hot vector for each element. `'multi_hot'` or `'count'`: for each sample,
     * whether or how often a bin is hit.
     */
    outputMode: choice(OUTPUT_MODES, { default: 'int' }),
    /** Only false, as sparse tensors are not supported. */
    sparse: only([false], 'There are no sparse tensors here.'),
    /** Dtype of the output: int64 (here int32) for bin indices (default), float32 or int32 for encoded bins. */
    dtype: own<OutputType | null>(),
  },
  { positional: ['numBins'] },
);

/** Options of `Hashing`. */
export interface HashingOptions extends OptionsOf<typeof Hashing> {}

/**
 * Maps strings or whole numbers to a fixed number of bins by a hash. There is no vocabulary, and different values may share a bin.
 * Numbers are hashed as their decimal digits, without fractions. Keras: `Hashing`, with the bins of TensorFlow.
 *
 * @example new layers.Hashing(3).apply([['A'], ['B'], ['C'], ['D'], ['E']]) // [[1], [0], [1], [1], [2]]
 */
export class Hashing extends Base {
  /** The masked value; null for none. */
  readonly maskValue: string | number | null;

  /**
   * @param numBins number of bins, including the bin of the masked value
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

/** What TensorFlow's crosses begin with. */
const KEY = new Uint64(0xde, 0xcafcaffe);

/** Inputs of a crossing. */
type Values = readonly Value[];

const HashedCrossingBase = configurable(
  EncodingLayer<Values>,
  'HashedCrossing',
  {
    /** Number of bins. */
    numBins: length(),
    /** `'int'` (default): bin indices. `'one_hot'`: one-hot vectors. */
    outputMode: choice(['int', 'one_hot'], { default: 'int' }),
    /** Only false, as sparse tensors are not supported. */
    sparse: only([false], 'There are no sparse tensors here.'),
    /** Dtype of the output: int64 (here int32) for bin indices (default), float32 or int32 for encoded bins. */
    dtype: own<OutputType | null>(),
  },
  { positional: ['numBins'] },
);

/** Options of `HashedCrossing`. */
export interface HashedCrossingOptions extends OptionsOf<typeof HashedCrossing> {}

/**
 * Combines several features into one: a hash maps each pair (or triple …) of values to one of a fixed number of bins. The input
 * is a list of strings or whole numbers, each [batch], [batch, 1] or a single value. Keras: `HashedCrossing`, with the bins of
 * TensorFlow.
 *
 * @throws ShapeError unless all inputs have the same shape, DTypeError for numbers that are not whole.
 * @example new layers.HashedCrossing(5).apply([['A', 'B', 'A'], [101, 101, 102]]) // [1, 4, 3]
 */
export class HashedCrossing extends HashedCrossingBase {
  /**
   * @param numBins number of bins
   * @throws ValueError for options that are unknown or out of range.
   */
  constructor(numBins: number, options: HashedCrossingOptions = {}) {
    super(options, [numBins]);
    this.outputType = outputType(this.label, options.dtype ?? null, this.outputMode);
  }

  protected override get depth(): number {
    return this.numBins;
  }

  override get readsStrings(): boolean {
    return true;
  }

  protected override givenTensors(x: unknown): unknown {
    return Array.isArray(x)
      ? x.map((value, i) => namedValue(`${this.label}: input[${i}]`, value))
      : namedValue(this.label, x);
  }

  /** Refuses anything but two or more inputs of one shape. */
  #requireShapes(shapes: readonly PartialShape[]): PartialShape {
    const [first] = shapes;
    const isOne = shapes.every((shape) => sameShape(shape, first ?? []));
    const isColumn =
      first !== undefined && (first.length < 2 || (first.length === 2 && first[1] === 1));
    if (shapes.length >= 2 && isOne && isColumn) return first;
    throw new ShapeError(
      `${this.label} takes a list of two or more inputs of the same shape, [batch], [batch, 1] or [], got ` +
        `${shapes.map(formatShape).join(', ') || 'none'}.`,
    );
  }

  override call(x: Values): Tensor {
    const inputs = Array.isArray(x) ? (x as Values) : [];
    const shape = this.#requireShapes(inputs.map((input) => input.shape)) as readonly number[];
    const columns = inputs.map((input): readonly Uint64[] => {
      if (isStrings(input)) return input.strings.map(fingerprint);
      return Array.from(input.data(), (value) => {
        if (Number.isInteger(value)) return Uint64.of(value);
        throw new DTypeError(
          `${this.label} crosses strings and whole numbers, got ${describeValue(value)}. Make bins of it by Discretization.`,
        );
      });
    });
    const bins = Int32Array.from({ length: columns[0]?.length ?? 0 }, (_, i) =>
      columns
        .reduce((joined, column) => joinFingerprints(joined, column[i] ?? KEY), KEY)
        .modulo(this.numBins),
    );
    return this.encode(bins, shape);
  }

  /** The shape of the encoded bins, given two equal shapes. @throws ShapeError unless there are two. */
  override computeOutputShape(inputShape: unknown): PartialShape {
    const shapes: unknown = inputShape;
    return super.computeOutputShape(this.#requireShapes(isListOf(shapes, isShape) ? shapes : []));
  }

  override getConfig(): Config {
    const { trainable: _, ...config } = super.getConfig();
    return { ...config, dtype: this.outputType };
  }
}
