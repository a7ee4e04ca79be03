// Addition as translation: the network reads '535+61 ' character by character, and writes '596 '. One LSTM reads the question
// into a vector, `RepeatVector` gives the vector to each step of a second LSTM, and this one writes the answer. The network
// is not told what a digit is worth.
//   npx tsx examples/addition.ts                            three digits, each question read from its end
//   npx tsx examples/addition.ts --digits 2 --epochs 60     shorter numbers
//   npx tsx examples/addition.ts --no-reverse --epochs 20   questions read from their beginning: harder to learn
// After 12 epochs, three and a half minutes of processor time, the first gets 99.7 % of the test sums right, and 99.9 % of their
// characters. With two digits there are fewer sums to learn from: it gets 95.8 % of the sums and 98.4 % of the characters right.
import { parseArgs } from 'node:util';
import { callbacks, layers, models, oneHot, optimizers, random, tensor, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { isMain } from './is-main.js';

/** Sums, and how the network learns them. */
export interface AdditionOptions {
  /** The most digits of each number. Default 3. */
  readonly digits?: number;
  /** Whether questions are read from their end. Default true. */
  readonly reverse?: boolean;
  /**
   * How many different sums are drawn; one in ten of them is kept for the test. Default: 50,000, or four in five of all
   * that there are.
   */
  readonly samples?: number;
  /** The length of the states of both LSTMs. Default 128. */
  readonly units?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly seed?: number;
  /** What `fit` prints: 0 is nothing; else some test sums stand below each epoch. */
  readonly verbose?: 0 | 1 | 2;
}

/** Shares of the test sums that the network gets right. */
export interface AdditionResults {
  /** Of the characters of answers, spaces included. */
  readonly characters: number;
  /** Of whole answers. */
  readonly sums: number;
}

const CHARACTERS = '0123456789+ ';

interface Sum {
  readonly question: string;
  readonly answer: string;
}

/** How many sums there are. The same two numbers in the other order are no other sum. */
function countSums(digits: number): number {
  const numbers = 10 ** digits;
  return (numbers * (numbers + 1)) / 2;
}

/** Different sums of numbers with up to so many digits, in random order. */
function drawSums(count: number, digits: number): Sum[] {
  const possible = countSums(digits);
  if (count > possible) {
    throw new RangeError(`there are ${possible} sums of ${digits} digits, ${count} are asked for`);
  }
  const sums = new Map<string, Sum>();
  while (sums.size < count) {
    // The number of digits is drawn first: otherwise few numbers would be short.
    const lengths = random.randint([count, 2], 1, digits + 1);
    const pairs = random.uniform([count, 2]).mul(tensor(10).pow(lengths)).floor();
    for (const [a = 0, b = 0] of pairs.toArray(2)) {
      if (sums.size === count) break;
      sums.set(`${Math.min(a, b)}+${Math.max(a, b)}`, {
        question: `${a}+${b}`.padEnd(2 * digits + 1),
        answer: `${a + b}`.padEnd(digits + 1),
      });
    }
  }
  return [...sums.values()];
}

/** Texts of one length as the numbers of their characters, [texts, length]. */
function encode(texts: readonly string[]): Tensor {
  const numbers = texts.map((text) => Array.from(text, (char) => CHARACTERS.indexOf(char)));
  return tensor(numbers, { dtype: 'int32' });
}

/** Of each text the characters with these numbers, [texts, length]. */
function decode(numbers: Tensor): string[] {
  const rows = numbers.toArray(2);
  return rows.map((row) => row.map((number) => CHARACTERS[number] ?? '').join(''));
}

/** The network: [batch, 2 · digits + 1, characters] → probabilities [batch, digits + 1, characters]. */
function makeAdder(digits: number, units: number): models.Sequential {
  return new models.Sequential(
    [
      layers.Input({ shape: [2 * digits + 1, CHARACTERS.length] }),
      // What has been read, as a vector [batch, units].
      new layers.LSTM(units, { name: 'encoder' }),
      // The vector once for each character of the answer.
      new layers.RepeatVector(digits + 1),
      new layers.LSTM(units, { returnSequences: true, name: 'decoder' }),
      new layers.TimeDistributed(new layers.Dense(CHARACTERS.length, { activation: 'softmax' })),
    ],
    { name: 'adder' },
  );
}

/** A custom metric: 1 for each answer whose characters are all right, else 0. */
function sums(answers: Tensor, probabilities: Tensor): Tensor {
  return probabilities.argmax(-1).equal(answers).all(-1).astype('float32');
}

/** Trains the network, and measures it on sums that it has not met. */
export async function addition(options: AdditionOptions = {}): Promise<AdditionResults> {
  const { digits = 3, reverse = true, units = 128 } = options;
  const { samples = Math.min(50_000, Math.floor(0.8 * countSums(digits))) } = options;
  const { epochs = 12, batchSize = 128, seed = 0, verbose = 0 } = options;
  utils.setRandomSeed(seed);
  const turn = (text: string): string => (reverse ? Array.from(text).reverse().join('') : text);
  const drawn = drawSums(samples, digits);
  const x = oneHot(encode(drawn.map(({ question }) => turn(question))), CHARACTERS.length);
  const y = encode(drawn.map(({ answer }) => answer));
  const [[xTrain, yTrain], [xTest, yTest]] = utils.splitDataset([x, y], {
    leftSize: 0.9,
    shuffle: true,
  });

  const network = makeAdder(digits, units);
  if (verbose > 0) network.summary();
  // Large steps at first, small ones in the end.
  const steps = epochs * Math.ceil((0.9 * samples) / batchSize);
  const learningRate = new optimizers.schedules.CosineDecay(0.005, steps);
  network.compile({
    optimizer: new optimizers.Adam({ learningRate }),
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy', sums],
  });

  const shown = xTest.slice([0, 5]);
  const questions = decode(shown.argmax(-1)).map(turn);
  const answers = decode(yTest.slice([0, 5]));
  const showAnswers: callbacks.Hooks = {
    async onEpochEnd() {
      const given = decode((await network.predict(shown, { verbose: 0 })).argmax(-1));
      for (const [i, answer] of answers.entries()) {
        const isRight = given[i] === answer;
        const asked = `${questions[i]?.trim()} = ${given[i]?.trim()}`;
        console.log(isRight ? `  ✓ ${asked}` : `  ✗ ${asked}, not ${answer.trim()}`);
      }
    },
  };
  await network.fit(xTrain, yTrain, {
    epochs,
    batchSize,
    validationData: [xTest, yTest],
    // The line of an epoch first, the answers below.
    callbacks: verbose > 0 ? [new callbacks.ProgbarLogger(), showAnswers] : [],
    verbose,
  });
  const results = await network.evaluate(xTest, yTest, { returnDict: true, verbose: 0 });
  return { characters: results['accuracy'] ?? NaN, sums: results['sums'] ?? NaN };
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      digits: { type: 'string', default: '3' },
      reverse: { type: 'boolean', default: true },
      epochs: { type: 'string', default: '12' },
    },
    allowNegative: true,
  });
  const { characters, sums: whole } = await addition({
    digits: Number(values.digits),
    reverse: values.reverse,
    epochs: Number(values.epochs),
    verbose: 2,
  });
  console.log(`Characters of test answers that are right: ${(100 * characters).toFixed(2)} %`);
  console.log(`Whole test answers that are right: ${(100 * whole).toFixed(2)} %`);
}
