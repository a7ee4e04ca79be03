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

/** What `adapt` of layers of strings takes: all strings at once, or an (async) iterable of batches. */
export type AdaptStrings = StringsLike | Iterable<VocabularyBatch> | AsyncIterable<VocabularyBatch>;

const Base = configurable(IndexLookup<string, TokenTable>, 'StringLookup', {
  /** The string that is masked: its index is 0, and it counts for nothing where samples are encoded. Default null: none. */
  maskToken: anyText(null),
  /** What indices of unknown strings become with `invert`. Default `'[UNK]'`. */
  oovToken: anyText('[UNK]'),
  /** The vocabulary, in place of `adapt`. Default null. For a file see `loadVocabulary`. */
  vocabulary: own<readonly string[] | null>(),
  /** Strings of JavaScript have no encoding: only `'utf-8'`, in which files are written. */
  encoding: only(['utf-8', 'utf8'], 'Strings of JavaScript have no encoding.'),
  /** Two whole numbers, or one for both, by which SipHash chooses among several indices for unknown strings. Default null: FarmHash. */
  salt: salt(),
  /** Strings are always hashed: both names mean the same here. */
  oovMethod: only(['floormod', 'farmhash'], 'Unknown strings are always hashed.'),
});

/** Options of `StringLookup`. */
export interface StringLookupOptions<Invert extends boolean = boolean> extends Omit<
  OptionsOf<typeof Base>,
  'invert'
> {
  /** Whether indices become strings. Then `outputMode` is `'int'`. Default false. */
  readonly invert?: Invert | null;
}

/** What `apply` takes and gives, which depends on whether the layer inverts. */
interface Applying<Invert extends boolean> {
  /** What the layer will make of symbolic strings or, with `invert`, of symbolic indices. */
  apply(x: SymbolicTensor, options?: ApplyOptions): SymbolicTensor;
  /** The indices of strings or, with `invert`, the strings of indices. */
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
 * The indices of strings in a vocabulary, which `adapt` learns or which is given; with `invert` the strings of indices. Keras:
 * `StringLookup`.
 *
 * Indices begin with 0 for the mask (if there is one, and with `outputMode: 'int'`), then those for unknown strings, then the
 * vocabulary. They are int32, of the shape of the strings; what is encoded is int32 as well, with `'tf_idf'` float32.
 *
 * @throws ValueError for options that do not go together.
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
