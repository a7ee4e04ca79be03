import { boolean, choice, configurable, number, only, own } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { DTypeError, ValueError } from '../../../errors.js';
import type {
  NestedNumbers,
  StringArray,
  TensorLike,
  Value,
} from '../../../engine/tensor/index.js';
import { Layer } from '../core/layer.js';
import type { TermTable } from './term-counts.js';
import type { OptionsOf } from '../../../config/index.js';
import { isStrings, stringArray, Tensor, tidy, toTensor } from '../../../engine/tensor/index.js';
import { readNested } from '../../../engine/tensor/nested.js';
import { holdsStrings } from '../../../engine/tensor/string-array.js';
import type { TensorSpec } from '../core/symbolic-tensor.js';

/** Ways in which a lookup gives its indices. */
export const LOOKUP_MODES = ['int', 'one_hot', 'multi_hot', 'count', 'tf_idf'] as const;

/** Options of `setVocabulary`. */
export interface VocabularyOptions {
  /** With mode `'tf_idf'`, the weight of each entry of the vocabulary. */
  readonly idfWeights?: ArrayLike<number> | null;
}

/** Options of `getVocabulary`. */
export interface GetVocabularyOptions {
  /** Whether to include the mask and the tokens for unknown terms at the beginning, so that positions are indices. Default true. */
  readonly includeSpecialTokens?: boolean;
}

/** The most indices for unknown terms: each has a line in files. `Hashing` has more. */
const MAX_OOV_INDICES = 2 ** 20;

/** A vocabulary with the weights of its entries. */
export interface GivenVocabulary<Term> {
  readonly terms: readonly Term[];
  readonly idfWeights: readonly number[] | null;
}

/** A vocabulary with weights where `outputMode` asks for them. @throws ValueError for weights that are missing or too many. */
export function givenVocabulary<Term>(
  label: string,
  outputMode: string,
  terms: readonly Term[],
  idfWeights: ArrayLike<number> | null,
): GivenVocabulary<Term> {
  if ((idfWeights !== null) !== (outputMode === 'tf_idf')) {
    throw new ValueError(
      `${label}: with outputMode '${outputMode}' a vocabulary comes ${idfWeights === null ? 'with' : 'without'} idfWeights.`,
    );
  }
  if (idfWeights !== null && idfWeights.length !== terms.length) {
    throw new ValueError(
      `${label}: the vocabulary has ${terms.length} entries, but there are ${idfWeights.length} idfWeights. Give one for each.`,
    );
  }
  return { terms, idfWeights: idfWeights === null ? null : Array.from(idfWeights) };
}

/** The base class of lookups, with the options that they share. */
const LookupBase = configurable(
  Layer<Value, Value>,
  'IndexLookup',
  {
    /** The largest number of entries in the vocabulary, including those for the mask and for unknown terms. Default null: any number. */
    maxTokens: number({ default: null, min: 2, max: 2 ** 31 - 1, integer: true }),
    /** The number of indices for unknown terms. With 0, unknown terms are an error. Default 1. */
    numOovIndices: number({ default: 1, min: 0, max: MAX_OOV_INDICES, integer: true }),
    /** Whether to turn indices into terms; requires `outputMode: 'int'`. Default false. */
    invert: boolean({ default: false }),
    /**
     * `'int'`: indices. `'one_hot'`: a one-hot vector for each element. `'multi_hot'`, `'count'` and `'tf_idf'`: for each sample,
     * whether each entry of the vocabulary occurs, how often, or how often times its weight. Default `'int'`.
     */
    outputMode: choice(LOOKUP_MODES, { default: 'int' }),
    /** Whether encoded output always has `maxTokens` numbers, however long the vocabulary is. Default false. */
    padToMaxTokens: boolean({ default: false }),
    /** The weights of the entries of `vocabulary`, for the mode `'tf_idf'`. Default null. */
    idfWeights: own<readonly number[] | null>(),
    /** Only false, as sparse tensors are not supported. */
    sparse: only([false], 'There are no sparse tensors here.'),
    /** Length of the vocabulary, in a config that does not contain the vocabulary. */
    vocabularySize: own<number | null>({ takesNull: true }),
  },
  {
    isAbstract: true,
    // How old versions of Keras spell two modes.
    upgrade: ({ output_mode: mode, ...rest }) => ({
      ...rest,
      output_mode: mode === 'binary' ? 'multi_hot' : mode === 'tf-idf' ? 'tf_idf' : mode,
    }),
  },
);

/** Terms of a vocabulary, and those that must not be among them. */
interface Filling<Term> {
  readonly terms: readonly Term[];
  /** Where the terms begin that are no special ones. */
  readonly start: number;
  readonly special: readonly (Term | null)[];
  readonly invert: boolean;
  readonly mask: Term | null;
  readonly oov: Term | null;
}

/** Fills a table with terms. @throws ValueError for special terms among them, and for terms that stand there twice. */
export function fillTable<Term>(
  label: string,
  table: TermTable<Term>,
  { terms, start, special, invert, mask, oov }: Filling<Term>,
): void {
  for (const [i, term] of terms.slice(start).entries()) {
    const isMask = term === mask;
    // What stands for unknown terms is a term as any other, unless indices are turned into terms.
    if (isMask || (invert && term === oov)) {
      const shown = special.slice(0, 4).map((one) => describeValue(one));
      if (shown.length < special.length) shown.push('…');
      throw new ValueError(
        `${label}: ${describeValue(term)} stands for ${isMask ? 'what is masked' : 'unknown terms'}, but is at index ${start + i} of the vocabulary. Leave all special terms out, or put them at the beginning: [${shown.join(', ')}].`,
      );
    }
    if (table.add(term) === i) continue;
    throw new ValueError(
      `${label}: ${describeValue(term)} occurs twice in the vocabulary, the second time at index ${start + i}. Give each term once.`,
    );
  }
}

/** Weights with their mean for the positions before them. */
export function padFront(weights: readonly number[], count: number): number[] {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return [...new Array<number>(count).fill(mean), ...weights];
}

/** Options of a lookup. */
export type LookupOptions<Term> = OptionsOf<typeof LookupBase> & {
  readonly vocabulary?: readonly Term[] | null;
};

/**
 * A lookup without its vocabulary: the first indices, which stand for the mask and for unknown terms.
 *
 * @typeParam Term the type of the vocabulary's terms
 */
export abstract class SpecialTerms<Term extends string | number> extends LookupBase {
  /** The term that is masked; null for none. */
  abstract readonly maskToken: Term | null;
  /** The term that `invert` returns for indices of unknown terms; null for none. */
  abstract readonly oovToken: Term | null;

  /** @throws ValueError for options that cannot be combined. */
  constructor(options: LookupOptions<Term> = {}) {
    super(options);
    const { idfWeights = null, vocabulary = null } = options;
    this.inputSpec = {};
    if (this.padToMaxTokens && this.maxTokens === null) {
      throw new ValueError(`${this.label}: padToMaxTokens needs maxTokens, the length to pad to.`);
    }
    if (this.invert && this.outputMode !== 'int') {
      throw new ValueError(
        `${this.label}: with invert, outputMode must be 'int', got '${this.outputMode}'.`,
      );
    }
    if (idfWeights !== null && (this.outputMode !== 'tf_idf' || vocabulary === null)) {
      throw new ValueError(
        `${this.label}: idfWeights go with a vocabulary and outputMode 'tf_idf', got ` +
          `${vocabulary === null ? 'no vocabulary' : `outputMode '${this.outputMode}'`}.`,
      );
    }
  }

  /** Where the indices of unknown terms begin. */
  get #oovStart(): number {
    return this.maskToken !== null && this.outputMode === 'int' ? 1 : 0;
  }

  /** Where the indices of the vocabulary begin. @internal */
  get tokenStart(): number {
    return this.#oovStart + this.numOovIndices;
  }

  /** The special terms in the order of their indices. */
  protected get special(): (Term | null)[] {
    const isMask = (index: number): boolean => index < this.#oovStart;
    return Array.from({ length: this.tokenStart }, (_, index) =>
      isMask(index) ? this.maskToken : this.oovToken,
    );
  }

  /** The index of a term that is not in the vocabulary; −1 for one that counts for none. @internal */
  indexOfUnknown(term: Term): number {
    if (term === this.maskToken) return this.outputMode === 'int' ? 0 : -1;
    if (this.numOovIndices > 0) {
      return this.#oovStart + (this.numOovIndices === 1 ? 0 : this.oovIndex(term));
    }
    throw new ValueError(
      `${this.label}: ${describeValue(term)} is not in the vocabulary, and numOovIndices is 0. Set it to 1, or give terms of the ` +
        `vocabulary alone.`,
    );
  }

  /**
   * The index of an unknown term among the indices for unknown terms, counted from 0.
   *
   * @param term a term that is not in the vocabulary
   */
  protected abstract oovIndex(term: Term): number;
}

/** Strings that a layer learns from. @throws DTypeError for anything else. */
export function stringsOf(owner: string, x: unknown): StringArray {
  const strings = x instanceof Tensor ? x : holdsStrings(x) ? stringArray(x) : x;
  return Array.isArray(strings) && strings.length === 0
    ? stringArray([])
    : requireStrings(owner, strings);
}

/** Strings, of a layer that reads nothing else. @throws DTypeError for numbers. */
export function requireStrings(label: string, x: unknown): StringArray {
  if (isStrings(x)) return x;
  const came = x instanceof Tensor ? `a tensor of ${x.dtype}` : describeValue(x);
  throw new DTypeError(
    `${label} reads strings, got ${came}. Give strings, or numbers to IntegerLookup, Hashing or Discretization.`,
  );
}

/** Refuses a symbolic tensor that does not stand for strings. @throws DTypeError */
export function requireStringSpec(label: string, { dtype }: TensorSpec): void {
  if (dtype === 'string') return;
  throw new DTypeError(
    `${label} reads strings, got a symbolic tensor of ${dtype}. Begin the model with Input([], { dtype: 'string' }), or give numbers ` +
      `to IntegerLookup, Hashing or Discretization.`,
  );
}

/**
 * Whole numbers as they are, which float32 would round, and their shape. What stands behind the point is lost.
 *
 * @throws DTypeError for strings, ValueError for NaN, infinity, and numbers beyond 2⁵³.
 */
export function wholeNumbersOf(
  owner: string,
  data: unknown,
): { readonly numbers: readonly number[]; readonly shape: readonly number[] } {
  if (holdsStrings(data)) throw new DTypeError(`${owner} takes whole numbers, got strings.`);
  const found =
    Array.isArray(data) || typeof data === 'number'
      ? readNested(data as NestedNumbers)
      : tidy(() => {
          const x = toTensor(data as TensorLike);
          return { data: x.data(), shape: x.shape };
        });
  const numbers = Array.from(found.data, Math.trunc);
  const wrong = numbers.find((number) => !Number.isSafeInteger(number));
  if (wrong === undefined) return { numbers, shape: found.shape };
  throw new ValueError(`${owner} takes whole numbers, got ${wrong}. Leave such numbers out.`);
}
