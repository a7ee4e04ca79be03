// A small GPT reads plays, learns which character comes next, and writes a play itself: four blocks of attention, with
// nanoGPT's settings for CPUs (https://github.com/karpathy/nanoGPT).
//   npx tsx examples/gpt.ts         Shakespeare, from text/tinyshakespeare.txt.gz in the folder LANEGRAD_DATA_DIR
//   npx tsx examples/gpt.ts FILE    another text of at least some 100,000 characters
//     --steps 500                   fewer steps than 2,000
//     --save gpt.keras              saves the model at each report: Keras loads the file too
//     --continue gpt.keras          continues with a saved model, as if training had never stopped
//     --seed 1                      other initial weights and other windows (default 0)
// The loss on the last tenth of the text, which is not used for training, reaches 1.89; predicting by the frequencies of pairs of
// characters gives 2.48, by those of single characters 3.35. The run takes six minutes of one core. After every 250 steps it prints
// what the network writes.
import { parseArgs } from 'node:util';
import { models } from 'lanegrad';
import { checkText, compileGpt, learn } from './gpt/learn.js';
import type { Plan, Report } from './gpt/learn.js';
import { makeGpt, sizesOf } from './gpt/model.js';
import type { Gpt, GptSizes } from './gpt/model.js';
import { allWindows } from './gpt/windows.js';
import { writeText } from './gpt/write.js';
import { isMain } from './is-main.js';
import type { Characters } from './text/characters.js';
import { lossOfFrequencies, lossOfPairs } from './text/characters.js';
import { readCharacters } from './text/shakespeare-file.js';

/** How the GPT is made and trained. */
export interface GptOptions extends Plan, Omit<GptSizes, 'characters'> {
  /** Default: what `shakespeareFile` finds. */
  readonly file?: string | undefined;
  /** Where the model is saved at each report. Default: nowhere. */
  readonly save?: string | undefined;
  /** A file with the model to go on with; the text and the seed must be the same. Default: a new model. */
  readonly continueFrom?: string | undefined;
  /** Gets each report, and 300 characters that the GPT writes then. */
  readonly onReport?: (report: Report, text: string) => void;
}

/** What came of it. Losses are means of −log p over characters of the part that is not learned from. */
export interface GptResults {
  readonly model: Gpt;
  /** The loss on all windows of that part, side by side. */
  readonly loss: number;
  /** The loss of a model that knows how frequent each character is, and nothing else. */
  readonly unigramLoss: number;
  /** The loss of a model that knows how frequent each pair of characters is. */
  readonly pairLoss: number;
  /** 300 characters that the GPT writes in the end. */
  readonly text: string;
}

/** Trains a GPT on the first 90 % of a text, and measures it on the rest. */
export async function gpt(options: GptOptions = {}): Promise<GptResults> {
  const { file, save, onReport, seed = 0 } = options;
  const characters = readCharacters('gpt.ts', file);
  const model = await begin(characters, options);
  const { alphabet } = characters;
  const [start = ''] = alphabet.includes('\n') ? '\n' : alphabet;
  const write = (): string =>
    writeText(model, alphabet, start, 300, { temperature: 0.8, seed: seed + 2 });
  for await (const report of learn(model, characters, options)) {
    if (save !== undefined) await model.save(save);
    onReport?.(report, write());
  }
  const windows = allWindows(characters.test, sizesOf(model).context);
  const [loss = NaN] = await model.evaluate(windows, { verbose: 0 });
  return {
    model,
    loss,
    unigramLoss: lossOfFrequencies(characters),
    pairLoss: lossOfPairs(characters),
    text: write(),
  };
}

/** A new GPT for a text, or one from a file. */
async function begin(characters: Characters, options: GptOptions): Promise<Gpt> {
  const { continueFrom, steps } = options;
  let model: Gpt;
  if (continueFrom === undefined) {
    model = makeGpt({ ...options, characters: characters.alphabet.length });
    compileGpt(model, steps);
  } else {
    model = await models.loadModel<Gpt>(continueFrom);
  }
  checkText(model, characters);
  return model;
}

if (isMain(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: {
      steps: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '0' },
      save: { type: 'string' },
      continue: { type: 'string' },
    },
    allowPositionals: true,
  });
  const { loss, unigramLoss, pairLoss, text } = await gpt({
    file: positionals[0],
    steps: Number(values.steps),
    seed: Number(values.seed),
    save: values.save,
    continueFrom: values.continue,
    onReport({ step, loss: trained, validationLoss, stepTime }, written) {
      const losses = `loss ${trained.toFixed(3)}, on the rest of the text ${validationLoss.toFixed(3)}`;
      console.log(`\nStep ${step}: ${losses}, ${stepTime.toFixed(0)} ms a step\n${written}`);
    },
  });
  console.log(
    `\nLoss on all of the rest of the text: ${loss.toFixed(3)}; by the frequencies of pairs of characters ` +
      `${pairLoss.toFixed(3)}, of characters ${unigramLoss.toFixed(3)}\n${text}`,
  );
}
