import { describeValue, printable } from '../../config/describe-value.js';
import { checkOptions, checkText, didYouMean, oneOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { directionOf } from '../../nn/callbacks/monitor.js';
import type { CallbackModel } from '../../nn/callbacks/callback.js';
import { endsSearch } from './fatal.js';
import type { Direction } from './trial.js';

/** The goal of a search. */
export interface Objective {
  /** A name in the logs of `fit`, such as `'val_accuracy'`, or in the result of the function. */
  readonly name: string;
  /** Whether lower (`'min'`) or higher (`'max'`) is better. Default: lower for losses, and the direction of its class for a metric. */
  readonly direction?: Direction;
}

/** What a search looks for, as a trial knows it; without a name it is what is usual. */
export interface Sought {
  readonly name: string | undefined;
  readonly direction: Direction | undefined;
}

/** What a model is judged by unless an objective says otherwise. */
const USUAL = 'val_loss';
/** The name of a number that a function returns, unless an objective has one. */
const NUMBER = 'objective';

/** An objective, checked. @throws ValueError for one that is none. */
export function soughtBy(owner: string, objective: string | Objective | undefined): Sought {
  if (objective === undefined) return { name: undefined, direction: undefined };
  if (typeof objective === 'string') {
    return { name: checkText(owner, 'objective', objective), direction: undefined };
  }
  if (typeof objective !== 'object' || objective === null || Array.isArray(objective)) {
    throw new ValueError(
      `${owner}: objective must be a name, such as 'val_accuracy', or { name, direction: 'max' }, got ${describeValue(objective)}.`,
    );
  }
  checkOptions(`${owner}: objective`, objective, ['name', 'direction']);
  const name = checkText(owner, 'objective.name', objective.name);
  if (objective.direction === undefined) return { name, direction: undefined };
  const names = ['min', 'max'] as const;
  return { name, direction: oneOf(owner, 'objective.direction', objective.direction, names) };
}

/** What was measured, and which of it counts. */
export interface Judged {
  readonly name: string;
  readonly direction: Direction;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The result of a function as metrics. @throws ValueError that ends the search if it is none, or lacks the objective. */
export function judgeResult(sought: Sought, result: unknown): Judged {
  if (typeof result === 'number') {
    const name = sought.name ?? NUMBER;
    return { name, direction: directionIn(name, sought, {}, 'min'), metrics: { [name]: result } };
  }
  const isRecord = typeof result === 'object' && result !== null && !Array.isArray(result);
  const entries = isRecord ? Object.entries(result) : [];
  if (entries.length === 0 || entries.some(([, value]) => typeof value !== 'number')) {
    throw endsSearch(
      new ValueError(
        `tuner: the function of a trial must return a compiled model, a number, or numbers by name, such as ` +
          `{ val_accuracy: 0.9 }, got ${describeValue(result)}.`,
      ),
    );
  }
  const metrics = Object.fromEntries(entries) as Record<string, number>;
  const name = sought.name ?? USUAL;
  requireName(name, metrics);
  return { name, direction: directionIn(name, sought, {}), metrics };
}

/** The objective of a model, which has trained at least an epoch. @throws ValueError that ends the search. */
export function judgeLogs(
  sought: Sought,
  logs: Readonly<Record<string, number>>,
  model: Pick<CallbackModel, 'metrics' | 'metricsNames'>,
): Judged {
  const name = sought.name ?? USUAL;
  requireName(name, logs);
  return { name, direction: directionIn(name, sought, model), metrics: logs };
}

function requireName(name: string, metrics: Readonly<Record<string, number>>): void {
  if (Object.hasOwn(metrics, name)) return;
  const names = Object.keys(metrics);
  const needsData =
    name.startsWith('val_') && !names.some((one) => one.startsWith('val_'))
      ? ' Values of validation need validationData or validationSplit.'
      : didYouMean(name, names);
  throw endsSearch(
    new ValueError(
      `tuner: the objective '${printable(name)}' is not among what was measured: ${printable(names.join(', '))}.${needsData}`,
    ),
  );
}

function directionIn(
  name: string,
  { direction }: Sought,
  model: Pick<CallbackModel, 'metrics' | 'metricsNames'>,
  usual?: Direction,
): Direction {
  if (direction !== undefined) return direction;
  const known = directionOf(name, model);
  if (known !== undefined) return known === 'up' ? 'max' : 'min';
  if (usual !== undefined) return usual;
  throw endsSearch(
    new ValueError(
      `tuner: it is not known whether '${printable(name)}' should rise or fall. Give objective: { name: '${printable(name)}', ` +
        `direction: 'max' } if more is better, 'min' if less is.`,
    ),
  );
}

/** Whether a value is better than another one; any number is better than NaN. */
export function isBetter(direction: Direction, value: number, other: number): boolean {
  if (Number.isNaN(value)) return false;
  if (Number.isNaN(other)) return true;
  return direction === 'min' ? value < other : value > other;
}
