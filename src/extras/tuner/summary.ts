import { printable } from '../../config/describe-value.js';
import { checkFunction, checkOptions } from '../../config/index.js';
import { defaultWriter } from '../../config/platform.js';
import { describeHyperparameter } from './hyperparameter.js';
import type { Hyperparameter } from './hyperparameter.js';
import { idOf } from './store.js';
import type { Trial, TrialValues } from './trial.js';

/** Options of `searchSpaceSummary` and `resultsSummary`. */
export interface TunerSummaryOptions {
  /** A function that prints the text. Default: prints to the terminal or the console. */
  readonly printFn?: (text: string) => void;
}

/** Prints lines. @throws ValueError for an option that is none. */
export function print(owner: string, options: TunerSummaryOptions, lines: readonly string[]): void {
  checkOptions(owner, options, ['printFn']);
  const write = (text: string): void => defaultWriter().write(`${text}\n`);
  checkFunction(owner, 'printFn', options.printFn ?? write)(lines.join('\n'));
}

/** A line for each hyperparameter. */
export function linesOfSpace(space: readonly Hyperparameter[]): string[] {
  const lines = space.map((of) => {
    const usual = of.kind === 'fixed' ? '' : `, default ${shown(of.default)}`;
    return `  ${printable(of.name)}: ${describeHyperparameter(of)}${usual}`;
  });
  return [`Search space: ${space.length} hyperparameters`, ...lines];
}

/** A few lines for each trial. */
export function linesOfTrials(place: string, trials: readonly Trial[]): string[] {
  return [
    `Results in ${place}: ${trials.length} trials, the best first`,
    ...trials.map(lineOfTrial),
  ];
}

/** A trial in a line. */
export function lineOfTrial(trial: Trial): string {
  const { number, status, score, message, values } = trial;
  const result = score === undefined ? `${status}${message === undefined ? '' : `: ${printable(message)}`}` : shown(score); // prettier-ignore
  return `  trial ${idOf(number)}: ${result} (${textOf(values)})`;
}

const textOf = (values: TrialValues): string =>
  Object.entries(values)
    .map(([name, value]) => `${printable(name)} ${shown(value)}`)
    .join(', ');

const shown = (value: string | number | boolean): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(5))) : printable(String(value));
