import { describeValue } from '../config/describe-value.js';
import { number } from '../config/index.js';
import type { Option, Place } from '../config/index.js';
import { ValueError } from '../errors.js';

/** What says where random numbers start: a whole number of at least 0, or null (default) to derive one from the global seed. */
export const seed = (): Option<number | null> =>
  number({ default: null, min: 0, max: Number.MAX_SAFE_INTEGER, integer: true });

/** An `axis` option: one axis or several, counted from the end if negative. */
export type LayerAxis = number | readonly number[];

/** One axis or several. Default −1, the last one. */
export const axes = (): Option<LayerAxis> => ({ default: -1, check: checkAxes });

/** `value` if it is a whole number or a list of them. @throws ValueError for anything else. */
export function checkAxes(value: unknown, { owner, name }: Place): LayerAxis {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > 0 && list.every(Number.isInteger)) {
    return typeof value === 'number' ? value : [...(list as readonly number[])];
  }
  throw new ValueError(
    `${owner}: ${name} must be a whole number or a list of them, got ${describeValue(value)}.`,
  );
}
