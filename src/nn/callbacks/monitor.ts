import { printable } from '../../config/describe-value.js';
import { checkOptions, checkText, didYouMean, oneOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { defaultWriter } from '../../config/platform.js';
import type { Writer } from '../../config/platform.js';
import { Callback } from './callback.js';
import type { CallbackModel, Logs } from './callback.js';

/** The direction in which the monitored value improves: down, up, or that of its metric. */
export type MonitorMode = 'auto' | 'min' | 'max';

/** Options of the callbacks that watch an entry of the logs. */
export interface MonitorOptions {
  /** The entry of the logs to monitor. Default `'val_loss'`. */
  readonly monitor?: string;
  /** The direction of improvement: `'min'` or `'max'`. Default `'auto'`: down for losses and errors, up for accuracies. */
  readonly mode?: MonitorMode;
  /** The destination of messages. Default: the terminal or the console. */
  readonly writer?: Writer;
}

/** What stands before the name of a value of validation. */
const VALIDATION = /^val_/;

/**
 * Whether less (`'down'`) or more (`'up'`) of an entry of the logs is better: of losses less, of a metric what its class says.
 * Undefined if neither the name nor the metrics tell.
 */
export function directionOf(
  entry: string,
  { metrics, metricsNames }: Pick<CallbackModel, 'metrics' | 'metricsNames'>,
): 'up' | 'down' | undefined {
  const name = entry.replace(VALIDATION, '');
  // That of an output has its name in front.
  if (name === 'loss' || name.endsWith('_loss')) return 'down';
  const index = metricsNames?.indexOf(name) ?? -1;
  const metric = index >= 0 ? metrics?.[index] : metrics?.find((one) => one.name === name);
  return metric?.direction;
}

/** A callback that watches an entry of the logs. */
export abstract class MonitorCallback extends Callback {
  readonly monitor: string;
  readonly mode: MonitorMode;
  /** The best value so far. */
  best: number | undefined;
  /** Whether the callback prints messages. */
  protected readonly isVerbose: boolean;
  protected readonly writer: Writer;
  readonly #owner: string;
  #hasWarned = false;

  /**
   * @param owner the name of the callback in messages
   * @param names the names of its additional options
   * @throws ValueError for an option that is unknown or out of range.
   */
  constructor(
    owner: string,
    options: MonitorOptions & { readonly verbose?: 0 | 1 },
    names: readonly string[],
  ) {
    super();
    this.#owner = owner;
    checkOptions(owner, options, ['monitor', 'mode', 'verbose', ...names, 'writer']);
    this.monitor = checkText(owner, 'monitor', options.monitor ?? 'val_loss');
    this.mode = oneOf(owner, 'mode', options.mode ?? 'auto', ['auto', 'min', 'max']);
    this.isVerbose = (options.verbose ?? 0) !== 0;
    this.writer = options.writer ?? defaultWriter();
  }

  /** Starts over: no value was the best yet. @internal */
  protected forget(): void {
    this.best = undefined;
    this.#hasWarned = false;
  }

  /** The watched value; undefined, and a warning that ends with `further` the first time, if the logs lack it. @internal */
  protected watched(logs: Logs, further = ''): number | undefined {
    const value = logs[this.monitor];
    if (value !== undefined || this.#hasWarned) return value;
    this.#hasWarned = true;
    this.writer.write(`${this.#absence(logs)}${further}\n`);
    return undefined;
  }

  /** That the logs lack the watched name, what they have, and what may be meant. */
  #absence(logs: Logs): string {
    const { monitor } = this;
    const names = Object.keys(logs);
    const base = monitor.replace(VALIDATION, '');
    const prefix = monitor.slice(0, -base.length);
    // Keras 2 says 'acc'. What is validated may be in no logs yet.
    const full = names.find((name) => name.startsWith(base));
    const meant =
      full === undefined ? didYouMean(monitor, names) : ` Did you mean '${prefix}${full}'?`;
    return (
      `${this.#owner} watches '${printable(monitor)}', which is not in the logs: ${printable(names.join(', '))}.` +
      (names.includes(base) ? '' : printable(meant)) +
      (prefix === '' ? '' : ' Validation values need validationData or validationSplit.')
    );
  }

  /**
   * A function that says whether a value is better than another one, by more than `minDelta`.
   *
   * @throws ValueError if mode is 'auto' and neither the name nor the model's metrics tell.
   * @internal
   */
  protected comparison(logs: Logs, minDelta = 0): (value: number, other: number) => boolean {
    return this.#shouldFall(logs)
      ? (value, other) => value + minDelta < other
      : (value, other) => value - minDelta > other;
  }

  #shouldFall(logs: Logs): boolean {
    const { monitor, mode } = this;
    if (mode !== 'auto') return mode === 'min';
    const direction = directionOf(monitor, this.model ?? {});
    if (direction !== undefined) return direction === 'down';
    const name = monitor.replace(VALIDATION, '');
    // A name that does not exist is not asked for its direction.
    if (logs[monitor] === undefined && logs[name] === undefined) {
      throw new ValueError(this.#absence(logs));
    }
    throw new ValueError(
      `${this.#owner}: it is not known whether '${monitor}' should rise or fall. Give mode: 'max' if more is ` +
        `better, mode: 'min' if less is.`,
    );
  }
}
