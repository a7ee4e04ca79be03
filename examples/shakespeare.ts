// A recurrent network reads plays, learns which character comes next, and writes a play itself: an LSTM that keeps its
// state from character to character. A temperature says how daring the text is.
//   npx tsx examples/shakespeare.ts         Shakespeare, from text/tinyshakespeare.txt.gz in the folder LANEGRAD_DATA_DIR
//   npx tsx examples/shakespeare.ts FILE    another text of at least some 100,000 characters
// The loss on the last tenth of the text, which is not used for training, reaches 1.87; predicting by the frequencies of characters
// gives 3.35. The run takes ten minutes of one core. After each epoch it prints what the network writes.
import {
  arange,
  data,
  layers,
  models,
  ops,
  optimizers,
  random,
  tensor,
  tidy,
  utils,
} from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { isMain } from './is-main.js';
import { lossOfFrequencies } from './text/characters.js';
import { readCharacters } from './text/shakespeare-file.js';

/** The network sees so many characters and says what the next one is. Such a sentence begins every 3 characters. */
const MAX_LENGTH = 60;
const STEP = 3;

const TEMPERATURES = [0.2, 0.5, 1, 1.2];

/** How the network is trained. */
export interface ShakespeareOptions {
  /** Default: what `shakespeareFile` finds. */
  readonly file?: string;
  readonly units?: number;
  readonly epochs?: number;
  /** Batches of 128 sentences in an epoch. */
  readonly stepsPerEpoch?: number;
  readonly seed?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
  /** Gets what the network writes after an epoch, counted from 0: one text for each of the temperatures. */
  readonly onText?: (texts: readonly string[], epoch: number) => void;
}

/** What came of it. Losses are means of −log p over characters of the part that is not trained with. */
export interface ShakespeareResults {
  readonly loss: number;
  /** The loss of a model that knows how frequent each character is, and nothing else. */
  readonly unigramLoss: number;
  /** What the network writes in the end, one text for each of the temperatures. */
  readonly texts: readonly string[];
}

/** Batches of sentences [batch, MAX_LENGTH], one every `step` characters, with the character after each [batch]. */
function sentencesOf(codes: Tensor, step: number) {
  const starts = arange(0, codes.size - MAX_LENGTH, step);
  const positions = arange(MAX_LENGTH + 1);
  return data.Dataset.fromTensors(starts)
    .shuffle(starts.size)
    .batch(128)
    .map((start) => {
      const characters = codes.gather(start.expandDims(1).add(positions));
      return [characters.slice(':', [0, MAX_LENGTH]), characters.slice(':', MAX_LENGTH)];
    });
}

/** Characters [batch, length] → probabilities of the one that comes next [batch, characters]. */
class CharacterModel extends models.Model {
  readonly embedding;
  readonly lstm;
  readonly dense;

  constructor(characters: number, units: number) {
    super({ name: 'characters' });
    this.embedding = new layers.Embedding(characters, 64);
    this.lstm = new layers.LSTM(units, { returnState: true });
    this.dense = new layers.Dense(characters, { activation: 'softmax' });
  }

  override call(x: Tensor): Tensor {
    return this.next(x).probabilities;
  }

  /** Reads on from the states h and c; without them x is the beginning. */
  next(x: Tensor, states: readonly Tensor[] | null = null) {
    const [last, ...after] = this.lstm.apply(this.embedding.apply(x), { initialState: states });
    return { probabilities: this.dense.apply(last), states: after };
  }

  /** Goes on after the characters `start` [n], once for each temperature: [temperatures, length]. */
  write(start: Tensor, length: number, temperatures: readonly number[]): Tensor {
    return tidy(() => {
      const temperature = tensor(temperatures).expandDims(1);
      let read = start.broadcastTo([temperatures.length, start.size]);
      let states: readonly Tensor[] | null = null;
      const written: Tensor[] = [];
      while (written.length < length) {
        const { probabilities, states: after } = this.next(read, states);
        read = sample(probabilities, temperature).expandDims(1);
        states = after;
        written.push(read);
      }
      return ops.concat(written, 1);
    });
  }
}

/**
 * Draws one character of each row, with probabilities in proportion to p ** (1 / temperature): that is where
 * log p / temperature + Gumbel noise is largest. A low temperature takes what is likely, a high one what is rare.
 */
function sample(probabilities: Tensor, temperature: Tensor): Tensor {
  const noise = random.uniform(probabilities.shape).log().neg().log().neg();
  return probabilities.log().div(temperature).add(noise).argmax(-1);
}

/** Trains the model on the first 90 % of the text, and measures it on the rest. */
export async function shakespeare(options: ShakespeareOptions = {}): Promise<ShakespeareResults> {
  const { file, units = 128, epochs = 5, stepsPerEpoch = 400 } = options;
  const { seed = 0, verbose = 0, onText } = options;
  utils.setRandomSeed(seed);
  const characters = readCharacters('shakespeare.ts', file);
  const { alphabet, train, test } = characters;
  const model = new CharacterModel(alphabet.length, units);
  const write = (): string[] => {
    const rows = model.write(test.slice([0, MAX_LENGTH]), 300, TEMPERATURES);
    return rows.toArray(2).map((row) => row.map((code) => alphabet[code]).join(''));
  };
  // The smaller the steps become, the less the last batches decide.
  const learningRate = new optimizers.schedules.CosineDecay(0.01, epochs * stepsPerEpoch);
  model.compile({
    optimizer: new optimizers.Adam({ learningRate }),
    loss: 'sparse_categorical_crossentropy',
  });
  const { history } = await model.fit(sentencesOf(train, STEP), {
    epochs,
    stepsPerEpoch,
    validationData: sentencesOf(test, 20),
    callbacks: [{ onEpochEnd: (epoch) => onText?.(write(), epoch) }],
    verbose,
  });
  const loss = history['val_loss']?.at(-1) ?? NaN;
  return { loss, unigramLoss: lossOfFrequencies(characters), texts: write() };
}

if (isMain(import.meta.url)) {
  const [, , file] = process.argv;
  const { loss, unigramLoss } = await shakespeare({
    ...(file === undefined ? {} : { file }),
    verbose: 2,
    onText: (texts, epoch) => {
      texts.forEach((text, i) => {
        console.log(`\nEpoch ${epoch + 1}, temperature ${TEMPERATURES[i]}:\n${text}`);
      });
    },
  });
  console.log(
    `\nLoss on the rest of the text: ${loss.toFixed(3)}, by the frequencies of characters ${unigramLoss.toFixed(3)}`,
  );
}
