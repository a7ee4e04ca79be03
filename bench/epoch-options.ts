// The command-line options of the benchmarks of epochs.

export interface EpochArguments {
  /** Timed segments of each contender, at least. */
  readonly rounds: number;
  /** More of them follow until the rounds of all contenders together have taken this many seconds. */
  readonly seconds: number;
  readonly steps: number | undefined;
  readonly only: readonly string[] | undefined;
  readonly without: readonly string[];
}

/** For `parseArgs`. */
export const epochOptions = {
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '30' },
  steps: { type: 'string' },
  only: { type: 'string' },
  without: { type: 'string' },
} as const;

/** What `parseArgs` read. */
export interface EpochValues {
  readonly rounds: string;
  readonly seconds: string;
  readonly steps?: string | undefined;
  readonly only?: string | undefined;
  readonly without?: string | undefined;
}

export function readEpochOptions({
  rounds,
  seconds,
  steps,
  only,
  without,
}: EpochValues): EpochArguments {
  return {
    rounds: wholeNumber('rounds', rounds),
    seconds: wholeNumber('seconds', seconds, 0),
    steps: steps === undefined ? undefined : wholeNumber('steps', steps),
    only: only?.split(','),
    without: without?.split(',') ?? [],
  };
}

export function wholeNumber(name: string, text: string, atLeast = 1): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= atLeast) return value;
  throw new Error(`--${name} takes a whole number of at least ${atLeast}, got '${text}'`);
}
