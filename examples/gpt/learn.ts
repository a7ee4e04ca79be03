// How a GPT learns a text: as nanoGPT does on a CPU, from windows that begin at random positions.
import { data, losses, random } from 'lanegrad';
import type { models } from 'lanegrad';
import type { Characters } from '../text/characters.js';
import { makeOptimizer, sizesOf } from './model.js';
import type { Gpt } from './model.js';
import { windowsAt } from './windows.js';

/** How long and on what a GPT learns. */
export interface Plan {
  /** Steps in all, those before a pause included. Default 2000. */
  readonly steps?: number;
  /** Windows of a step. Default 12. */
  readonly batchSize?: number;
  /** Steps between two reports. Default 250. */
  readonly every?: number;
  /** Windows of the part that is not learned from that a report is made of, always the same. Default 240. */
  readonly validationWindows?: number;
  /** What the positions of the windows are drawn from. Default 0. */
  readonly seed?: number;
  /** Is told the loss of each step, counted from 1. */
  readonly onStep?: (step: number, loss: number) => void;
}

/** How far the GPT has come. Losses are means of −log p over characters. */
export interface Report {
  /** Steps that are done. */
  readonly step: number;
  /** The mean over the steps since the last report. */
  readonly loss: number;
  /** The loss on the part that is not learned from. */
  readonly validationLoss: number;
  /** Milliseconds of a step. */
  readonly stepTime: number;
}

/** What learns and is measured: the model itself, or the model in a worker. */
export type Trainer = Pick<Gpt, 'fit' | 'evaluate' | 'stopTraining'>;

/** Says how the GPT is trained, if no file has said it. */
export function compileGpt(model: Gpt, steps = 2000): void {
  model.compile({
    optimizer: makeOptimizer(steps),
    loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
  });
}

/** @throws Error if a GPT cannot learn a text: it is too short, or has other characters. */
export function checkText(model: Gpt, { alphabet, train, test }: Characters): void {
  const { characters, context } = sizesOf(model);
  if (characters !== alphabet.length) {
    throw new Error(
      `The network knows ${characters} characters, and the text has ${alphabet.length}: it was trained on another text.`,
    );
  }
  if (Math.min(train.size, test.size) <= context) {
    throw new Error(
      `The text has ${train.size + test.size} characters; its last tenth must be longer than a window of ${context}.`,
    );
  }
}

/**
 * Trains a compiled GPT from the step that its optimizer has come to, and reports now and then. Ends after the last step, or
 * when `stopTraining` of the trainer is set. Each step has windows of its own, which follow from the seed and the number of
 * the step: a network that goes on later, also from a file, learns the same as without the pause.
 */
export async function* learn(
  model: Gpt,
  { train, test }: Characters,
  plan: Plan = {},
  trainer: Trainer = model,
): AsyncGenerator<Report, void, undefined> {
  const { steps = 2000, batchSize = 12, every = 250, seed = 0, onStep } = plan;
  const { validationWindows = 240 } = plan;
  const { context } = sizesOf(model);
  const draw = (batches: number, length: number, from: number) =>
    random.randint([batches, batchSize], 0, length - context, { seed: from });
  const starts = draw(steps, train.size, seed);
  const validationStarts = draw(Math.ceil(validationWindows / batchSize), test.size, seed + 1);
  const validation = windowsAt(test, data.Dataset.fromTensors(validationStarts), context);
  let begun = performance.now();
  for (;;) {
    const from = stepsOf(model);
    if (from >= steps) return;
    const to = Math.min(steps, from - (from % every) + every);
    const chosen = data.Dataset.fromTensors(starts.slice([from, to]));
    let sum = 0;
    const { history } = await trainer.fit(windowsAt(train, chosen, context), {
      verbose: 0,
      callbacks: {
        // The loss of fit is the mean over the batches so far.
        onTrainBatchEnd: (batch, { loss }) => {
          onStep?.(from + batch + 1, loss * (batch + 1) - sum);
          sum = loss * (batch + 1);
        },
      },
    });
    if (trainer.stopTraining) return;
    const stepTime = (performance.now() - begun) / (to - from);
    const [validationLoss = NaN] = await trainer.evaluate(validation, { verbose: 0 });
    yield { step: to, loss: history.loss?.at(-1) ?? NaN, validationLoss, stepTime };
    // It may have been set since.
    if (trainer.stopTraining) return;
    begun = performance.now();
  }
}

/** Steps that a compiled GPT has learned. */
export function stepsOf({ optimizer }: Pick<models.Model, 'optimizer'>): number {
  return optimizer?.iterations ?? 0;
}
