import { describeValue } from '../../../config/describe-value.js';
import {
  findCustomFunction,
  isSerializedObject,
  oneOf,
  registeredNameOf,
} from '../../../config/index.js';
import type { EitherSpelling, Option } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';

/** Forms that texts are brought into, in Keras's spelling. */
export const STANDARDS = ['lower_and_strip_punctuation', 'lower', 'strip_punctuation'] as const;
export const SPLITS = ['whitespace', 'character'] as const;

export type Standardize = (typeof STANDARDS)[number];
export type Split = (typeof SPLITS)[number];

/** The standardized form of a text. */
export type StandardizeFunction = (text: string) => string;

/** The tokens of a standardized text. */
export type SplitFunction = (text: string) => readonly string[];

/** An option that is one of a few names, a function, or null for neither. */
export function nameOrFunction<N extends string, F extends (text: string) => unknown>(
  names: readonly N[],
  initial: N,
): Option<EitherSpelling<N> | F | null, N | F | null> {
  return {
    default: initial,
    takesNull: true,
    check: (given, { owner, name }) => {
      if (given === null || typeof given === 'function') return given as F | null;
      return oneOf(owner, name, given, names, 'a function or null');
    },
    toConfig: (value) =>
      typeof value === 'function'
        ? {
            module: 'builtins',
            class_name: 'function',
            config: registeredNameOf(value) ?? value.name,
            registered_name: 'function',
          }
        : value,
  };
}

/** What a config says of an option that may be a function: a function of `customObjects`, or the value itself. */
export function functionOf(value: unknown): unknown {
  if (!isSerializedObject(value) || value.class_name !== 'function') return value;
  const config: unknown = value.config;
  const name = typeof config === 'string' ? config : '';
  const found = findCustomFunction(value);
  if (found !== undefined) return found;
  throw new ValueError(
    `TextVectorization: the function ${describeValue(name)} of the config is not known here. Give it as customObjects: ` +
      `loadModel(file, { customObjects: { ${name}: (text) => … } }), or register it with utils.registerKerasSerializable.`,
  );
}

/** An option that says how many tokens an n-gram has: up to a number, or each number of a list. */
export function ngramWidths(): Option<number | readonly number[] | null> {
  return {
    default: null,
    check: (given, { owner, name }) => {
      const widths: readonly unknown[] = Array.isArray(given)
        ? Array.from(given as unknown[])
        : [given];
      const isWidth = (one: unknown): boolean =>
        Number.isInteger(one) && (one as number) >= 1 && (one as number) <= MAX_NGRAM;
      if (widths.length > 0 && widths.every(isWidth)) {
        return Array.isArray(given) ? [...(given as number[])] : (given as number);
      }
      throw new ValueError(
        `${owner}: ${name} must be a whole number from 1 to ${MAX_NGRAM} or a list of them, got ${describeValue(given)}.`,
      );
    },
  };
}

/** The most tokens of an n-gram. */
const MAX_NGRAM = 2 ** 10;
