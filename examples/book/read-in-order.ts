// Networks that read the words of film reviews in order: word vectors that are learned with the network, and recurrent
// layers. Notebooks 6.1 and 6.2 of "Deep Learning with Python" (first edition).
//   npx tsx examples/book/read-in-order.ts              all three
//   npx tsx examples/book/read-in-order.ts LSTM         one of embedding, SimpleRNN and LSTM
// `--download` gets the reviews of IMDB as the book does, unless LANEGRAD_DATA_DIR has imdb.npz. Without them the reviews are the
// sentences of film-reviews.ts: the word vectors judge 70.2 % of the test sentences correctly, SimpleRNN 70.7 % and the LSTM 77.2 %,
// in a minute.
// 6.3, a forecast by recurrent layers, is air-quality.ts, with the air of Beijing instead of the weather of Jena.
import { layers, models, tensor, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { isMain } from '../is-main.js';
import { filmReviews } from './texts.js';
import type { LabelledTexts, TextOptions } from './texts.js';

/** Numbers of words [batch, length] → what a network has read of a text [batch, features], and how many words it reads. */
const READERS = {
  // Each place in the text has weights of its own.
  embedding: {
    length: 20,
    layers: (words: number) => [new layers.Embedding(words, 8), new layers.Flatten()],
  },
  SimpleRNN: {
    length: 100,
    layers: (words: number) => [new layers.Embedding(words, 32), new layers.SimpleRNN(32)],
  },
  LSTM: {
    length: 100,
    layers: (words: number) => [new layers.Embedding(words, 32), new layers.LSTM(32)],
  },
} satisfies Record<
  string,
  { readonly length: number; readonly layers: (words: number) => layers.Layer[] }
>;

export type Reader = keyof typeof READERS;

/** How the networks are trained. */
export interface ReadInOrderOptions extends TextOptions {
  /** Default: all. */
  readonly readers?: readonly Reader[];
  readonly epochs?: number;
  readonly seed?: number;
}

/** The share of test reviews that each network judges correctly. */
export async function readInOrder(
  options: ReadInOrderOptions = {},
): Promise<Readonly<Partial<Record<Reader, number>>>> {
  const { readers = Object.keys(READERS) as Reader[], epochs = 5, seed = 0 } = options;
  const { train, test, words } = await filmReviews(options);
  const longest = Math.max(...train.texts.map((text) => text.length));
  const accuracies: Partial<Record<Reader, number>> = {};
  for (const reader of readers) {
    const maxlen = Math.min(READERS[reader].length, longest);
    const tensorsOf = ({ texts, labels }: LabelledTexts): [x: Tensor, y: Tensor] => [
      utils.padSequences(texts, { maxlen }),
      tensor(Float32Array.from(labels), { shape: [labels.length, 1] }),
    ];
    utils.setRandomSeed(seed);
    const network = new models.Sequential([
      layers.Input({ shape: [maxlen], dtype: 'int32' }),
      ...READERS[reader].layers(words),
      new layers.Dense(1, { activation: 'sigmoid' }),
    ]);
    network.compile({ optimizer: 'rmsprop', loss: 'binary_crossentropy', metrics: ['accuracy'] });
    await network.fit(...tensorsOf(train), { epochs, batchSize: 32, verbose: 0 });
    const [, accuracy = NaN] = await network.evaluate(...tensorsOf(test), { verbose: 0 });
    accuracies[reader] = accuracy;
    network.dispose();
  }
  return accuracies;
}

if (isMain(import.meta.url)) {
  const names = process.argv.slice(2).filter((name) => Object.hasOwn(READERS, name)) as Reader[];
  const download = process.argv.includes('--download');
  const readers = names.length > 0 ? { readers: names } : {};
  console.log('Reviews judged correctly:');
  for (const [reader, share] of Object.entries(await readInOrder({ download, ...readers }))) {
    console.log(`  ${reader.padEnd(10)} ${(share * 100).toFixed(1)} %`);
  }
}
