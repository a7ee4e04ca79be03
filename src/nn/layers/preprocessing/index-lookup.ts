import { checkBoolean, checkNumber, checkOptions } from '../../../config/index.js';
import type { Config } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import type { FileArray } from '../../../files/formats/elements.js';
import type { LimitedReadOptions, Source } from '../../../files/locations/source.js';
import { tensor } from '../../../engine/tensor/index.js';
import type { PartialShape, Shape, Tensor } from '../../../engine/tensor/index.js';
import { takeData } from './adapt-data.js';
import type { AdaptOptions } from './adapt-data.js';
import { encodeCategories, encodedShape } from './encoding-layer.js';
import { fillTable, givenVocabulary, padFront, SpecialTerms } from './lookup-options.js';
import type {
  GetVocabularyOptions,
  GivenVocabulary,
  LookupOptions,
  VocabularyOptions,
} from './lookup-options.js';
import { TermCounts } from './term-counts.js';
import type { TermTable } from './term-counts.js';
import {
  linesIn,
  linesOf,
  readLines,
  sameWeights,
  storedWeights,
  VOCABULARY_FILE,
  weightsIn,
} from './vocabulary-file.js';

/** A number of entries. */
const COUNT = { min: 0, max: 2 ** 31 - 1, integer: true } as const;

/**
 * Base class of `StringLookup` and `IntegerLookup`, which look up terms in a vocabulary.
 *
 * @typeParam Term the type of the vocabulary's terms
 */
export abstract class IndexLookup<
  Term extends string | number,
  Table extends TermTable<Term> = TermTable<Term>,
> extends SpecialTerms<Term> {
  /** The vocabulary that was given with the options, which files hold in the config. */
  #given: GivenVocabulary<Term> | undefined;
  #table: Table | undefined;
  #idfWeights: Float32Array<ArrayBuffer> | undefined;
  #counts: TermCounts<Term, Table> | undefined;
  /** How long the vocabulary is, which must not change where outputs have that length. */
  #size: number | null;

  /** @throws ValueError for options that cannot be combined, and for an invalid vocabulary. */
  constructor(options: LookupOptions<Term> = {}) {
    super(options);
    const { idfWeights = null, vocabulary = null, vocabularySize = null } = options;
    this.#size =
      vocabularySize === null
        ? null
        : checkNumber(this.label, 'vocabularySize', vocabularySize, COUNT);
    if (vocabulary === null) return;
    this.#given = this.#set(vocabulary, idfWeights);
  }

  /** An empty table. */
  protected abstract newTable(): Table;

  /** A vocabulary as terms. @throws ValueError for anything else. */
  protected abstract toTerms(vocabulary: unknown): Term[];

  /** The term of a line of a file. @throws FormatError for a line that is none. */
  protected abstract termOf(line: string, location: string): Term;

  /** Negative if `a` comes before `b`. */
  protected abstract compare(a: Term, b: Term): number;

  /** The terms of samples in row-major order, and their shape. @throws DTypeError for anything else. */
  protected abstract termsIn(
    owner: string,
    data: unknown,
  ): { readonly terms: ArrayLike<Term>; readonly shape: Shape };

  /** Dtype of the output. */
  override get dtype(): 'float32' | 'int32' {
    return this.outputMode === 'tf_idf' ? 'float32' : 'int32';
  }

  /** The terms without the special ones. @throws ValueError if there are none. @internal */
  get table(): Table {
    if (this.#table !== undefined) return this.#table;
    throw new ValueError(
      `${this.label} has no vocabulary yet. Call adapt(data), give it a vocabulary, or load its model from a file.`,
    );
  }

  /**
   * The terms in the order of their indices. The special terms, for the mask and for unknown terms, come first unless you leave them out.
   */
  getVocabulary(options: GetVocabularyOptions = {}): Term[] {
    const owner = `${this.label}: getVocabulary`;
    checkOptions(owner, options, ['includeSpecialTokens']);
    const includeSpecialTokens = checkBoolean(owner, 'includeSpecialTokens', options.includeSpecialTokens ?? true); // prettier-ignore
    const { size = 0 } = this.#table ?? {};
    const terms = Array.from({ length: size }, (_, i) => (this.#table as Table).at(i));
    return includeSpecialTokens ? [...(this.special as Term[]), ...terms] : terms;
  }

  /** Length of the vocabulary, including the indices for the mask and for unknown terms. */
  vocabularySize(): number {
    return (this.#table?.size ?? 0) + this.tokenStart;
  }

  /**
   * Replaces the vocabulary. It may begin with the special terms, as `getVocabulary` returns them, or contain none of them.
   *
   * @throws ValueError for an empty vocabulary, duplicate terms, special terms elsewhere, more than `maxTokens` terms, a new length
   * once the output shape depends on the old one, and a wrong number of weights.
   */
  setVocabulary(vocabulary: readonly Term[] | Tensor, options: VocabularyOptions = {}): void {
    checkOptions(`${this.label}: setVocabulary`, options, ['idfWeights']);
    const given = this.#set(vocabulary, options.idfWeights ?? null);
    // It stands in the config in place of the one that was given with the options.
    if (this.#given !== undefined) this.#given = given;
  }

  #set(vocabulary: unknown, idfWeights: ArrayLike<number> | null): GivenVocabulary<Term> {
    const entries = this.toTerms(vocabulary);
    const given = givenVocabulary(this.label, this.outputMode, entries, idfWeights);
    const { terms, idfWeights: weights } = given;
    if (terms.length === 0) throw new ValueError(`${this.label}: the vocabulary is empty.`);
    const special = this.special;
    const isComplete = special.every((term, i) => term === terms[i]);
    const start = isComplete ? special.length : 0;
    const table = this.newTable();
    fillTable(this.label, table, {
      terms,
      start,
      special,
      invert: this.invert,
      mask: this.maskToken,
      oov: this.oovToken,
    });
    this.#take(table);
    if (weights !== null) {
      this.#weigh(isComplete ? weights : padFront(weights, this.tokenStart));
    }
    return given;
  }

  /** Takes a table as the vocabulary. */
  #take(table: Table): void {
    const size = table.size + this.tokenStart;
    if (this.maxTokens !== null && size > this.maxTokens) {
      throw new ValueError(
        `${this.label}: the vocabulary has ${size} entries, the special ones among them, but maxTokens is ${this.maxTokens}.`,
      );
    }
    if (this.#isFixed && this.#size !== null && this.#size !== size) {
      throw new ValueError(
        `${this.label}: with outputMode '${this.outputMode}' the vocabulary has a length that stays, vocabularySize = ${this.#size}, but now it would ` +
          `be ${size}. Make a new layer, or set padToMaxTokens.`,
      );
    }
    this.#table = table;
    this.#size = size;
  }

  /** Takes the weights of all indices, with zeros for the positions that are padded. */
  #weigh(weights: readonly number[]): void {
    const isPadded = this.padToMaxTokens && this.maxTokens !== null;
    const padded = new Float32Array(
      isPadded ? Math.max(this.maxTokens, weights.length) : weights.length,
    );
    padded.set(weights);
    this.#idfWeights = padded;
  }

  /**
   * Learns the vocabulary from data, replacing the previous one. Frequent terms come first, equal ones in descending order. At
   * most `maxTokens` are kept. In a list each term is a document. Data in memory are done when the call returns, iterables when
   * the promise resolves.
   *
   * @throws ValueError if a vocabulary was given to the constructor, and for anything that is not data.
   */
  async adapt(data: unknown, options: AdaptOptions = {}): Promise<void> {
    const owner = `${this.label}: adapt`;
    this.#requireAdaptable();
    this.resetState();
    const waiting = takeData(owner, data, options, {
      whole: this.#count.bind(this, true),
      batch: this.#count.bind(this, false),
    });
    if (waiting !== undefined) await waiting;
    this.finalizeState();
  }

  /** Whether the layer learns from data: it was not given its vocabulary. @internal */
  get isAdaptable(): boolean {
    return this.#given === undefined;
  }

  #requireAdaptable(): void {
    if (this.#given === undefined) return;
    throw new ValueError(
      `${this.label} was given its vocabulary, so it cannot adapt. Make it without a vocabulary.`,
    );
  }

  /**
   * Counts the terms of samples: an entry along the first axis is a document. Of a list in memory each term is one, as in Keras, and
   * a batch that is a list is one document.
   */
  #count(isWhole: boolean, data: unknown): void {
    const counts = this.counting();
    const { terms, shape } = this.termsIn(`${this.label}: adapt`, data);
    const documents = shape.length > 1 || isWhole ? (shape[0] ?? 1) : 1;
    const length = terms.length / documents;
    for (let document = 0; document < documents; document++) {
      counts.begin();
      for (let i = document * length; i < (document + 1) * length; i++) {
        counts.count(counts.table.add(terms[i] as Term));
      }
    }
  }

  /** What has been counted so far. @internal */
  counting(): TermCounts<Term, Table> {
    this.#requireAdaptable();
    return (this.#counts ??= new TermCounts<Term, Table>(this.newTable()));
  }

  /**
   * Reads a vocabulary from a text file in UTF-8 with one term per line.
   *
   * @throws FormatError for a file that is not such text, and whatever `setVocabulary` throws.
   */
  async loadVocabulary(
    source: Source,
    options: LimitedReadOptions & VocabularyOptions = {},
  ): Promise<void> {
    const owner = `${this.label}: loadVocabulary`;
    checkOptions(owner, options, ['idfWeights', 'signal', 'maxBytes']);
    const { idfWeights = null, ...reading } = options;
    const { lines, name } = await readLines(owner, source, reading);
    const terms = lines.map((line, i) => this.termOf(line, `${name}: line ${i + 1}`));
    this.setVocabulary(terms, { idfWeights });
  }

  /** Counts the terms of a batch. A list of terms is one document; with more axes, each entry along the first is one. */
  updateState(data: unknown): void {
    this.#count(false, data);
  }

  /** Creates the vocabulary from the counts of `updateState`. If nothing was counted, the vocabulary does not change. */
  finalizeState(): void {
    const counts = this.#counts;
    this.#counts = undefined;
    if (counts === undefined || counts.table.size === 0) return;
    const most = this.maxTokens === null ? Infinity : this.maxTokens - this.tokenStart;
    const selected = counts
      .sorted((a, b) => this.compare(a, b))
      .filter((index) => {
        const term = counts.table.at(index);
        return term !== this.maskToken && term !== this.oovToken;
      })
      .slice(0, Math.max(0, most));
    const table = this.newTable();
    for (const index of selected) table.add(counts.table.at(index));
    this.#take(table);
    if (this.outputMode !== 'tf_idf') return;
    const weights = selected.map((index) => Math.fround(counts.inverseDocumentFrequency(index)));
    this.#weigh(padFront(weights, this.tokenStart));
  }

  /** Forgets the counts of `updateState`. */
  resetState(): void {
    this.#counts = undefined;
  }

  /** The term of an index: what `invert` gives. @internal */
  protected termAt(index: number): Term {
    if (index === 0 && this.maskToken !== null) return this.maskToken;
    const { table } = this;
    const position = index - this.tokenStart;
    const isKnown = Number.isInteger(position) && position >= 0 && position < table.size;
    const term = isKnown ? table.at(position) : this.oovToken;
    if (term !== null) return term;
    throw new ValueError(
      `${this.label}: index ${index} does not stand for a term, and oovToken is null. Give indices of the vocabulary.`,
    );
  }

  /** Indices as `outputMode` says. @internal */
  encode(indices: Int32Array, shape: Shape): Tensor {
    const mode = this.outputMode;
    if (mode === 'int') return tensor(indices, { shape });
    const owner = this.padToMaxTokens ? `${this.label}: maxTokens` : this.label;
    return encodeCategories(owner, indices, shape, {
      mode: mode === 'tf_idf' ? 'count' : mode,
      depth: this.#depth ?? 0,
      dtype: this.dtype,
      factors: this.#idfWeights,
    });
  }

  /** What configs say of the length of the vocabulary: nothing before it is known, if outputs have that length. @internal */
  get statedSize(): number | null {
    return this.#isFixed ? this.#size : this.vocabularySize();
  }

  /** Whether the length of outputs is that of the vocabulary. */
  get #isFixed(): boolean {
    return this.outputMode !== 'int' && !this.padToMaxTokens;
  }

  /** How many numbers stand for a sample or an element that is encoded. */
  get #depth(): number | null {
    return this.padToMaxTokens ? this.maxTokens : this.#size;
  }

  /** Does nothing, as there are no weights: a vocabulary is not a weight. */
  override build(_inputShape: unknown): void {
    // A vocabulary comes from `adapt`, from the options or from a file.
  }

  override computeOutputShape(inputShape: unknown): PartialShape {
    return this.encodedShape(inputShape as PartialShape);
  }

  /** Shape of what `encode` gives. @internal */
  encodedShape(shape: PartialShape): PartialShape {
    const mode = this.outputMode;
    return encodedShape(shape, mode === 'tf_idf' ? 'count' : mode, this.#depth);
  }

  /** Arrays that files keep in addition to weights, by name. @internal */
  get storedArrays(): ReadonlyMap<string, FileArray> {
    return storedWeights(this.#idfWeights);
  }

  /** Texts that files keep, by the names of the files. @internal */
  get assets(): ReadonlyMap<string, string> {
    return new Map(this.#inConfig === undefined ? [[VOCABULARY_FILE, this.#lines.text]] : []);
  }

  get #lines(): ReturnType<typeof linesOf> {
    return linesOf(this.#table ?? this, () => this.getVocabulary());
  }

  /** The vocabulary that stands in the config: one that was given, or that a file of lines cannot hold. */
  get #inConfig(): GivenVocabulary<Term> | undefined {
    if (this.#given !== undefined) return this.#given;
    if (this.#table === undefined || this.#lines.isWhole) return undefined;
    const terms = this.getVocabulary();
    const weights = this.#idfWeights?.subarray(0, terms.length);
    return { terms, idfWeights: weights === undefined ? null : Array.from(weights) };
  }

  /**
   * Checks the arrays of a file of weights, and gives what takes them: the vocabulary stays.
   *
   * @throws ShapeError unless there are as many weights of terms as here, or `skipMismatch` leaves them alone.
   * @internal
   */
  prepareLoad(arrays: ReadonlyMap<string, FileArray>, skipMismatch: boolean): () => void {
    const weights = sameWeights(this.label, arrays, this.#idfWeights, skipMismatch);
    return () => {
      this.#idfWeights = weights;
    };
  }

  /**
   * Takes what a file keeps.
   *
   * @throws FormatError for anything but a vocabulary of the length in the config.
   * @internal
   */
  restore(assets: ReadonlyMap<string, string>, arrays: ReadonlyMap<string, FileArray>): void {
    if (this.#given !== undefined) {
      this.prepareLoad(arrays, false)();
      return;
    }
    const lines = linesIn(this.label, assets, { stated: this.#size, fixed: this.tokenStart });
    if (lines.length <= this.tokenStart) return; // The layer had learned nothing.
    const terms = lines.map((line, i) => this.termOf(line, `line ${i + 1}`));
    const isWeighed = this.outputMode === 'tf_idf';
    const idfWeights = isWeighed ? weightsIn(this.label, arrays, terms.length) : null;
    this.setVocabulary(terms, { idfWeights });
  }

  override getConfig(): Config {
    const { terms = null, idfWeights = null } = this.#inConfig ?? {};
    return {
      ...super.getConfig(),
      vocabulary: terms,
      idf_weights: idfWeights,
      vocabulary_size: this.#size,
    };
  }
}
