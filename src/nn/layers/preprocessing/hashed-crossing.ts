import { choice, configurable, isListOf, length, only, own } from '../../../config/index.js';
import type { Config, OptionsOf } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { DTypeError, ShapeError } from '../../../errors.js';
import { formatShape, isStrings, sameShape } from '../../../engine/tensor/index.js';
import type { PartialShape, Tensor, Value } from '../../../engine/tensor/index.js';
import { isShape } from '../core/symbolic-tensor.js';
import { namedValue } from '../core/layer-checks.js';
import { fingerprint } from './buckets.js';
import { EncodingLayer, outputType } from './encoding-layer.js';
import type { OutputType } from './encoding-layer.js';
import { joinFingerprints } from './farm-hash.js';
import { Uint64 } from './uint64.js';

/** What TensorFlow's crosses begin with. */
const KEY = new Uint64(0xde, 0xcafcaffe);

/** Inputs of a crossing. */
type Values = readonly Value[];

const Base = configurable(
  EncodingLayer<Values>,
  'HashedCrossing',
  {
    /** Number of bins. */
    numBins: length(),
    /** `'int'` for bins (default), `'one_hot'` for one number a bin. */
    outputMode: choice(['int', 'one_hot'], { default: 'int' }),
    /** Sparse tensors are not supported: only false. */
    sparse: only([false], 'There are no sparse tensors here.'),
    /** Type of the output: int64, which is int32 here, for bins (default), float32 or int32 for what is encoded. */
    dtype: own<OutputType | null>(),
  },
  { positional: ['numBins'] },
);

/** Options of `HashedCrossing`. */
export interface HashedCrossingOptions extends OptionsOf<typeof HashedCrossing> {}

/**
 * Several features as one: each pair (or triple …) of values falls into one of a fixed number of bins, by a hash. The input is a
 * list of strings or whole numbers, each [batch], [batch, 1] or one value. Keras: `HashedCrossing`, with the bins of TensorFlow.
 *
 * @throws ShapeError unless all inputs have one shape; DTypeError for numbers that are not whole.
 * @example new layers.HashedCrossing(5).apply([['A', 'B', 'A'], [101, 101, 102]]) // [1, 4, 3]
 */
export class HashedCrossing extends Base {
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
      `${this.label} takes a list of two or more inputs of one shape, [batch], [batch, 1] or [], got ` +
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

  /** The shape of the encoded bins of two shapes that are equal. @throws ShapeError unless there are two. */
  override computeOutputShape(inputShape: unknown): PartialShape {
    const shapes: unknown = inputShape;
    return super.computeOutputShape(this.#requireShapes(isListOf(shapes, isShape) ? shapes : []));
  }

  override getConfig(): Config {
    const { trainable: _, ...config } = super.getConfig();
    return { ...config, dtype: this.outputType };
  }
}
