import { boolean, choice, configurable, number, only, own } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import type { Value } from '../../../engine/tensor/index.js';
import { Layer } from '../core/layer.js';
import type { TermTable } from './term-counts.js';

/** Ways in which a lookup gives its indices. */
export const LOOKUP_MODES = ['int', 'one_hot', 'multi_hot', 'count', 'tf_idf'] as const;

/** What comes with a vocabulary. */
export interface VocabularyOptions {
  /** With mode `'tf_idf'` the weight of each entry of the vocabulary. */
  readonly idfWeights?: ArrayLike<number> | null;
}

/** Options of `getVocabulary`. */
export interface GetVocabularyOptions {
  /** Whether the mask and the tokens for what is unknown come first, so that places are indices. Default true. */
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
export const LookupBase = configurable(
  Layer<Value, Value>,
  'IndexLookup',
  {
    /** The most entries of the vocabulary, with those for the mask and for what is unknown. Default null: any number. */
    maxTokens: number({ default: null, min: 2, max: 2 ** 31 - 1, integer: true }),
    /** How many indices there are for what is not in the vocabulary. With 0 that is an error. Default 1. */
    numOovIndices: number({ default: 1, min: 0, max: MAX_OOV_INDICES, integer: true }),
    /** Whether indices become terms. Then `outputMode` is `'int'`. Default false. */
    invert: boolean({ default: false }),
    /**
     * `'int'` for indices; numbers for all entries of the vocabulary with `'one_hot'` for each element, with `'multi_hot'` (whether
     * it is there), `'count'` (how often) and `'tf_idf'` (how often, by its weight) for each sample. Default `'int'`.
     */
    outputMode: choice(LOOKUP_MODES, { default: 'int' }),
    /** Whether what is encoded has `maxTokens` numbers, however long the vocabulary is. Default false. */
    padToMaxTokens: boolean({ default: false }),
    /** The weights of the entries of `vocabulary`, for the mode `'tf_idf'`. Default null. */
    idfWeights: own<readonly number[] | null>(),
    /** Sparse tensors are not supported: only false. */
    sparse: only([false], 'There are no sparse tensors here.'),
    /** Length of the vocabulary in a config that does not hold it. */
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
        `${label}: ${describeValue(term)} stands for ${isMask ? 'what is masked' : 'unknown terms'}, but is at place ${start + i} of ` +
          `the vocabulary. Leave all special terms out, or let it begin with them: [${shown.join(', ')}].`,
      );
    }
    if (table.add(term) === i) continue;
    throw new ValueError(
      `${label}: ${describeValue(term)} stands twice in the vocabulary, the second time at place ${start + i}. Give each term once.`,
    );
  }
}

/** Weights with their mean for the places before them. */
export function padFront(weights: readonly number[], count: number): number[] {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return [...new Array<number>(count).fill(mean), ...weights];
}
