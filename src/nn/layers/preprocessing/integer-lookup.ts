import { choice, configurable, flattenNest, only, own } from '../../../config/index.js';
import type { Option, OptionsOf } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { DTypeError, FormatError, ValueError } from '../../../errors.js';
import { isStrings, isValue, Tensor, tensor } from '../../../engine/tensor/index.js';
import type { Shape, TensorLike, Value } from '../../../engine/tensor/index.js';
import type { AdaptBatch } from '../normalization.js';
import type { AdaptOptions } from './adapt-data.js';
import { bucketsOf, salt } from './hashes.js';
import { IndexLookup } from './index-lookup.js';
import { wholeNumbersOf } from './lookup-options.js';
import { IntegerTable } from './term-counts.js';

/** Options of `IntegerLookup`. */
export interface IntegerLookupOptions extends OptionsOf<typeof IntegerLookup> {}

/**
 * The indices of whole numbers in a vocabulary, which you give or which `adapt` learns; with `invert`, the numbers at given indices.
 * Keras: `IntegerLookup`.
 *
 * Index 0 is that of the mask (if there is one, and with `outputMode: 'int'`). The indices of unknown numbers follow, then those of
 * the vocabulary. Indices are int32, of the shape of the input; encoded output is int32 too, or float32 with `'tf_idf'`.
 *
 * @example
 * const lookup = new layers.IntegerLookup({ vocabulary: [12, 36, 1138] });
 * lookup.apply([36, 7, 12]); // [2, 0, 1]
 */
export class IntegerLookup extends configurable(IndexLookup<number>, 'IntegerLookup', {
  /** The number that is masked: its index is 0, and it is ignored when samples are encoded. Default null: none. */
  maskToken: anyInteger(null),
  /** The number that `invert` returns for indices of unknown numbers. Default −1. */
  oovToken: anyInteger(-1),
  /** The vocabulary, instead of calling `adapt`. Default null. To read a file, use `loadVocabulary`. */
  vocabulary: own<readonly number[] | null>(),
  /** Dtype of the vocabulary, int64 as in Keras. Tensors cannot contain numbers beyond int32. */
  vocabularyDtype: only(['int64'], 'The vocabulary is int64.'),
  /**
   * How an index is chosen for an unknown number if there are several: `'floormod'`, by the remainder of a division, or
   * `'farmhash'`, by a hash of its decimal digits. Default `'floormod'`.
   */
  oovMethod: choice(['floormod', 'farmhash'], { default: 'floormod' }),
  /** With `'farmhash'`, the salt for SipHash: two whole numbers, or one number for both. Default null: FarmHash is used, without a salt. */
  salt: salt(),
}) {
  /** @throws ValueError for options that cannot be combined. */
  constructor(options: IntegerLookupOptions = {}) {
    super(options);
    if (this.salt !== null && this.oovMethod !== 'farmhash') {
      throw new ValueError(
        `${this.label}: salt needs oovMethod: 'farmhash', got '${this.oovMethod}'.`,
      );
    }
  }

  protected override newTable(): IntegerTable {
    return new IntegerTable();
  }

  protected override toTerms(vocabulary: unknown): number[] {
    const isList = Array.isArray(vocabulary);
    const numbers =
      vocabulary instanceof Tensor ? vocabulary.data() : isList ? vocabulary : undefined;
    const terms = Array.from((numbers ?? []) as ArrayLike<unknown>);
    const wrong = terms.findIndex((term) => !Number.isSafeInteger(term));
    if (numbers !== undefined && wrong === -1) return terms as number[];
    throw new ValueError(
      `${this.label}: vocabulary must be a list of whole numbers, got ` +
        `${wrong === -1 ? describeValue(vocabulary) : `${describeValue(terms[wrong])} at place ${wrong}`}.`,
    );
  }

  protected override termOf(line: string, location: string): number {
    const term = Number(line);
    if (/^\s*[+-]?\d+\s*$/.test(line) && Number.isSafeInteger(term)) return term;
    throw new FormatError(
      `${this.label}: ${location} of the vocabulary is not a whole number: ${describeValue(line)}.`,
    );
  }

  protected override compare(a: number, b: number): number {
    return a - b;
  }

  protected override termsIn(
    owner: string,
    data: unknown,
  ): { readonly terms: readonly number[]; readonly shape: Shape } {
    const { numbers, shape } = wholeNumbersOf(owner, data);
    return { terms: numbers, shape };
  }

  override async adapt(
    data: TensorLike | Iterable<AdaptBatch> | AsyncIterable<AdaptBatch>,
    options: AdaptOptions = {},
  ): Promise<void> {
    return super.adapt(data, options);
  }

  override updateState(data: TensorLike): void {
    super.updateState(data);
  }

  protected override oovIndex(term: number): number {
    const { numOovIndices: count } = this;
    if (this.oovMethod === 'farmhash') return bucketsOf(count, this.salt)(String(term));
    return ((term % count) + count) % count;
  }

  protected override givenTensors(x: unknown): unknown {
    const isNested = Array.isArray(x) && flattenNest(x, isValue).length === 0;
    if (!isNested && typeof x !== 'number') return super.givenTensors(x as TensorLike);
    const { numbers, shape } = wholeNumbersOf(this.label, x);
    return tensor(numbers, { shape, dtype: 'int32' });
  }

  override call(x: Value): Tensor {
    if (isStrings(x)) {
      throw new DTypeError(
        `${this.label} reads whole numbers, got strings. Use StringLookup for strings.`,
      );
    }
    const { table, tokenStart } = this;
    const indices = Int32Array.from(x.data(), (value) => {
      const term = Math.trunc(value);
      if (this.invert) return this.termAt(term);
      const found = table.find(term);
      return found === -1 ? this.indexOfUnknown(term) : found + tokenStart;
    });
    return this.encode(indices, x.shape);
  }
}

/** An option that is a whole number, or null for none. */
function anyInteger(initial: number | null): Option<number | null> {
  return {
    default: initial,
    takesNull: true,
    check: (given, { owner, name }) => {
      if (given === null || Number.isSafeInteger(given)) return given as number | null;
      throw new ValueError(
        `${owner}: ${name} must be a whole number or null, got ${describeValue(given)}.`,
      );
    },
  };
}
