// Does a sentence praise a film or criticize it? `Embedding` turns its words into vectors. Four networks read them: a
// convolution, an LSTM, an LSTM in both directions, and a transformer, each trained from three seeds.
//   npx tsx examples/film-reviews.ts                         all four, from the seeds 0, 1 and 2
//   npx tsx examples/film-reviews.ts --readers transformer   some of conv1d, lstm, bidirectional and transformer
//   npx tsx examples/film-reviews.ts --seeds 5,6,7           from other seeds
// A tenth of the sentences is kept for the test. The convolution judges 75.3 % of them correctly, the LSTM 79.1 %, the one in both
// directions 78.8 %, and the transformer 78.7 % (means of the three seeds). The whole run takes two minutes of processor time.
// The sentences are those of B. Pang and L. Lee ("Seeing stars", 2005), 5,331 of each kind. Unpack
//   https://www.cs.cornell.edu/people/pabo/movie-review-data/rt-polaritydata.tar.gz
// and put rt-polarity.pos and rt-polarity.neg, as they are or gzipped, into a folder `text` in the folder that
// LANEGRAD_DATA_DIR names.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { callbacks, layers, models, random, tensor, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { isMain } from './is-main.js';
import { Vocabulary } from './text/vocabulary.js';
import { PositionalEmbedding } from './transformer/positional-embedding.js';
import { TransformerEncoder } from './transformer/transformer-encoder.js';

/** Sentences of reviews. */
export interface Reviews {
  readonly positive: readonly string[];
  readonly negative: readonly string[];
}

/** What is known of the sentences. */
interface Sizes {
  /** How many numbers of words there are. */
  readonly words: number;
  /** The most words of a sentence. */
  readonly length: number;
}

/** Numbers of words [batch, length] → what a network has read of the sentences [batch, features]. */
const READERS = {
  // The largest response that each pattern of three words gets anywhere in the sentence.
  conv1d: ({ words }: Sizes) => [
    new layers.Embedding(words, 64),
    new layers.Dropout(0.5),
    new layers.Conv1D(32, 3, { activation: 'relu' }),
    new layers.GlobalMaxPooling1D(),
  ],
  // The state after the last word. The mask leaves out the positions behind the end of a sentence.
  lstm: ({ words }: Sizes) => [
    new layers.Embedding(words, 64, { maskZero: true }),
    new layers.Dropout(0.5),
    new layers.LSTM(32),
  ],
  // Both states, one behind the other: after the last word, and read backwards after the first.
  bidirectional: ({ words }: Sizes) => [
    new layers.Embedding(words, 64, { maskZero: true }),
    new layers.Dropout(0.5),
    new layers.Bidirectional(new layers.LSTM(32)),
  ],
  // Each word looks at all others. The mean leaves out the positions behind the end of a sentence, by the mask.
  transformer: ({ words, length }: Sizes) => [
    new PositionalEmbedding({ sequenceLength: length, inputDim: words, outputDim: 64 }),
    new layers.Dropout(0.5),
    new TransformerEncoder({ hiddenDim: 64, intermediateDim: 64, numHeads: 4 }),
    new layers.GlobalAveragePooling1D(),
  ],
};

export type Reader = keyof typeof READERS;

/** How the networks are trained. */
export interface FilmReviewsOptions {
  /** Default: those in the folder `LANEGRAD_DATA_DIR`. */
  readonly reviews?: Reviews;
  /** The first sentences of each kind alone. Default: all. */
  readonly sentences?: number;
  /** Default: all four. */
  readonly readers?: readonly Reader[];
  /** Each network is trained once from each seed. Default: 0, 1, 2. */
  readonly seeds?: readonly number[];
  /** The most epochs; training ends when two have not improved the validation. Default 20. */
  readonly epochs?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** What came of it: for each reader and each seed the share of test sentences that are judged correctly. */
export type FilmReviewsResults = Readonly<Partial<Record<Reader, readonly number[]>>>;

const ARCHIVE = 'https://www.cs.cornell.edu/people/pabo/movie-review-data/rt-polaritydata.tar.gz';

/** The sentences in the folder `LANEGRAD_DATA_DIR`. */
export function findReviews(): Reviews {
  const folder = process.env['LANEGRAD_DATA_DIR'];
  const read = (name: string): string[] => {
    const names = folder === undefined ? [] : [name, `${name}.gz`];
    const file = names.map((each) => path.join(folder ?? '', 'text', each)).find(existsSync);
    if (file === undefined) {
      throw new Error(
        `LANEGRAD_DATA_DIR ${folder === undefined ? 'is not set' : `is '${folder}', which has no text/${name}`}. ` +
          `Unpack ${ARCHIVE}, put rt-polarity.pos and rt-polarity.neg into a folder 'text', and ` +
          'set LANEGRAD_DATA_DIR to the folder in which that is.',
      );
    }
    const bytes = file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file);
    const lines = new TextDecoder('windows-1252').decode(bytes).split('\n');
    return lines.filter((line) => line.trim() !== '');
  };
  return { positive: read('rt-polarity.pos'), negative: read('rt-polarity.neg') };
}

/** The words and marks of a sentence. */
function wordsOf(sentence: string): string[] {
  return sentence.toLowerCase().match(/[\p{L}\p{N}'-]+|[^\s]/gu) ?? [];
}

/** Three parts of the sentences in random order: to train with, to end training by, and to test with. */
function splitReviews({ positive, negative }: Reviews) {
  const labelled = [
    ...positive.map((sentence) => ({ sentence, label: 1 })),
    ...negative.map((sentence) => ({ sentence, label: 0 })),
  ];
  const order = Array.from(random.permutation(labelled.length, { seed: 1 }).data());
  const shuffled = order.flatMap((i) => labelled[i] ?? []);
  const tenth = Math.floor(labelled.length / 10);
  return {
    test: shuffled.slice(0, tenth),
    validation: shuffled.slice(tenth, 2 * tenth),
    train: shuffled.slice(2 * tenth),
  };
}

/** Numbers of words [batch, length] → the probability that the sentence is positive [batch, 1]. */
function makeNetwork(reader: Reader, sizes: Sizes): models.Sequential {
  return new models.Sequential(
    [
      layers.Input({ shape: [sizes.length] }),
      ...READERS[reader](sizes),
      new layers.Dropout(0.5),
      new layers.Dense(1, { activation: 'sigmoid' }),
    ],
    { name: reader },
  );
}

/** Trains each network from each seed, and measures it on the tenth of the sentences that is kept for that. */
export async function filmReviews(options: FilmReviewsOptions = {}): Promise<FilmReviewsResults> {
  const { readers = Object.keys(READERS) as Reader[], seeds = [0, 1, 2] } = options;
  const { sentences, epochs = 20, verbose = 0 } = options;
  const { positive, negative } = options.reviews ?? findReviews();
  const { train, validation, test } = splitReviews({
    positive: positive.slice(0, sentences),
    negative: negative.slice(0, sentences),
  });
  // The words of the training part alone: the others are to be as new as what a program meets later.
  const sentencesOf = (part: typeof train) => part.map(({ sentence }) => wordsOf(sentence));
  const vocabulary = new Vocabulary(sentencesOf(train), 2);
  // All words of 99 in 100 sentences.
  const length = Math.min(48, Math.max(...sentencesOf(train).map((words) => words.length)));
  const encode = (part: typeof train): [x: Tensor, y: Tensor] => [
    vocabulary.encode(sentencesOf(part), length),
    tensor(part.map(({ label }) => [label])),
  ];
  const [x, y] = encode(train);
  const validationData = encode(validation);
  const [xTest, yTest] = encode(test);

  const results: Partial<Record<Reader, number[]>> = {};
  for (const reader of readers) {
    const accuracies: number[] = (results[reader] = []);
    for (const seed of seeds) {
      utils.setRandomSeed(seed);
      const network = makeNetwork(reader, { words: vocabulary.size, length });
      if (verbose > 0 && seed === seeds[0]) network.summary();
      if (verbose > 0) console.log(`${reader}, seed ${seed}`);
      network.compile({ optimizer: 'adam', loss: 'binary_crossentropy', metrics: ['accuracy'] });
      await network.fit(x, y, {
        epochs,
        batchSize: 32,
        validationData,
        callbacks: [new callbacks.EarlyStopping({ patience: 2, restoreBestWeights: true })],
        verbose,
      });
      const [, accuracy = NaN] = await network.evaluate(xTest, yTest, { verbose: 0 });
      accuracies.push(accuracy);
    }
  }
  return results;
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      readers: { type: 'string', default: Object.keys(READERS).join() },
      seeds: { type: 'string', default: '0,1,2' },
    },
  });
  const readers = values.readers.split(',').map((reader) => {
    if (Object.hasOwn(READERS, reader)) return reader as Reader;
    throw new Error(`--readers takes ${Object.keys(READERS).join()}, got '${reader}'`);
  });
  const seeds = values.seeds.split(',').map(Number);
  const results = await filmReviews({ readers, seeds, verbose: 2 });
  console.log('\nTest sentences judged correctly:');
  for (const [reader, accuracies] of Object.entries(results)) {
    const mean = accuracies.reduce((sum, each) => sum + each, 0) / accuracies.length;
    const each = accuracies.map((accuracy, i) => `${accuracy.toFixed(4)} (seed ${seeds[i]})`);
    console.log(`  ${reader.padEnd(13)} mean ${mean.toFixed(4)}: ${each.join(', ')}`);
  }
}
