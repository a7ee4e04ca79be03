// What all nodes of the example share: the model, and how the digits are divided among them.
import { layers, models, tensor, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { embeddedDigits, findDigits, rowsOf } from '../handwritten-digits.js';
import type { HandwrittenDigits } from '../handwritten-digits.js';

/** How the samples may be divided: at random into equal shares, or by their labels into shares of unequal size. */
export const DIVISIONS = ['random', 'label'] as const;
export type Division = (typeof DIVISIONS)[number];

/** `given` if it is one of the names. @throws Error that lists them. */
export function nameOf<N extends string>(option: string, given: string, names: readonly N[]): N {
  const found = names.find((name) => name === given);
  if (found !== undefined) return found;
  throw new Error(`${option} ${given}: expected ${names.join(' or ')}.`);
}

/** Which of the digits a node has. */
export interface Share {
  /** From 0 on. */
  readonly index: number;
  readonly count: number;
  readonly by: Division;
}

/** Samples of a batch, on the nodes as in one place. */
export const BATCH_SIZE = 32;

/** MNIST if there is one, else the embedded digits. */
export async function loadRows(embedded = false): Promise<HandwrittenDigits['data']> {
  return rowsOf(await (embedded ? embeddedDigits() : findDigits()));
}

/** The classifier that the federation trains. All nodes make the same one. */
export function makeClassifier(pixels: number): models.Sequential {
  utils.setRandomSeed(0);
  const model = new models.Sequential([
    layers.Input({ shape: [pixels] }),
    new layers.Dense(128, { activation: 'relu' }),
    new layers.Dense(10, { activation: 'softmax' }),
  ]);
  model.compile({
    optimizer: 'rmsprop',
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

/** The samples of one node. */
export function shareOf(x: Tensor, y: Tensor, { index, count, by }: Share): [Tensor, Tensor] {
  const labels = Array.from(y.data());
  const rows = labels.flatMap((label, row) => {
    // By label: the first node has the zeros, the last one has most of the others.
    const owner = by === 'random' ? scrambled(row) % count : Math.min(label, count - 1);
    return owner === index ? [row] : [];
  });
  const chosen = tensor(rows, { dtype: 'int32' });
  return [x.gather(chosen), y.gather(chosen)];
}

/** A whole number that looks random and is the same on each machine (Knuth's multiplicative hash). */
function scrambled(row: number): number {
  return (Math.imul(row + 1, 2654435761) >>> 8) & 0xffff;
}
