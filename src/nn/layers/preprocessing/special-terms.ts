import { describeValue } from '../../../config/describe-value.js';
import type { OptionsOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { LookupBase } from './lookup-options.js';

/** Options of a lookup. */
export type LookupOptions<Term> = OptionsOf<typeof LookupBase> & {
  readonly vocabulary?: readonly Term[] | null;
};

/**
 * A lookup without its vocabulary: which indices stand for what is masked and for what is unknown. They come first.
 *
 * @typeParam Term what the vocabulary consists of
 */
export abstract class SpecialTerms<Term extends string | number> extends LookupBase {
  // Stands for what is masked; null for none.
  abstract readonly maskToken: Term | null;
  // What indices of unknown terms become with `invert`; null for none.
  abstract readonly oovToken: Term | null;

  /** @throws ValueError for options that do not go together. */
  constructor(options: LookupOptions<Term> = {}) {
    super(options);
    const { idfWeights = null, vocabulary = null } = options;
    this.inputSpec = {};
    if (this.padToMaxTokens && this.maxTokens === null) {
      throw new ValueError(
        `${this.label}: padToMaxTokens needs maxTokens, the length of what is padded.`,
      );
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
    const isMask = (place: number): boolean => place < this.#oovStart;
    return Array.from({ length: this.tokenStart }, (_, place) =>
      isMask(place) ? this.maskToken : this.oovToken,
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

  /** Which of several indices for unknown terms a term gets. */
  protected abstract oovIndex(term: Term): number;
}
