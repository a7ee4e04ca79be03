import {
  checkFunction,
  checkNumber,
  checkOptions,
  checkText,
  isListOf,
  requireObject,
} from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { defaultWriter } from '../../config/platform.js';
import type { Writer } from '../../config/platform.js';
import { ValueError } from '../../errors.js';
import { ProgressBar } from './progress-bar.js';

/** Options of `Progbar`. */
export interface ProgbarOptions {
  /** The width of the bar in characters. Default 20. */
  readonly width?: number;
  /** 0: silent, 1: a bar (without a terminal, only its last line), 2: a line at the end. Default 1. */
  readonly verbose?: 0 | 1 | 2;
  /** The minimum time between two updates, in seconds. Default 0.05. */
  readonly interval?: number;
  /** Names of values to show as they are; all others are shown as means. Default: none. */
  readonly statefulMetrics?: readonly string[] | null;
  /** Names of values to show as means; all others are shown as they are. Default null: `statefulMetrics` decides. */
  readonly statelessMetrics?: readonly string[] | null;
  /** The name of a step. Default `'step'`. */
  readonly unitName?: string;
  /** The destination of lines. Default: the terminal or the console. */
  readonly writer?: Writer;
  /** A function that returns the time in seconds. */
  readonly now?: () => number;
}

/** Values by name, or a list of names and values. */
export type ProgbarValues =
  Readonly<Record<string, number>> | readonly (readonly [name: string, value: number])[];

const NAME = 'Progbar';

/**
 * A progress bar for your own loop, with the remaining time, such as `4/10 ━━━━━━━━──────────── 2s 500ms/step - loss:
 * 1.7500`. Values are shown as means over the steps, or as they are if they are in `statefulMetrics`. Keras: `utils.Progbar`.
 *
 * @example
 * const progress = new utils.Progbar(100);
 * for (let step = 1; step <= 100; step++) progress.update(step, { loss: 1 / step });
 */
export class Progbar {
  /** Number of steps; null while it is unknown. */
  readonly target: number | null;
  readonly #verbose: 0 | 1 | 2;
  readonly #bar: ProgressBar;
  readonly #writer: Writer;
  readonly #isMean: (name: string) => boolean;
  readonly #sums = new Map<string, { sum: number; count: number }>();
  #seen = 0;

  /**
   * @param target number of steps; null if unknown
   * @throws ValueError for an option that is unknown or out of range.
   */
  constructor(target: number | null, options: ProgbarOptions = {}) {
    checkOptions(NAME, options, ['width', 'verbose', 'interval', 'statefulMetrics', 'statelessMetrics', 'unitName', 'writer', 'now']); // prettier-ignore
    const whole = { min: 0, integer: true };
    this.target = target === null ? null : checkNumber(NAME, 'target', target, whole);
    this.#verbose = checkNumber(NAME, 'verbose', options.verbose ?? 1, { ...whole, max: 2 }) as 0;
    this.#isMean = meansOf(options);
    this.#writer = checkWriter(options.writer ?? defaultWriter());
    const clock = options.now ?? ((): number => performance.now() / 1000);
    const now = checkFunction(NAME, 'now', clock);
    this.#bar = new ProgressBar(this.target, this.#writer, now, {
      width: checkNumber(NAME, 'width', options.width ?? 20, { ...whole, max: 1000 }),
      interval: checkNumber(NAME, 'interval', options.interval ?? 0.05, { min: 0 }),
      unit: checkText(NAME, 'unitName', options.unitName ?? 'step'),
    });
  }

  /**
   * Sets how many steps are done.
   *
   * @param current the number of steps that are done
   * @param values the values of the last step
   * @param finalize whether the bar is finished. Default: whether all steps are done
   * @throws ValueError for a value that is not a number.
   */
  update(current: number, values: ProgbarValues = [], finalize?: boolean): void {
    checkNumber(`${NAME}.update`, 'current', current, { min: 0, integer: true });
    const isLast = finalize ?? (this.target !== null && current >= this.target);
    const since = Math.max(1, current - this.#seen);
    for (const [name, value] of entriesOf(values)) {
      const before = this.#sums.get(name) ?? { sum: 0, count: 0 };
      const isAlone = isLast || !this.#isMean(name);
      if (isAlone) this.#sums.set(name, { sum: value, count: 1 });
      else this.#sums.set(name, { sum: before.sum + value * since, count: before.count + since });
    }
    this.#seen = current;
    const shown = Object.fromEntries(
      [...this.#sums].map(([name, { sum, count }]) => [name, sum / count]),
    );
    if (!isLast) this.#bar.update(current, shown, this.#verbose === 1);
    else if (this.#verbose === 1) this.#bar.finish(current, shown);
    else if (this.#verbose === 2) this.#writer.write(`${this.#bar.summary(current, shown)}\n`);
  }

  /**
   * Adds steps that are done.
   *
   * @param n the number of steps since the last call
   * @param values the values of the last step
   */
  add(n: number, values: ProgbarValues = []): void {
    checkNumber(`${NAME}.add`, 'n', n, { min: 0, integer: true });
    this.update(this.#seen + n, values);
  }
}

function checkWriter(writer: Writer): Writer {
  const { write } = (writer ?? {}) as { readonly write?: unknown };
  if (typeof write === 'function') return writer;
  throw new ValueError(`${NAME}: writer must be an object { isTerminal, hasColors, write(text) }, got ${describeValue(writer)}.`); // prettier-ignore
}

function entriesOf(values: ProgbarValues): readonly (readonly [string, number])[] {
  const entries: unknown = Array.isArray(values)
    ? values
    : Object.entries(requireObject(NAME, 'values', values));
  const isPair = (pair: unknown): boolean => Array.isArray(pair) && typeof pair[0] === 'string';
  if (!isListOf<readonly [string, number]>(entries, isPair as never)) {
    throw new ValueError(`${NAME}.update: values must be numbers by name, or a list of names and numbers, got ${describeValue(values)}.`); // prettier-ignore
  }
  for (const [name, value] of entries) {
    if (typeof value === 'number') continue;
    throw new ValueError(`${NAME}.update: the value of '${name}' must be a number, got ${describeValue(value)}.`); // prettier-ignore
  }
  return entries;
}

/** Which values are shown as means. */
function meansOf(options: ProgbarOptions): (name: string) => boolean {
  const { statefulMetrics = null, statelessMetrics = null } = options;
  const listed = statefulMetrics ?? statelessMetrics ?? [];
  if (statefulMetrics !== null && statelessMetrics !== null) {
    throw new ValueError(`${NAME}: give statefulMetrics or statelessMetrics, not both.`);
  }
  if (!isListOf(listed, (name) => typeof name === 'string')) {
    throw new ValueError(`${NAME}: statefulMetrics and statelessMetrics are lists of names, got ${describeValue(listed)}.`); // prettier-ignore
  }
  const names = new Set(listed);
  return statelessMetrics === null ? (name) => !names.has(name) : (name) => names.has(name);
}
