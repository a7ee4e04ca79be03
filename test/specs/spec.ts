// The form of the rows in this folder, the same for all families.

/** Numbers that options take, as messages describe them. */
const NUMBERS = {
  'at least 0': 'a finite number of at least 0',
  'at least 1': 'a finite number of at least 1',
  'below 1': 'a finite number of at least 0 and below 1',
  class: 'a whole number from -2147483648 to 2147483647',
  count: 'a whole number of at least 1',
  finite: 'a finite number',
  fraction: 'a finite number from 0 to 1',
  index: 'a whole number of at least 0',
  'part of 1': 'a finite number above 0 and of at most 1',
  positive: 'a finite number above 0',
  seed: 'a whole number from 0 to 9007199254740991',
  whole: 'a whole number',
} as const;

/** Real numbers without an upper limit, and seeds: a huge one is taken as it is. */
const UNLIMITED = /^a finite number( of at least [01]| above 0)?$|^a whole number from 0 to 9/;

/** Names that many options take. */
const NAMES: Readonly<Record<string, string>> = {
  boxes: 'xyxy|yxyx|xywh|center_xywh|center_yxhw|rel_xyxy|rel_yxyx|rel_xywh|rel_center_xywh',
  formats: 'channels_last|channels_first',
  modes: 'auto|min|max',
  paddings: 'valid|same',
  reductions: 'sum_over_batch_size|mean|sum|mean_with_sample_weight|none',
};

/** What an option takes: numbers of a range, in the words of messages, or names in Keras's spelling. */
export interface OptionSpec {
  readonly range?: string;
  readonly names?: readonly string[];
}

/**
 * The options that are numbers or names, by name. `'filters groups: count; padding: valid|same'` is the text of a row: options
 * before the colon, behind it what they take, in the words of the tables above or in those of messages.
 */
export function optionsOf(takes: string): Readonly<Record<string, OptionSpec>> {
  const options: Record<string, OptionSpec> = {};
  for (const part of takes.split('; ').filter((text) => text !== '')) {
    const [names = '', what = ''] = part.split(': ');
    const known = NAMES[what] ?? what;
    const option = known.includes('|')
      ? { names: known.split('|') }
      : { range: NUMBERS[what as keyof typeof NUMBERS] ?? what };
    for (const name of names.split(' ')) options[name] = option;
  }
  return options;
}

/** Whether an option takes numbers of any size. */
export const isUnlimited = ({ range = '' }: OptionSpec): boolean => UNLIMITED.test(range);

/** Arguments of a constructor. */
export type Args = readonly unknown[];

/** A value, or a function that makes it again. */
export type Made<T> = T | (() => T);

export const made = <T extends object>(value: Made<T>): T =>
  typeof value === 'function' ? value() : value;

/** The row of a class. */
export interface ClassSpec {
  /** Options that are numbers or names: see `optionsOf`. */
  readonly takes: string;
  /** Arguments that `new` takes: those before the options, and the options. The first of them is the usual call. */
  readonly examples: readonly Made<Args>[];
  /** It takes a number and nothing else. */
  readonly takesNoOptions?: true;
  /** Keras has no such class. */
  readonly extension?: true;
}

export type ClassSpecs<Spec extends ClassSpec = ClassSpec> = Readonly<Record<string, Spec>>;
