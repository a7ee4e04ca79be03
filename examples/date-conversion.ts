// Dates as people write them become dates as computers write them: 'Thursday, May 3rd 1979' and '03.05.79' are 1979-05-03.
// One GRU reads the characters in both directions, and another writes the answer character by character. For each character
// `Attention` looks up what was read, and the program shows where it looks.
//   npx tsx examples/date-conversion.ts                             converts dates that the network has not seen
//   npx tsx examples/date-conversion.ts "3rd of may, 1979" 5/3/79   and these
// It gets all of 1000 test days right, with the seeds 0, 1 and 2. The whole run takes half a minute of processor time.
import { parseArgs } from 'node:util';
import {
  full,
  Input,
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
import { COUNT_OF_DAYS, ISO_LENGTH, writeDays, WRITTEN_LENGTH } from './date-conversion/dates.js';
import type { WrittenDate } from './date-conversion/dates.js';
import { isMain } from './is-main.js';

/** How the network is trained. */
export interface DateConversionOptions {
  /** Days to train with, of the 36,525 from 1950 to 2049. Default 10,000. */
  readonly days?: number;
  /** In how many ways each of them is written. Default 2. */
  readonly waysOfEach?: number;
  /** Length of the states of each direction. Default 32. */
  readonly units?: number;
  readonly epochs?: number;
  readonly seed?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** What came of it. */
export interface DateConversionResults {
  readonly converter: DateConverter;
  /** 1000 days that the network has not met, and what it makes of them. */
  readonly test: readonly (WrittenDate & { readonly answer: string })[];
  /** The share of these answers that is right. */
  readonly exact: number;
}

/** Characters of written dates, with numbers from 1. 0 is for the positions behind the end, and for other characters. */
const WRITTEN = " ',-./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Characters of answers, with numbers from 0. One more number stands before the first character. */
const ISO = '0123456789-';
const START = ISO.length;

/** Numbers of characters, int32 [dates, WRITTEN_LENGTH]. */
function encodeWritten(dates: readonly string[]): Tensor {
  const rows = dates.map((date) => {
    const numbers = Array.from(date, (char) => WRITTEN.indexOf(char) + 1);
    return Array.from({ length: WRITTEN_LENGTH }, (_, i) => numbers[i] ?? 0);
  });
  return tensor(rows, { dtype: 'int32' });
}

/** Numbers of characters, int32 [dates, ISO_LENGTH]. */
function encodeIso(dates: readonly string[]): Tensor {
  const rows = dates.map((date) => Array.from(date, (char) => ISO.indexOf(char)));
  return tensor(rows, { dtype: 'int32' });
}

/** For each character of the answers the one before it, int32 [dates, ISO_LENGTH]. */
function charactersBefore(answers: Tensor): Tensor {
  const start = full([answers.shape[0] ?? 0, 1], START, 'int32');
  return ops.concat([start, answers.slice(':', ':-1')], 1);
}

/** Reads dates, and writes answers character by character. */
export class DateConverter {
  /**
   * The numbers of the characters of `written` dates [batch, WRITTEN_LENGTH], and of those `before` each character of the
   * answer [batch, characters] → the probabilities of that character [batch, characters, 11].
   */
  readonly network;
  /** The same → how much each character of the date counted for each one of the answer [batch, characters, WRITTEN_LENGTH]. */
  readonly attention;

  constructor(units: number) {
    const written = Input([WRITTEN_LENGTH], { name: 'written' });
    const before = Input([null], { name: 'before' });
    // Recurrent layers pass no mask on, so it is given to all that read.
    const mask = written.notEqual(0);
    const embedded = new layers.Embedding(WRITTEN.length + 1, units).apply(written);
    const reader = new layers.Bidirectional(new layers.GRU(units, { returnSequences: true }));
    // What each character means where it stands.
    const read = reader.apply(embedded, { mask });
    const embeddedBefore = new layers.Embedding(ISO.length + 1, units).apply(before);
    // What each position of the answer needs to know.
    const asked = new layers.GRU(2 * units, { returnSequences: true }).apply(embeddedBefore);
    const attention = new layers.Attention();
    const [found, scores] = attention.apply([asked, read], {
      mask: [null, mask],
      returnAttentionScores: true,
    });
    const both = layers.concatenate([asked, found]);
    const features = new layers.Dense(2 * units, { activation: 'tanh' }).apply(both);
    const next = new layers.Dense(ISO.length, { activation: 'softmax' }).apply(features);
    const inputs = { written, before };
    this.network = new models.Model({ inputs, outputs: next, name: 'date_converter' });
    this.attention = new models.Model({ inputs, outputs: scores });
  }

  /** The answers to these dates. */
  async convert(dates: readonly string[]): Promise<string[]> {
    const written = encodeWritten(dates);
    let before = full([dates.length, 1], START, 'int32');
    for (let place = 0; place < ISO_LENGTH; place++) {
      const probabilities = await this.network.predict({ written, before }, { verbose: 0 });
      // What is most likely at the last position stands before the next one.
      const next = probabilities.slice(':', '-1:').argmax(-1);
      before = ops.concat([before, next], 1);
    }
    const rows = before.slice(':', '1:').toArray(2);
    return rows.map((row) => row.map((number) => ISO[number]).join(''));
  }

  /** A line for each character of the answer; below the characters of the date stands how much they counted for it. */
  showAttention(date: string, answer: string): string {
    const before = charactersBefore(encodeIso([answer]));
    const scores = tidy(() => this.attention.apply({ written: encodeWritten([date]), before }));
    const [rows = []] = scores.toArray(3);
    const lines = rows.map((row, place) => {
      const shades = row.slice(0, date.length).map((score) => ' .░▒▓█'[Math.round(5 * score)]);
      return `${answer[place]} ${shades.join('')}`.trimEnd();
    });
    return [`  ${date}`, ...lines].join('\n');
  }
}

/** Trains the network, and lets it convert dates of days that it has not met. */
export async function dateConversion(
  options: DateConversionOptions = {},
): Promise<DateConversionResults> {
  const { days = 10_000, waysOfEach = 2, units = 32, epochs = 5, seed = 0, verbose = 0 } = options;
  utils.setRandomSeed(seed);
  const order = random.permutation(COUNT_OF_DAYS).data();
  const test = writeDays(order.slice(0, 1000), 1);
  const train = writeDays(order.slice(1000, 1000 + days), waysOfEach);
  const y = encodeIso(train.map(({ iso }) => iso));
  const x = {
    written: encodeWritten(train.map(({ written }) => written)),
    before: charactersBefore(y),
  };

  const converter = new DateConverter(units);
  const { network } = converter;
  if (verbose > 0) network.summary();
  network.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.005 }),
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  await network.fit(x, y, { epochs, batchSize: 64, verbose });
  const answers = await converter.convert(test.map(({ written }) => written));
  const results = test.map((date, i) => ({ ...date, answer: answers[i] ?? '' }));
  const right = results.filter(({ iso, answer }) => answer === iso);
  return { converter, test: results, exact: right.length / results.length };
}

if (isMain(import.meta.url)) {
  const { positionals } = parseArgs({ allowPositionals: true });
  const { converter, test, exact } = await dateConversion({ verbose: 2 });
  for (const { written, iso, answer } of test.slice(0, 15)) {
    const isRight = answer === iso;
    console.log(
      `${isRight ? '✓' : '✗'} ${written.padEnd(WRITTEN_LENGTH)} ${answer}${isRight ? '' : `, not ${iso}`}`,
    );
  }
  console.log(`\nDates of new days that are right: ${(100 * exact).toFixed(1)} %`);
  console.log('\nWhere the network looks for each character that it writes:');
  const dates = positionals.length > 0 ? positionals : ['Thursday, May 3rd 1979'];
  for (const [i, answer] of (await converter.convert(dates)).entries()) {
    console.log(`\n${converter.showAttention(dates[i] ?? '', answer)}`);
  }
}
