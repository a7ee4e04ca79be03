import { describeValue, printable } from '../../config/describe-value.js';
import { checkBoolean, checkNumber, checkOptions, oneOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import {
  allows,
  checkName,
  describeHyperparameter,
  isChoices,
  isHyperparameterValue,
} from './hyperparameter.js';
import type {
  BooleanHyperparameter,
  ChoiceHyperparameter,
  FixedHyperparameter,
  Hyperparameter,
  HyperparameterValue,
  NumericHyperparameter,
  Sampling,
} from './hyperparameter.js';

/** Options of `hp.int` and `hp.float`. */
export interface NumberOptions {
  /** The smallest value. */
  readonly min: number;
  /** The largest value, included. */
  readonly max: number;
  /**
   * The difference between neighbouring values, or their ratio for logarithmic sampling. Default: 1 for whole numbers with
   * linear sampling, otherwise any number in the range.
   */
  readonly step?: number | null;
  /**
   * How values are distributed: `'linear'`, `'log'` (equally likely in each power of ten) or `'reverse_log'` (the same
   * from the other end, for numbers close to `max`). Default `'linear'`.
   */
  readonly sampling?: Sampling | 'reverseLog';
  /** The value outside a search. Default `min`. */
  readonly default?: number;
}

/** Options of `hp.choice`. */
export interface ChoiceOptions<V extends HyperparameterValue = HyperparameterValue> {
  /** Whether neighbours in the list are more similar than other values. Default: true for numbers, otherwise false. */
  readonly ordered?: boolean;
  /** The value outside a search. Default: the first. */
  readonly default?: NoInfer<V>;
}

/** Options of `hp.boolean`. */
export interface BooleanOptions {
  /** The value outside a search. Default false. */
  readonly default?: boolean;
}

const NUMBER_OPTIONS = ['min', 'max', 'step', 'sampling', 'default'] as const;

/** A declaration, checked. @throws ValueError for invalid options. */
export function numeric(
  kind: 'int' | 'float',
  given: unknown,
  options: NumberOptions,
): NumericHyperparameter {
  const name = checkName(`hp.${kind}`, given);
  const owner = `hp.${kind} '${printable(name)}'`;
  checkOptions(owner, options, NUMBER_OPTIONS);
  const integer = kind === 'int';
  const limits = { min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, integer };
  const range = integer ? limits : {};
  const min = checkNumber(owner, 'min', options.min, range);
  const max = checkNumber(owner, 'max', options.max, range);
  if (min > max) {
    throw new ValueError(
      `${owner}: min must be at most max, got min ${min} and max ${max}. Exchange the two.`,
    );
  }
  const names = ['linear', 'log', 'reverse_log'] as const;
  const sampling = oneOf(owner, 'sampling', options.sampling ?? 'linear', names);
  if (sampling !== 'linear' && min <= 0) {
    throw new ValueError(
      `${owner}: sampling '${sampling}' needs a min above 0, got ${min}. Give a small number, such as 1e-4, or sampling 'linear'.`,
    );
  }
  const usual = integer && sampling === 'linear' ? 1 : null;
  const step = options.step ?? usual;
  if (step !== null) {
    checkNumber(owner, 'step', step, sampling === 'linear' ? { above: 0, integer } : { above: 1, integer }); // prettier-ignore
  }
  const base = { kind, name, min, max, step, sampling } as const;
  return { ...base, default: checkDefault(owner, { ...base, default: min }, options.default) };
}

/** A declaration, checked. @throws ValueError for invalid options. */
export function choices(
  given: unknown,
  values: readonly HyperparameterValue[],
  options: ChoiceOptions,
): ChoiceHyperparameter {
  const name = checkName('hp.choice', given);
  const owner = `hp.choice '${printable(name)}'`;
  checkOptions(owner, options, ['ordered', 'default']);
  if (!isChoices(values)) {
    throw new ValueError(
      `${owner}: values must be a list of different texts, or of numbers, or of true and false, at least one and at most ` +
        `10000, got ${describeValue(values)}.`,
    );
  }
  const [first = ''] = values;
  const ordered = checkBoolean(owner, 'ordered', options.ordered ?? typeof first === 'number');
  const base = { kind: 'choice', name, values: [...values], ordered } as const;
  return { ...base, default: checkDefault(owner, { ...base, default: first }, options.default) };
}

/** A declaration, checked. @throws ValueError for invalid options. */
export function boolean(given: unknown, options: BooleanOptions): BooleanHyperparameter {
  const name = checkName('hp.boolean', given);
  const owner = `hp.boolean '${printable(name)}'`;
  checkOptions(owner, options, ['default']);
  return {
    kind: 'boolean',
    name,
    default: checkBoolean(owner, 'default', options.default ?? false),
  };
}

/** A declaration, checked. @throws ValueError for a value that is none. */
export function fixed(given: unknown, value: HyperparameterValue): FixedHyperparameter {
  const name = checkName('hp.fixed', given);
  if (isHyperparameterValue(value)) return { kind: 'fixed', name, default: value };
  throw new ValueError(
    `hp.fixed '${printable(name)}': the value must be a finite number, a text, true or false, got ${describeValue(value)}.`,
  );
}

function checkDefault<V extends HyperparameterValue>(
  owner: string,
  declared: Hyperparameter & { readonly default: V },
  given: V | undefined,
): V {
  if (given === undefined) return declared.default;
  if (allows(declared, given)) return given;
  throw new ValueError(
    `${owner}: default must be a value of the hyperparameter, ${describeHyperparameter(declared)}, got ${describeValue(given)}.`,
  );
}

/**
 * A declaration that was read from a file.
 *
 * @throws ValueError if it is none.
 */
export function declarationOf(value: unknown): Hyperparameter {
  if (typeof value !== 'object' || value === null) {
    throw new ValueError(`a hyperparameter is an object, got ${describeValue(value)}.`);
  }
  const { kind, name, ...options } = value as Readonly<Record<string, unknown>>;
  switch (kind) {
    case 'int':
    case 'float':
      return numeric(kind, name, options as unknown as NumberOptions);
    case 'choice': {
      const { values, ...rest } = options;
      return choices(name, values as readonly HyperparameterValue[], rest);
    }
    case 'boolean':
      return boolean(name, options);
    case 'fixed':
      return fixed(name, options['default'] as HyperparameterValue);
    default:
      throw new ValueError(
        `the kind of a hyperparameter is int, float, choice, boolean or fixed, got ${describeValue(kind)}.`,
      );
  }
}
