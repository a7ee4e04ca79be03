import { printable } from '../../config/describe-value.js';
import { COPY, didYouMean } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { boolean, choices, fixed, numeric } from './declarations.js';
import type { BooleanOptions, ChoiceOptions, NumberOptions } from './declarations.js';
import { endsSearch } from './fatal.js';
import { allows, describeHyperparameter, isSame, OWN_PREFIX } from './hyperparameter.js';
import type { Hyperparameter, HyperparameterValue } from './hyperparameter.js';

/** What a trial knows of hyperparameters before its function asks for them. @internal */
export interface Known {
  /** What earlier trials have declared. */
  readonly space: readonly Hyperparameter[];
  /** What the caller of the tuner has declared: stands in place of what the function declares. */
  readonly overrides: readonly Hyperparameter[];
  /** Values that were proposed; what has none gets that of `fresh`. */
  readonly values: Readonly<Record<string, HyperparameterValue>>;
  /** The value of a hyperparameter that nothing was proposed for. */
  readonly fresh: (of: Hyperparameter) => HyperparameterValue;
  /** Whether the function may declare what `overrides` lack. */
  readonly allowNewEntries: boolean;
  /** Where `space` comes from, for messages. */
  readonly source: string;
}

/**
 * The hyperparameters of a trial. The function that a tuner calls declares each hyperparameter where it needs the value, which
 * the tuner chooses. Outside a search, each has its default. KerasTuner: `HyperParameters`.
 *
 * A hyperparameter that is declared inside an `if` belongs to the trials that reach it.
 *
 * @example
 * const buildModel = (hp: tuner.HyperParameters) => {
 *   const network = new models.Sequential([layers.Input([64])]);
 *   for (let i = 0; i < hp.int('layers', { min: 1, max: 3 }); i++) {
 *     network.add(new layers.Dense(hp.int(`units_${i}`, { min: 8, max: 64, step: 8 })));
 *   }
 *   return network;
 * };
 * const smallest = buildModel(new tuner.HyperParameters());
 */
export class HyperParameters {
  readonly #space = new Map<string, Hyperparameter>();
  readonly #values = new Map<string, HyperparameterValue>();
  #known: Known | undefined;

  /** @internal */
  get '~lanegrad'(): object {
    return COPY;
  }

  /** The hyperparameters of a trial. @internal */
  static ofTrial(known: Known): HyperParameters {
    const hp = new HyperParameters();
    hp.#known = known;
    // Those of the tuner itself are there before the function asks.
    for (const [name, value] of Object.entries(known.values)) {
      if (name.startsWith(OWN_PREFIX)) hp.#values.set(name, value);
    }
    return hp;
  }

  /** The declared hyperparameters, in order. */
  get space(): readonly Hyperparameter[] {
    return [...this.#space.values()];
  }

  /** The values of the declared hyperparameters, by name, in order. */
  get values(): Readonly<Record<string, HyperparameterValue>> {
    return Object.fromEntries(this.#values);
  }

  /**
   * A whole number from `min` to `max`, both included.
   *
   * @param name the name of the hyperparameter; each name has one range
   * @throws ValueError for an invalid range, and for a name that was declared with a different range.
   * @example
   * const hp = new tuner.HyperParameters();
   * const units = hp.int('units', { min: 32, max: 512, step: 32 });
   */
  int(name: string, options: NumberOptions): number {
    return this.#declare(numeric('int', name, options)) as number;
  }

  /**
   * A number from `min` to `max`, both included.
   *
   * @param name the name of the hyperparameter; each name has one range
   * @throws ValueError for an invalid range, and for a name that was declared with a different range.
   * @example
   * const hp = new tuner.HyperParameters();
   * const learningRate = hp.float('learningRate', { min: 1e-4, max: 1e-1, sampling: 'log' });
   */
  float(name: string, options: NumberOptions): number {
    return this.#declare(numeric('float', name, options)) as number;
  }

  /**
   * One of several strings, numbers or booleans. Its type is that of the values: `'relu' | 'tanh'`.
   *
   * @param name the name of the hyperparameter; each name has one list
   * @param values different values of the same type, at least one
   * @throws ValueError for an invalid list, and for a name that was declared with a different list.
   * @example
   * const hp = new tuner.HyperParameters();
   * const activation = hp.choice('activation', ['relu', 'tanh']);
   * const layer = new layers.Dense(8, { activation });
   */
  choice<const V extends HyperparameterValue>(
    name: string,
    values: readonly V[],
    options: ChoiceOptions<V> = {},
  ): V {
    return this.#declare(choices(name, values, options)) as V;
  }

  /**
   * True or false.
   *
   * @param name the name of the hyperparameter
   * @throws ValueError for a name that was declared as something else.
   * @example
   * const hp = new tuner.HyperParameters();
   * const network = new models.Sequential([layers.Input([4])]);
   * if (hp.boolean('dropout')) network.add(new layers.Dropout(0.25));
   */
  boolean(name: string, options: BooleanOptions = {}): boolean {
    return this.#declare(boolean(name, options)) as boolean;
  }

  /**
   * A value that is not searched. In the `hyperparameters` of a tuner it replaces a range: the function that declares the
   * range gets this value.
   *
   * @param name the name of the hyperparameter
   * @param value a finite number, a string, true or false
   * @returns the value
   * @throws ValueError for any other value, and for a name that was declared as something else.
   * @example
   * const hyperparameters = new tuner.HyperParameters();
   * hyperparameters.fixed('learningRate', 0.01);
   */
  fixed<const V extends HyperparameterValue>(name: string, value: V): V {
    return this.#declare(fixed(name, value)) as V;
  }

  /**
   * The value of a declared hyperparameter.
   *
   * @param name the name of the declaration, or of a value that a tuner sets, such as `tuner/epochs` of `Hyperband`
   * @throws ValueError for a name that was not declared.
   */
  get(name: string): HyperparameterValue {
    const value = this.#values.get(name);
    if (value !== undefined) return value;
    const names = [...this.#values.keys()];
    throw new ValueError(
      `hp.get: '${printable(name)}' was not declared in this trial.${didYouMean(name, names)} Declared are: ` +
        `${printable(names.join(', ')) || 'none'}.`,
    );
  }

  /**
   * Whether a hyperparameter has been declared.
   *
   * @param name the name of the declaration
   */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Declares what a trial has declared. @internal */
  declareAll(space: readonly Hyperparameter[]): void {
    for (const one of space) this.#declare(one);
  }

  #declare(given: Hyperparameter): HyperparameterValue {
    const { name } = given;
    const before = this.#space.get(name);
    const override = this.#known?.overrides.find((one) => one.name === name);
    if (override === undefined) {
      const earlier = before ?? this.#known?.space.find((one) => one.name === name);
      if (earlier !== undefined && !isSame(earlier, given)) {
        throw this.#conflict(earlier, given, before !== undefined);
      }
      if (this.#known?.allowNewEntries === false) throw this.#refusal(name);
    }
    const value = this.#values.get(name);
    if (before !== undefined && value !== undefined) return value;
    const declared = override ?? given;
    const chosen = this.#valueOf(declared);
    this.#space.set(name, declared);
    this.#values.set(name, chosen);
    return chosen;
  }

  #valueOf(declared: Hyperparameter): HyperparameterValue {
    const { values, fresh } = this.#known ?? { values: {}, fresh: defaultOf };
    if (!Object.hasOwn(values, declared.name)) return fresh(declared);
    const value = (values as Readonly<Record<string, unknown>>)[declared.name];
    if (allows(declared, value)) return value;
    throw endsSearch(
      new ValueError(
        `hp: '${printable(declared.name)}' is ${describeHyperparameter(declared)}, but the value of the trial is ` +
          `${String(value)}. If the program has changed, give another projectName, or overwrite: true.`,
      ),
    );
  }

  #conflict(earlier: Hyperparameter, given: Hyperparameter, isHere: boolean): ValueError {
    const where = isHere ? '' : ` in ${this.#known?.source ?? 'an earlier trial'}`;
    return endsSearch(
      new ValueError(
        `hp.${given.kind}: '${printable(given.name)}' is ${describeHyperparameter(given)}, but it was declared as ` +
          `${describeHyperparameter(earlier)}${where}. A name has one range: give another name` +
          (isHere
            ? '.'
            : ', or, if the program has changed, another projectName or overwrite: true.'),
      ),
    );
  }

  #refusal(name: string): ValueError {
    const names = (this.#known?.overrides ?? []).map((one) => one.name);
    return endsSearch(
      new ValueError(
        `hp: '${printable(name)}' is not in the hyperparameters of the tuner, and allowNewEntries is false.` +
          `${didYouMean(name, names)} There are: ${printable(names.join(', ')) || 'none'}.`,
      ),
    );
  }
}

/** The value outside a search. */
export const defaultOf = (of: Hyperparameter): HyperparameterValue => of.default;
