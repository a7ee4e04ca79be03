import { configurable, only, own } from '../../../config/index.js';
import type { Nest, Option, OptionsOf } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { DTypeError, ValueError } from '../../../errors.js';
import { isStrings, StringArray } from '../../../engine/tensor/index.js';
import type {
  Shape,
  StringsLike,
  Tensor,
  TensorLike,
  Value,
} from '../../../engine/tensor/index.js';
import type { ApplyOptions } from '../core/layer-options.js';
import type { Symbolic, SymbolicTensor, TensorSpec } from '../core/symbolic-tensor.js';
import type { AdaptOptions, VocabularyBatch } from './adapt-data.js';
import { bucketsOf, salt } from './hashes.js';
import { IndexLookup } from './index-lookup.js';
import { requireStrings, requireStringSpec, stringsOf } from './lookup-options.js';
import { compareTexts } from './term-counts.js';
import { textOf, TokenTable } from './token-table.js';

/** The data for `adapt` of layers that read strings: all strings at once, or an (async) iterable of batches. */
export type AdaptStrings = StringsLike | Iterable<VocabularyBatch> | AsyncIterable<VocabularyBatch>;

const Base = configurable(IndexLookup<string, TokenTable>, 'StringLookup', {
  /** The string that is masked: its index is 0, and it is ignored when samples are encoded. Default null: none. */
  maskToken: anyText(null),
  /** The string that `invert` returns for indices of unknown strings. Default `'[UNK]'`. */
  oovToken: anyText('[UNK]'),
  /** The vocabulary, instead of calling `adapt`. Default null. To read a file, use `loadVocabulary`. */
  vocabulary: own<readonly string[] | null>(),
  /** Only `'utf-8'`, the encoding of files; strings in JavaScript have no encoding. */
  encoding: only(['utf-8', 'utf8'], 'Strings of JavaScript have no encoding.'),
  /**
   * The salt for SipHash, which chooses among several indices for unknown strings: two whole numbers, or one number for both.
   * Default null: FarmHash is used, without a salt.
   */
  salt: salt(),
  /** Has no effect, as strings are always hashed. */
  oovMethod: only(['floormod', 'farmhash'], 'Unknown strings are always hashed.'),
});

/** Options of `StringLookup`. */
export interface StringLookupOptions<Invert extends boolean = boolean> extends Omit<
  OptionsOf<typeof Base>,
  'invert'
> {
  /** Whether to turn indices into strings; requires `outputMode: 'int'`. Default false. */
  readonly invert?: Invert | null;
}

/** What `apply` takes and gives, which depends on whether the layer inverts. */
interface Applying<Invert extends boolean> {
  /** The symbolic indices of symbolic strings or, with `invert`, the symbolic strings at symbolic indices. */
  apply(x: SymbolicTensor, options?: ApplyOptions): SymbolicTensor;
  /** The indices of strings or, with `invert`, the strings at given indices. */
  apply(
    x: Invert extends true ? TensorLike : StringsLike,
    options?: ApplyOptions,
  ): Invert extends true ? StringArray : Tensor;
}

/** The base class, of a type that knows whether it inverts. */
const StringLookupBase = Base as unknown as Omit<typeof Base, 'prototype'> &
  (new <Invert extends boolean>(
    options: StringLookupOptions<Invert>,
  ) => Applying<Invert> & InstanceType<typeof Base>);

/**
 * The indices of strings in a vocabulary, which you give or which `adapt` learns; with `invert`, the strings at given indices.
 * Keras: `StringLookup`.
 *
 * Index 0 is that of the mask (if there is one, and with `outputMode: 'int'`). The indices of unknown strings follow, then
 * those of the vocabulary. Indices are int32, of the shape of the strings; encoded output is int32 too, or float32 with
 * `'tf_idf'`.
 *
 * @throws ValueError for options that cannot be combined.
 * @example
 * const lookup = new layers.StringLookup({ vocabulary: ['a', 'b', 'c'] });
 * lookup.apply(['b', 'z', 'a']); // [2, 0, 1]
 */
export class StringLookup<Invert extends boolean = false> extends StringLookupBase<Invert> {
  constructor(options: StringLookupOptions<Invert> = {}) {
    super(options);
  }

  override get readsStrings(): boolean {
    return !this.invert;
  }

  override computeOutputSpec(x: Symbolic<Value>, options?: ApplyOptions): Nest<TensorSpec> {
    const spec = super.computeOutputSpec(x, options) as TensorSpec;
    if (!this.invert) requireStringSpec(this.label, x);
    return this.invert ? { ...spec, dtype: 'string' } : spec;
  }

  protected override newTable(): TokenTable {
    return new TokenTable();
  }

  protected override toTerms(vocabulary: unknown): string[] {
    if (typeof vocabulary === 'string') {
      throw new ValueError(
        `${this.label}: vocabulary must be a list of strings, got ${describeValue(vocabulary)}. For a file make the layer without, ` +
          `and call await layer.loadVocabulary('${vocabulary.slice(0, 40)}').`,
      );
    }
    const { strings, ndim } = stringsOf(`${this.label}: vocabulary`, vocabulary);
    if (ndim === 1) return [...strings];
    throw new ValueError(
      `${this.label}: vocabulary must be one list of strings, got ${ndim} axes.`,
    );
  }

  protected override termOf(line: string): string {
    return line;
  }

  protected override compare(a: string, b: string): number {
    return compareTexts(a, b);
  }

  protected override termsIn(
    owner: string,
    data: unknown,
  ): { readonly terms: readonly string[]; readonly shape: Shape } {
    const { strings, shape } = stringsOf(owner, data);
    return { terms: strings, shape };
  }

  override async adapt(data: AdaptStrings, options: AdaptOptions = {}): Promise<void> {
    return super.adapt(data, options);
  }

  override updateState(data: StringsLike): void {
    super.updateState(data);
  }

  protected override oovIndex(term: string): number {
    return bucketsOf(this.numOovIndices, this.salt)(term);
  }

  /** The index of the string in units `from` … `to`; −1 for one that counts for nothing. @internal */
  indexOfUnits(units: Uint16Array, from: number, to: number, hash?: number): number {
    const { table } = this;
    const found = table.findUnits(units, from, to, hash);
    return found === -1 ? this.indexOfUnknown(textOf(units, from, to)) : found + this.tokenStart;
  }

  override call(x: Value): Value {
    if (this.invert) {
      if (isStrings(x)) throw new DTypeError('with invert it takes indices, got strings.');
      return new StringArray(
        Array.from(x.data(), (index) => this.termAt(index)),
        x.shape,
      );
    }
    const { strings, shape } = requireStrings(this.label, x);
    const { table, tokenStart } = this;
    const indices = new Int32Array(strings.length);
    for (let i = 0; i < strings.length; i++) {
      const term = strings[i] ?? '';
      const found = table.find(term);
      indices[i] = found === -1 ? this.indexOfUnknown(term) : found + tokenStart;
    }
    return this.encode(indices, shape);
  }
}

/** An option that is a text, which may be empty, or null for none. */
function anyText(initial: string | null): Option<string | null> {
  return {
    default: initial,
    takesNull: true,
    check: (given, { owner, name }) => {
      if (given === null || typeof given === 'string') return given;
      throw new ValueError(
        `${owner}: ${name} must be a string or null, got ${describeValue(given)}.`,
      );
    },
  };
}
