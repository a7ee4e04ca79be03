import { isListOf, isPlainObject } from '../../config/index.js';
import { declarationOf } from './declarations.js';
import { allows, isHyperparameterValue } from './hyperparameter.js';
import type { Hyperparameter, HyperparameterValue } from './hyperparameter.js';

/** The status of a trial. */
export type TrialStatus = 'running' | 'completed' | 'failed';

/** Values of hyperparameters by name. */
export type TrialValues = Readonly<Record<string, HyperparameterValue>>;

/** A trial of a search. */
export interface Trial {
  /** The number, from 0: trials are proposed and recorded in this order. */
  readonly number: number;
  /** The status of the trial. */
  readonly status: TrialStatus;
  /**
   * The values of the hyperparameters that the trial has used, and of those that the tuner sets, such as `tuner/epochs` of
   * `Hyperband`; while the trial runs, the proposed values.
   */
  readonly values: TrialValues;
  /** The value of the objective, for a trained model in its best epoch; undefined unless the trial is completed. */
  readonly score?: number | undefined;
  /** All metrics, including the objective, for a trained model in its best epoch. The mean over the executions. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The best epoch, counted from 0; undefined if no model was trained. */
  readonly bestEpoch?: number | undefined;
  /** Why the trial failed; undefined if it did not fail. */
  readonly message?: string | undefined;
}

/** A trial as it is kept. */
export interface TrialRecord extends Trial {
  /** How many results the proposal knew: those of the first trials. */
  readonly after: number;
  /** What the trial has declared. */
  readonly space: readonly Hyperparameter[];
  /** Whether more or less of the objective is better; undefined unless the trial is completed. */
  readonly direction?: Direction | undefined;
}

/** Whether lower or higher is better. */
export type Direction = 'min' | 'max';

/** A record as JSON holds it. Lists keep the order of names that look like numbers. */
export function toJson(record: TrialRecord): unknown {
  const { values, metrics, ...rest } = record;
  return {
    ...rest,
    values: Object.entries(values),
    // JSON has no number for NaN and infinity.
    metrics: Object.entries(metrics).map(([name, value]) => [
      name,
      Number.isFinite(value) ? value : String(value),
    ]),
  };
}

/** Hyperparameters that a trial may declare. */
const MAX_HYPERPARAMETERS = 10_000;

/**
 * A record of a trial out of a file.
 *
 * @throws Error that says what is wrong.
 */
export function fromJson(json: unknown, number: number): TrialRecord {
  if (!isPlainObject(json)) throw new Error('it is not an object');
  const { after, status, score, direction, bestEpoch, message } = json;
  require(json['number'] === number, `its number is not ${number}`);
  require(isCount(after) && after <= number, 'after is not a number of earlier trials');
  require(status === 'running' ||
    status === 'completed' ||
    status === 'failed', 'its status is none');
  const isCompleted = status === 'completed';
  require(isCompleted ? Number.isFinite(score) : score === undefined, 'its score is not a finite number of a completed trial'); // prettier-ignore
  require(!isCompleted || direction === 'min' || direction === 'max', "its direction is neither 'min' nor 'max'"); // prettier-ignore
  require(bestEpoch === undefined || isCount(bestEpoch), 'bestEpoch is not a whole number');
  require(message === undefined || typeof message === 'string', 'its message is not a text');
  const space = spaceOf(json['space']);
  const values = valuesOf(json['values']);
  for (const of of space) {
    require(allows(of, values[of.name]), `'${of.name}' has a value that it may not have`);
  }
  return {
    number,
    after: after as number,
    status: status as TrialStatus,
    values,
    metrics: metricsOf(json['metrics']),
    space,
    ...(isCompleted ? { score: score as number, direction: direction as Direction } : {}),
    ...(bestEpoch === undefined ? {} : { bestEpoch: bestEpoch as number }),
    ...(message === undefined ? {} : { message: message as string }),
  };
}

function require(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

function spaceOf(json: unknown): Hyperparameter[] {
  if (!Array.isArray(json) || json.length > MAX_HYPERPARAMETERS) {
    throw new Error('its space is not a list of hyperparameters');
  }
  const space = json.map(declarationOf);
  require(new Set(space.map(({ name }) => name)).size ===
    space.length, 'its space has a name twice');
  return space;
}

const isEntry = (item: unknown): item is readonly [string, unknown] =>
  Array.isArray(item) && item.length === 2 && typeof item[0] === 'string';

function valuesOf(json: unknown): TrialValues {
  require(isListOf(json, isEntry), 'its values are no list of names and values');
  const entries = json as readonly (readonly [string, unknown])[];
  require(entries.length <= MAX_HYPERPARAMETERS, 'it has too many values');
  require(entries.every(([, value]) => isHyperparameterValue(value)), 'its values are no numbers, texts or truth values'); // prettier-ignore
  return Object.fromEntries(entries) as TrialValues;
}

function metricsOf(json: unknown): Record<string, number> {
  require(isListOf(json, isEntry), 'its metrics are no list of names and numbers');
  const entries = json as readonly (readonly [string, unknown])[];
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const isSpecial = value === 'NaN' || value === 'Infinity' || value === '-Infinity';
      require(isSpecial || Number.isFinite(value), `its metric '${name}' is not a number`);
      return [name, Number(value)];
    }),
  );
}
