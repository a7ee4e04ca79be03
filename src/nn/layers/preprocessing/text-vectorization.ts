import { describeValue } from '../../../config/describe-value.js';
import {
  boolean,
  choice,
  configurable,
  length,
  naming,
  number,
  only,
  own,
} from '../../../config/index.js';
import type { Config, Nest, OptionsOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import type { FileArray } from '../../../files/formats/elements.js';
import type { LimitedReadOptions, Source } from '../../../files/locations/source.js';
import { formatShape, requireRoom, sizeOf } from '../../../engine/tensor/index.js';
import type {
  PartialShape,
  StringArray,
  StringsLike,
  Tensor,
} from '../../../engine/tensor/index.js';
import type { ApplyOptions } from '../core/layer-options.js';
import { Layer } from '../core/layer.js';
import type { Symbolic, TensorSpec } from '../core/symbolic-tensor.js';
import { takeData } from './adapt-data.js';
import type { AdaptOptions } from './adapt-data.js';
import { LOOKUP_MODES, requireStrings, requireStringSpec, stringsOf } from './lookup-options.js';
import type { GetVocabularyOptions, VocabularyOptions } from './lookup-options.js';
import { functionOf, nameOrFunction, ngramWidths, SPLITS, STANDARDS } from './text-options.js';
import type { Split, SplitFunction, Standardize, StandardizeFunction } from './text-options.js';
import { StringLookup } from './string-lookup.js';
import type { AdaptStrings } from './string-lookup.js';
import { grown, standardized, tableOf, Tokens } from './token-table.js';
import type { Standard } from './token-table.js';

/** Options of `TextVectorization`. */
export interface TextVectorizationOptions extends OptionsOf<typeof TextVectorization> {}

/**
 * Turns texts into the indices of their words, or into a number for each word of a vocabulary, which you give or which `adapt`
 * learns. Texts are [batch] or [batch, 1]. Keras: `TextVectorization`.
 *
 * Each text is standardized and split into tokens, which are combined into n-grams and looked up. As in TensorFlow, only A … Z
 * become lowercase, only ASCII punctuation is removed, and only ASCII whitespace separates tokens.
 *
 * With `outputMode: 'int'` the result is int32 [batch, steps]: 0 is padding, 1 an unknown token. Otherwise it is [batch, words]
 * with the unknown words first: int32, or float32 with `'tf_idf'`.
 *
 * @example
 * const vectorize = new layers.TextVectorization({ outputSequenceLength: 4 });
 * await vectorize.adapt(['a good film', 'a film']);
 * vectorize.getVocabulary(); // ['', '[UNK]', 'film', 'a', 'good']
 * vectorize.apply(['A good, long film!']); // [[3, 4, 1, 2]]
 */
export class TextVectorization extends configurable(
  Layer<StringArray, Tensor>,
  'TextVectorization',
  {
    /** The maximum size of the vocabulary, including padding and the unknown token. Default null: any size. */
    maxTokens: number({ default: null, min: 2, max: 2 ** 31 - 1, integer: true }),
    /**
     * How texts are standardized: `'lower_and_strip_punctuation'` (default), `'lower'`, `'strip_punctuation'`, null for no change, or
     * a function of a text.
     */
    standardize: nameOrFunction<Standardize, StandardizeFunction>(STANDARDS, 'lower_and_strip_punctuation'), // prettier-ignore
    /**
     * How texts are split: at whitespace (`'whitespace'`, default), into characters (`'character'`), null for not at all, or by a
     * function of a text.
     */
    split: nameOrFunction<Split, SplitFunction>(SPLITS, 'whitespace'),
    /** n-grams instead of tokens: a number n for 1 … n tokens, or a list of lengths. Default null: tokens. */
    ngrams: ngramWidths(),
    /**
     * `'int'` (default): indices. `'multi_hot'`, `'count'` and `'tf_idf'`: whether each word occurs, how often, or how often
     * times its weight.
     */
    outputMode: choice(LOOKUP_MODES, { default: 'int' }),
    /**
     * Number of steps of the output: longer texts are truncated, shorter ones padded with 0. Default null: the length of the
     * longest text in a batch.
     */
    outputSequenceLength: length({ default: null }),
    /** Whether encoded output always has `maxTokens` numbers, however long the vocabulary is. Default false. */
    padToMaxTokens: boolean({ default: false }),
    /** The vocabulary, instead of calling `adapt`. Default null. To read a file, use `loadVocabulary`. */
    vocabulary: own<readonly string[] | null>(),
    /** The weights of the entries of `vocabulary`, for the mode `'tf_idf'`. Default null. */
    idfWeights: own<readonly number[] | null>(),
    /** Only false, as sparse tensors are not supported. */
    sparse: only([false], 'There are no sparse tensors here.'),
    /** Only false, as ragged tensors are not supported. Rows are padded with 0, which `Embedding` masks with `maskZero`. */
    ragged: only(
      [false],
      'There are no ragged tensors here: rows are filled up with 0, which an Embedding with maskZero masks.',
    ),
    /** Only `'utf-8'`, the encoding of files; strings in JavaScript have no encoding. */
    encoding: only(['utf-8', 'utf8'], 'Strings of JavaScript have no encoding.'),
    /** Length of the vocabulary, in a config that does not contain the vocabulary. */
    vocabularySize: own<number | null>({ takesNull: true }),
  },
  {
    upgrade: ({ standardize, split, output_mode: mode, ...rest }) => ({
      ...rest,
      // A default is told from null, which is another value.
      ...(standardize === undefined ? {} : { standardize: functionOf(standardize) }),
      ...(split === undefined ? {} : { split: functionOf(split) }),
      output_mode: mode === 'binary' ? 'multi_hot' : mode === 'tf-idf' ? 'tf_idf' : mode,
    }),
  },
) {
  /** What looks the tokens up. Files keep its vocabulary under this name as well, as Keras's do. @internal */
  readonly _lookupLayer: StringLookup;
  /** What becomes of a unit of ASCII, where texts are split at blanks. */
  readonly #units: Int8Array;
  readonly #standard: Standard;
  /** Numbers of tokens of an n-gram. */
  readonly #widths: readonly number[];
  readonly #tokens = new Tokens();

  /** @throws ValueError for options that cannot be combined. */
  constructor(options: TextVectorizationOptions = {}) {
    super(options);
    this.inputSpec = {};
    const { vocabulary, idfWeights, vocabularySize } = options;
    const { maxTokens, outputMode, outputSequenceLength, padToMaxTokens, standardize } = this;
    if (outputSequenceLength !== null && outputMode !== 'int') {
      throw new ValueError(
        `${this.label}: outputSequenceLength needs outputMode 'int', got '${outputMode}', whose length is that of the ` +
          `vocabulary.`,
      );
    }
    this._lookupLayer = new StringLookup({
      maxTokens,
      outputMode,
      padToMaxTokens,
      maskToken: '',
      vocabulary: vocabulary ?? null,
      idfWeights: idfWeights ?? null,
      vocabularySize: vocabularySize ?? null,
    });
    this.#standard = {
      lowers: standardize === STANDARDS[0] || standardize === 'lower',
      strips: standardize === STANDARDS[0] || standardize === 'strip_punctuation',
    };
    this.#units = tableOf(this.#standard);
    const { ngrams } = this;
    this.#widths =
      typeof ngrams === 'number'
        ? Array.from({ length: ngrams }, (_, i) => i + 1)
        : (ngrams ?? [1]);
  }

  override get readsStrings(): boolean {
    return true;
  }

  override get dtype(): 'float32' | 'int32' {
    return this._lookupLayer.dtype;
  }

  /** The words in the order of their indices. The tokens for padding and for unknown words come first unless you leave them out. */
  getVocabulary(options: GetVocabularyOptions = {}): string[] {
    return this._lookupLayer.getVocabulary(options);
  }

  /** Length of the vocabulary, including the entries for padding and for unknown words. */
  vocabularySize(): number {
    return this._lookupLayer.vocabularySize();
  }

  /** Replaces the vocabulary. See `StringLookup.setVocabulary`. */
  setVocabulary(vocabulary: readonly string[], options: VocabularyOptions = {}): void {
    this._lookupLayer.setVocabulary(vocabulary, options);
  }

  /** Reads a vocabulary from a text file in UTF-8 with one entry per line. See `StringLookup.loadVocabulary`. */
  loadVocabulary(
    source: Source,
    options: LimitedReadOptions & VocabularyOptions = {},
  ): Promise<void> {
    return this._lookupLayer.loadVocabulary(source, options);
  }

  /**
   * Learns the vocabulary from texts, replacing the previous one. The most frequent tokens come first; equally frequent ones are in
   * descending order. At most `maxTokens` entries are kept. Texts in memory are processed when the call returns, iterables when the
   * promise resolves.
   *
   * @throws ValueError if a vocabulary was given to the constructor, and DTypeError for anything but strings.
   */
  async adapt(data: AdaptStrings, options: AdaptOptions = {}): Promise<void> {
    this.resetState();
    const waiting = takeData(`${this.label}: adapt`, data, options, {
      whole: (all) => {
        const texts = stringsOf(`${this.label}: adapt`, all);
        // Of a list in memory each text is a document, also if it is not split.
        this.updateState(texts.ndim === 1 ? texts.reshape([texts.size, 1]) : texts);
      },
      batch: (x) => {
        this.updateState(x as StringsLike);
      },
    });
    if (waiting !== undefined) await waiting;
    this.finalizeState();
  }

  /** Whether the layer learns from data: it was not given its vocabulary. @internal */
  get isAdaptable(): boolean {
    return this._lookupLayer.isAdaptable;
  }

  /** Counts the tokens of texts, for `finalizeState`. */
  updateState(data: StringsLike): void {
    const counts = this._lookupLayer.counting();
    const { table } = counts;
    this.#eachRow(stringsOf(`${this.label}: adapt`, data), {
      row: () => {
        counts.begin();
      },
      token: (units, from, to, hash) => {
        counts.count(table.addUnits(units, from, to, hash));
      },
    });
  }

  /** Creates the vocabulary from the counts of `updateState`. If nothing was counted, the vocabulary does not change. */
  finalizeState(): void {
    this._lookupLayer.finalizeState();
  }

  /** Forgets the counts of `updateState`. */
  resetState(): void {
    this._lookupLayer.resetState();
  }

  /** The axes of rows of tokens: of [batch] texts that are split the batch, of [batch, n] that are not split as well. */
  #rowShape(shape: PartialShape): PartialShape {
    if (this.split === null) return shape.slice(0, -1);
    if (shape.length <= 1) return shape;
    if (shape.at(-1) === 1) return shape.slice(0, -1);
    throw new ShapeError(
      `${this.label} splits texts [batch] or [batch, 1], got shape ${formatShape(shape)}. Give one text a sample.`,
    );
  }

  /** Goes through rows of tokens, n-grams in place of tokens. */
  #eachRow(
    { strings, shape }: StringArray,
    {
      row,
      token,
    }: {
      readonly row: () => void;
      readonly token: (units: Uint16Array, from: number, to: number, hash?: number) => void;
    },
  ): void {
    const count = sizeOf(this.#rowShape(shape) as readonly number[]);
    const length = strings.length / count;
    const tokens = this.#tokens;
    for (let i = 0; i < count; i++) {
      row();
      tokens.clear();
      for (let j = i * length; j < (i + 1) * length; j++) this.#addTokens(strings[j] ?? '');
      const { units, starts, ends, hashes } = tokens;
      for (const width of this.#widths) {
        for (let j = width - 1; j < tokens.count; j++) {
          const hash = width === 1 ? hashes[j] : undefined;
          token(units, starts[j - width + 1] ?? 0, ends[j] ?? 0, hash);
        }
      }
    }
  }

  /** Adds the tokens of a text to those of its row. */
  #addTokens(text: string): void {
    const { standardize, split } = this;
    const tokens = this.#tokens;
    if (typeof standardize !== 'function' && split === 'whitespace') {
      tokens.addWords(text, this.#units);
      return;
    }
    const form =
      typeof standardize === 'function'
        ? this.#string('standardize', standardize(text))
        : standardized(text, this.#standard);
    if (split === null) tokens.add(form);
    else if (split === 'whitespace') tokens.addWords(form, this.#units);
    else if (split === 'character') tokens.addCharacters(form);
    else {
      const parts: unknown = split(form);
      if (!Array.isArray(parts)) throw this.#refusal('split', 'a list of strings', parts);
      for (const part of parts) tokens.add(this.#string('split', part));
    }
  }

  #string(name: string, value: unknown): string {
    if (typeof value === 'string') return value;
    throw this.#refusal(name, name === 'split' ? 'a list of strings' : 'a string', value);
  }

  #refusal(name: string, expected: string, value: unknown): ValueError {
    return new ValueError(
      `${this.label}: the function ${name} must return ${expected}, it returned ${describeValue(value)}.`,
    );
  }

  override call(x: StringArray): Tensor {
    const texts = requireStrings(this.label, x);
    const lookup = this._lookupLayer;
    let indices = new Int32Array(1 << 8);
    let count = 0;
    const ends: number[] = [];
    // Where the tokens of the row end that count.
    let last = 0;
    this.#eachRow(texts, {
      row: () => {
        ends.push(count);
        last = count + (this.outputSequenceLength ?? Infinity);
      },
      token: (units, from, to, hash) => {
        if (count >= last) return;
        if (count === indices.length) indices = grown(indices, 2 * count);
        indices[count++] = lookup.indexOfUnits(units, from, to, hash);
      },
    });
    ends.push(count);
    const isInt = this.outputMode === 'int';
    const lengths = ends.slice(1).map((end, i) => end - (ends[i] ?? 0));
    const steps = this.outputSequenceLength ?? lengths.reduce((a, b) => Math.max(a, b), 0);
    const shape = [...(this.#rowShape(texts.shape) as readonly number[]), steps];
    requireRoom(shape, 'int32', this.label);
    const padded = new Int32Array(lengths.length * steps).fill(isInt ? 0 : -1);
    lengths.forEach((length, i) => {
      const start = ends[i] ?? 0;
      padded.set(indices.subarray(start, start + length), i * steps);
    });
    return lookup.encode(padded, shape);
  }

  override computeOutputSpec(x: Symbolic<StringArray>, options?: ApplyOptions): Nest<TensorSpec> {
    const spec = super.computeOutputSpec(x, options);
    requireStringSpec(this.label, x);
    return spec;
  }

  /** Does nothing, as there are no weights: a vocabulary is not a weight. */
  override build(_inputShape: unknown): void {
    // A vocabulary comes from `adapt`, from the options or from a file.
  }

  override computeOutputShape(inputShape: unknown): PartialShape {
    const shape = inputShape as PartialShape;
    const isAsLong = this.split === null && this.ngrams === null;
    const steps = this.outputSequenceLength ?? (isAsLong ? (shape.at(-1) ?? null) : null);
    return this._lookupLayer.encodedShape([...this.#rowShape(shape), steps]);
  }

  /** @internal */
  get storedArrays(): ReadonlyMap<string, FileArray> {
    return this._lookupLayer.storedArrays;
  }

  /** @internal */
  get assets(): ReadonlyMap<string, string> {
    return this._lookupLayer.assets;
  }

  /** Checks the arrays of a file of weights, and gives what takes them. @throws what the lookup throws. @internal */
  prepareLoad(arrays: ReadonlyMap<string, FileArray>, skipMismatch: boolean): () => void {
    return naming(this.label, () => this._lookupLayer.prepareLoad(arrays, skipMismatch));
  }

  /** Takes what a file keeps. @throws what the lookup throws. @internal */
  restore(assets: ReadonlyMap<string, string>, arrays: ReadonlyMap<string, FileArray>): void {
    naming(this.label, () => {
      this._lookupLayer.restore(assets, arrays);
    });
  }

  override getConfig(): Config {
    const { vocabulary, idf_weights: weights } = this._lookupLayer.getConfig();
    const { statedSize } = this._lookupLayer;
    return { ...super.getConfig(), vocabulary, idf_weights: weights, vocabulary_size: statedSize };
  }
}
