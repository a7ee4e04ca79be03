// What `bench:seed` and `bench:conv` read from the command line.
import { parseArgs } from 'node:util';

export interface EpochArguments {
  /** Timed segments of each contender. */
  readonly rounds: number;
  readonly steps: number | undefined;
  readonly only: readonly string[] | undefined;
  readonly images: string | undefined;
}

export function readArguments(): EpochArguments {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      steps: { type: 'string' },
      only: { type: 'string' },
      images: { type: 'string' },
    },
  });
  return {
    rounds: wholeNumber('rounds', values.rounds),
    steps: values.steps === undefined ? undefined : wholeNumber('steps', values.steps),
    only: values.only?.split(','),
    images: values.images,
  };
}

export function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`--${name} takes a whole number of at least 1, got '${text}'`);
}
