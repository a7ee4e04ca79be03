import { describeValue } from '../../config/describe-value.js';
import { isError, messageOf } from '../../config/index.js';
import { globalGenerator, setSeed } from '../../engine/random/seed-generator.js';
import { History } from '../../nn/callbacks/history.js';
import type { CallbackLike, Callbacks } from '../../nn/callbacks/callback-list.js';
import { Model } from '../../nn/models/model.js';
import type { AnyModel } from '../../nn/models/model.js';
import type { AnyData, FitOptions } from '../../nn/training/types.js';
import { disposeModel, GoOn, KeepBest, KeepLast } from './checkpoints.js';
import { drawsOf, randomValue, trainingSeed } from './draws.js';
import { isFatal } from './fatal.js';
import { gridValue, OWN_NAMES } from './hyperparameter.js';
import type { Hyperparameter, HyperparameterValue } from './hyperparameter.js';
import { HyperParameters } from './hyperparameters.js';
import type { CheckedHyperModel, TrialTargets } from './hypermodel.js';
import { isBetter, judgeLogs, judgeResult } from './objective.js';
import type { Judged, Sought } from './objective.js';
import type { Direction, TrialValues } from './trial.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** What a search was given to train with. */
export interface TrialData {
  readonly x: AnyData | undefined;
  readonly y: TrialTargets;
  readonly options: Omit<FitOptions, 'callbacks'> & {
    readonly callbacks?: Callbacks | (() => Callbacks);
  };
}

/** All that a trial depends on. It can be sent to a worker. */
export interface TrialTask {
  readonly number: number;
  /** The seed of the search. */
  readonly seed: number;
  readonly executions: number;
  readonly retries: number;
  readonly sought: Sought;
  readonly values: TrialValues;
  readonly space: readonly Hyperparameter[];
  readonly overrides: readonly Hyperparameter[];
  readonly allowNewEntries: boolean;
  /** What a hyperparameter is for which nothing was proposed. */
  readonly fresh: 'random' | 'first' | 'default';
  /** Where `space` comes from, for messages. */
  readonly source: string;
  /** Whether a later trial may go on with this one. */
  readonly keepsLast: boolean;
  /** For each execution, where an earlier trial ended with which this one goes on. */
  readonly from: readonly (Bytes | undefined)[];
}

/** What a trial has come to. */
export interface TrialOutcome {
  /** What the trial has asked for, in its order. */
  readonly values: readonly (readonly [string, HyperparameterValue])[];
  readonly space: readonly Hyperparameter[];
  readonly result: TrialSuccess | { readonly failure: string };
}

/** What a trial has measured. */
export interface TrialSuccess {
  readonly score: number;
  readonly direction: Direction;
  readonly metrics: Readonly<Record<string, number>>;
  readonly bestEpoch?: number | undefined;
  /** The weights of the best epoch of the best execution. */
  readonly best?: Bytes | undefined;
  /** Where each execution ended. */
  readonly last: readonly Bytes[];
}

/** What an execution has measured. */
interface Execution extends Judged {
  readonly bestEpoch?: number;
  readonly best?: Bytes | undefined;
  readonly last?: Bytes | undefined;
}

/**
 * Runs a trial. What its function throws, and an objective that is not a finite number, is a failure; errors that tell of the
 * program, and the reason of a signal, are thrown.
 */
export async function runTrial(
  hypermodel: CheckedHyperModel,
  data: TrialData,
  task: TrialTask,
  signal?: AbortSignal,
): Promise<TrialOutcome> {
  const before = globalGenerator().getState();
  try {
    for (let attempt = 0; ; attempt++) {
      const hp = hyperparametersOf(task);
      const result = await attemptTrial(hypermodel, data, task, hp, signal);
      if (!('failure' in result) || attempt >= task.retries) {
        return { values: Object.entries(hp.values), space: hp.space, result };
      }
    }
  } finally {
    // What the program draws next does not depend on trials.
    globalGenerator().setState(before);
  }
}

/** The hyperparameters of a trial before its function has asked for any. */
export function hyperparametersOf(
  task: Pick<
    TrialTask,
    'number' | 'seed' | 'values' | 'space' | 'overrides' | 'allowNewEntries' | 'fresh' | 'source'
  >,
): HyperParameters {
  const { number, seed, values, space, overrides, allowNewEntries, fresh, source } = task;
  const draws = drawsOf(seed, number, 'fresh');
  const isOverride = (of: Hyperparameter): boolean =>
    overrides.some(({ name }) => name === of.name);
  return HyperParameters.ofTrial({
    space,
    overrides,
    values,
    allowNewEntries,
    source,
    fresh(of) {
      if (fresh === 'first') return gridValue(of, 0);
      return fresh === 'random' || isOverride(of) ? randomValue(of, draws) : of.default;
    },
  });
}

async function attemptTrial(
  hypermodel: CheckedHyperModel,
  data: TrialData,
  task: TrialTask,
  hp: HyperParameters,
  signal: AbortSignal | undefined,
): Promise<TrialOutcome['result']> {
  try {
    const executions: Execution[] = [];
    for (let i = 0; i < task.executions; i++) {
      signal?.throwIfAborted();
      executions.push(await execute(hypermodel, data, task, hp, i, signal));
    }
    return combine(executions);
  } catch (error) {
    if (isFatal(error)) throw error;
    signal?.throwIfAborted();
    const name = isError(error) ? `${error.name}: ` : '';
    return { failure: `${name}${messageOf(error)}` };
  }
}

async function execute(
  hypermodel: CheckedHyperModel,
  data: TrialData,
  task: TrialTask,
  hp: HyperParameters,
  execution: number,
  signal: AbortSignal | undefined,
): Promise<Execution> {
  const seed = trainingSeed(task.seed, task.number, execution);
  setSeed(seed);
  const { number } = task;
  const made = await hypermodel.build(hp, { number, execution, seed, signal });
  if (!(made instanceof Model)) return judgeResult(task.sought, made);
  const model = made;
  try {
    return await train(hypermodel, data, task, hp, execution, model);
  } finally {
    disposeModel(model);
  }
}

async function train(
  hypermodel: CheckedHyperModel,
  { x, y, options }: TrialData,
  task: TrialTask,
  hp: HyperParameters,
  execution: number,
  model: AnyModel,
): Promise<Execution> {
  const best = new KeepBest(task.sought, model);
  const from = task.from[execution];
  const label = `trial ${task.number}: what an earlier trial has kept`;
  const goOn = from === undefined ? [] : [new GoOn(from, label)];
  const last = task.keepsLast ? [new KeepLast()] : [];
  const epochs = task.values[OWN_NAMES.epochs];
  const fitOptions: FitOptions = {
    verbose: 0,
    ...options,
    ...(typeof epochs === 'number' ? { epochs } : {}),
    // Those of the caller find what an earlier trial has left, and what they change at the end of an epoch is kept.
    callbacks: [...goOn, ...listOf(options.callbacks), best, ...last],
  };
  const made = await hypermodel.fit(hp, model, x as AnyData, y, fitOptions);
  const kept = { best: best.best, last: last[0]?.last };
  if (!(made instanceof History)) return { ...judgeResult(task.sought, made), ...kept };
  return { ...judgeHistory(task.sought, made, model), ...kept };
}

function listOf(callbacks: TrialData['options']['callbacks']): readonly CallbackLike[] {
  const given = typeof callbacks === 'function' ? callbacks() : callbacks;
  if (given === undefined) return [];
  return Array.isArray(given) ? (given as readonly CallbackLike[]) : [given as CallbackLike];
}

/** What was measured in the best epoch. */
function judgeHistory(
  sought: Sought,
  { history, epoch }: History,
  model: AnyModel,
): Judged & { readonly bestEpoch: number } {
  const logsAt = (i: number): Record<string, number> =>
    Object.fromEntries(Object.entries(history).map(([name, values]) => [name, values[i] ?? NaN]));
  const { name, direction } = judgeLogs(sought, logsAt(0), model);
  const values = history[name] ?? [];
  let best = 0;
  for (const [i, value] of values.entries()) {
    if (isBetter(direction, value, values[best] ?? NaN)) best = i;
  }
  return { name, direction, metrics: logsAt(best), bestEpoch: epoch[best] ?? best };
}

/** The means over the executions, and the weights of the best one. */
function combine(executions: readonly Execution[]): TrialOutcome['result'] {
  const [first] = executions;
  if (first === undefined) throw new Error('a trial has no executions.');
  const { name, direction } = first;
  const names = Object.keys(first.metrics);
  const metrics = Object.fromEntries(
    names.map((one) => {
      const values = executions.map((each) => each.metrics[one] ?? NaN);
      return [one, values.reduce((sum, value) => sum + value, 0) / values.length];
    }),
  );
  const score = metrics[name] ?? NaN;
  if (!Number.isFinite(score)) {
    return { failure: `the objective '${name}' is ${describeValue(score)}` };
  }
  const scoreOf = (one: Execution): number => one.metrics[name] ?? NaN;
  const best = executions.reduce((found, one) =>
    isBetter(direction, scoreOf(one), scoreOf(found)) ? one : found,
  );
  const last = executions.flatMap((one) => (one.last === undefined ? [] : [one.last]));
  return { score, direction, metrics, bestEpoch: best.bestEpoch, best: best.best, last };
}
