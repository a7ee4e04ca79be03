// The parts of the tables of mistakes.
import { expect, it } from 'vitest';
import { layers, models } from '../../../src/index.js';

export type Text = string | RegExp;

/** A mistake: the code that makes it, what the message says and what it does not say. */
export type Mistake = readonly [
  mistake: string,
  make: () => unknown,
  says?: readonly Text[],
  not?: readonly Text[],
];

export const silent = { verbose: 0 } as const;

/** The message of the error that a function throws, now or later. */
export async function messageOf(make: () => unknown): Promise<string> {
  try {
    await make();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

export function expectText(
  message: string,
  says: readonly Text[],
  not: readonly Text[] = [],
): void {
  for (const text of says) expect(message).toMatch(text);
  for (const text of not) expect(message).not.toMatch(text);
}

/** What rows of a table leave out is what all of them say and do not say. */
export function expectMistakes(
  mistakes: readonly Mistake[],
  ofAll: { readonly says?: readonly Text[]; readonly not?: readonly Text[] } = {},
): void {
  for (const [mistake, make, says = ofAll.says ?? [], not = ofAll.not] of mistakes) {
    it(mistake, async () => {
      expectText(await messageOf(make), says, not);
    });
  }
}

/** Something whose type a program does not know. */
export const untyped = (value: unknown): never => value as never;

export const sequential = (...stack: readonly layers.AnyLayer[]): models.Sequential =>
  new models.Sequential(stack);

export const ofImages = (channels: number): models.Sequential =>
  sequential(new layers.Conv2D(2, 3, { inputShape: [28, 28, channels] }));

export const ofSteps = (): models.Sequential =>
  sequential(new layers.LSTM(2, { inputShape: [10, 3] }));

export const ofFour = (): models.Sequential => {
  const model = sequential(new layers.Dense(1, { inputShape: [4] }));
  model.compile({ loss: 'mse' });
  return model;
};
