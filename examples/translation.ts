// A transformer translates from English to German: 'she picks the tired child up .' becomes 'sie holt das müde Kind ab .' An
// encoder reads the sentence, a decoder writes the other one word by word. Their blocks are the program's own layers
// (examples/transformer), which are saved and loaded with the model.
//   npx tsx examples/translation.ts                                    trains, and translates sentences that it has not seen
//   npx tsx examples/translation.ts --file build/translator.keras      saves the model there, and loads it the next time
//   npx tsx examples/translation.ts "The old man has bought no car."   translates this
// The program makes 21,000 pairs of sentences itself, from 279 English and 376 German words (examples/translation). Of the 1000
// test pairs, 99.3 % are translated without any error. The whole run takes two and a half minutes of processor time.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { full, Input, layers, models, ops, optimizers, utils } from 'lanegrad';
import { isMain } from './is-main.js';
import { Vocabulary } from './text/vocabulary.js';
import { PositionalEmbedding } from './transformer/positional-embedding.js';
import { TransformerDecoder } from './transformer/transformer-decoder.js';
import { TransformerEncoder } from './transformer/transformer-encoder.js';
import { drawPairs } from './translation/grammar.js';
import type { Pair } from './translation/grammar.js';

/** The network, and how it is trained. */
export interface TranslationOptions {
  /** Pairs of sentences to train with. Default 20,000. */
  readonly pairs?: number;
  /** Further pairs, to test with. Default 1000. */
  readonly testPairs?: number;
  /** Length of the vectors of words. Default 64. */
  readonly hiddenDim?: number;
  readonly epochs?: number;
  readonly seed?: number;
  /** A `.keras` file. If there is none, the model is saved there; if there is one, it is loaded, and not trained. */
  readonly file?: string;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** What came of it. */
export interface TranslationResults {
  readonly translator: Translator;
  /** The pairs that are not trained with, and what the network makes of the English sentences. */
  readonly test: readonly (Pair & { readonly translated: readonly string[] })[];
  /** The share of these translations that is right, to the last word. */
  readonly exact: number;
}

const START = '[start]';
const END = '[end]';

/** The most words and marks of a sentence, START or END included. */
const LENGTH = 28;

/** The words of both languages. */
interface Vocabularies {
  readonly english: Vocabulary;
  readonly german: Vocabulary;
}

/**
 * Numbers of the words of `english` [batch, words], and those of the `german` translation as far as it is written, from START on
 * [batch, written words] → the probabilities of the word behind each of these [batch, written words, German words].
 */
function makeNetwork(vocabularies: Vocabularies, hiddenDim: number) {
  const sizes = { hiddenDim, intermediateDim: 2 * hiddenDim, numHeads: 4 };
  const embedding = (language: Vocabulary) =>
    new PositionalEmbedding({
      sequenceLength: LENGTH,
      inputDim: language.size,
      outputDim: hiddenDim,
    });
  const english = Input([null], { name: 'english' });
  const german = Input([null], { name: 'german' });
  const read = new TransformerEncoder(sizes).apply(embedding(vocabularies.english).apply(english));
  const written = embedding(vocabularies.german).apply(german);
  const features = new TransformerDecoder(sizes).apply([written, read]);
  const next = new layers.Dense(vocabularies.german.size, { activation: 'softmax' });
  // The masks of the embeddings reach all attention, and by the decoder the loss.
  return new models.Model({
    inputs: { english, german },
    outputs: next.apply(features),
    name: 'translator',
  });
}

type TranslationNetwork = ReturnType<typeof makeNetwork>;

/** A trained network with its words. */
export class Translator {
  constructor(
    readonly network: TranslationNetwork,
    readonly vocabularies: Vocabularies,
  ) {}

  /** The translations of English sentences. Each word is the one that is most likely behind those before it. */
  async translate(sentences: readonly (readonly string[])[]): Promise<string[][]> {
    const { german: words } = this.vocabularies;
    const english = this.vocabularies.english.encode(sentences);
    let german = full([sentences.length, 1], words.numberOf(START), 'int32');
    for (let place = 1; place < LENGTH; place++) {
      const probabilities = await this.network.predict({ english, german }, { verbose: 0 });
      const next = probabilities.slice(':', '-1:').argmax(-1);
      german = ops.concat([german, next], 1);
      if (german.equal(words.numberOf(END)).any(-1).all().item()) break;
    }
    return german
      .slice(':', '1:')
      .toArray(2)
      .map((numbers) => {
        const written = numbers.map((number) => words.wordOf(number));
        return written.includes(END) ? written.slice(0, written.indexOf(END)) : written;
      });
  }
}

/** Trains the network or loads it, and lets it translate sentences that it has not met. */
export async function translation(options: TranslationOptions = {}): Promise<TranslationResults> {
  const { pairs = 20_000, testPairs = 1000, hiddenDim = 64, epochs = 8 } = options;
  const { seed = 0, file, verbose = 0 } = options;
  utils.setRandomSeed(seed);
  const drawn = drawPairs(testPairs + pairs);
  const [test, train] = [drawn.slice(0, testPairs), drawn.slice(testPairs)];
  const english = train.map((pair) => pair.english);
  const german = train.map((pair) => pair.german);
  const vocabularies = {
    english: new Vocabulary(english),
    german: new Vocabulary([[START, END], ...german]),
  };

  const isTrained = file !== undefined && existsSync(file);
  // The layers in examples/transformer have made themselves known to files.
  const network = isTrained
    ? await models.loadModel<TranslationNetwork>(file)
    : makeNetwork(vocabularies, hiddenDim);
  if (verbose > 0) network.summary();
  if (!isTrained) {
    const batchSize = 64;
    // Large steps at first, small ones in the end.
    const steps = epochs * Math.ceil(pairs / batchSize);
    network.compile({
      optimizer: new optimizers.Adam({
        learningRate: new optimizers.schedules.CosineDecay(0.003, steps),
      }),
      loss: 'sparse_categorical_crossentropy',
      metrics: ['accuracy'],
    });
    const x = {
      english: vocabularies.english.encode(english),
      german: vocabularies.german.encode(german.map((words) => [START, ...words])),
    };
    const y = vocabularies.german.encode(german.map((words) => [...words, END]));
    await network.fit(x, y, { epochs, batchSize, verbose });
    if (file !== undefined) await network.save(file);
  }

  const translator = new Translator(network, vocabularies);
  const translations = await translator.translate(test.map((pair) => pair.english));
  const results = test.map((pair, i) => ({ ...pair, translated: translations[i] ?? [] }));
  const right = results.filter(({ german, translated }) => german.join() === translated.join());
  return { translator, test: results, exact: right.length / results.length };
}

/** 'The old man sleeps.' as words and marks. */
function wordsOf(sentence: string): string[] {
  const [first = '', ...others] = sentence.match(/\p{L}+|[.?]/gu) ?? [];
  return [first.toLowerCase(), ...others];
}

/** Words and marks as a sentence. */
function sentenceOf(words: readonly string[]): string {
  const [first = '', ...others] = words.join(' ').replace(/ (?=[.,?])/g, '');
  return first.toUpperCase() + others.join('');
}

if (isMain(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { file: { type: 'string' } },
    allowPositionals: true,
  });
  const { translator, test, exact } = await translation({ ...values, verbose: 2 });
  console.log(`\nSentences that are right: ${(100 * exact).toFixed(1)} %`);
  if (positionals.length === 0) {
    for (const { english, german, translated } of test.slice(0, 12)) {
      const isRight = german.join() === translated.join();
      console.log(`\n  ${sentenceOf(english)}\n${isRight ? '✓' : '✗'} ${sentenceOf(translated)}`);
    }
  }
  for (const sentence of positionals) {
    const [translated = []] = await translator.translate([wordsOf(sentence)]);
    console.log(`\n  ${sentence}\n  ${sentenceOf(translated)}`);
  }
}
