import { ValueError } from '../errors.js';
import { describeValue } from './describe-value.js';
import { didYouMean } from './advice.js';

/** `channels_first` → `channelsFirst`. */
type CamelCase<N extends string> = N extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : N;

/** A name in Keras's spelling or in JavaScript's: what options take. */
export type EitherSpelling<N extends string> = N | CamelCase<N>;

/**
 * The name in Keras's spelling that `value` is a spelling of: `channels_first`, `channelsFirst`, `CHANNELS_FIRST`.
 *
 * @param known the names in Keras's spelling
 * @param alternative what else the caller takes, for messages: 'null'
 * @throws ValueError for anything else, listing the names.
 */
export function oneOf<N extends string>(
  owner: string,
  option: string,
  value: unknown,
  known: readonly N[],
  alternative?: string,
): N {
  const given = typeof value === 'string' ? folded(value) : undefined;
  const found = known.find((name) => folded(name) === given);
  if (found !== undefined) return found;
  const names = known.map((name) => `'${name}'`);
  if (alternative !== undefined) names.push(alternative);
  const list = names.slice(0, -1).join(', ');
  throw new ValueError(
    `${owner}: ${option} must be ${list === '' ? '' : `${list} or `}${names.at(-1) ?? ''}, got ` +
      `${describeValue(value)}.${typeof value === 'string' ? didYouMean(value, known) : ''}`,
  );
}

/** What is left of a name where spellings differ no more. */
function folded(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}
