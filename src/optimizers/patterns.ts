import { isListOf } from '../config/index.js';
import { describeValue } from '../config/describe-value.js';
import type { Option } from '../config/index.js';
import { ValueError } from '../errors.js';

/** Quantifiers of a pattern: each may go through the whole path. */
const MAX_QUANTIFIERS = 4;

/**
 * The regular expression of a pattern of paths of variables, which may come out of a file: without groups, which can take
 * for ever, and short.
 *
 * @throws ValueError for another one.
 */
export function pathPattern(owner: string, name: string, pattern: string): RegExp {
  const quantifiers = pattern.match(/[*+?{]/g)?.length ?? 0;
  if (pattern.length <= 256 && quantifiers <= MAX_QUANTIFIERS && !/[()\\]/.test(pattern)) {
    try {
      return new RegExp(pattern);
    } catch {
      // It is described below.
    }
  }
  throw new ValueError(
    `${owner}: ${name} must be parts of paths of variables, or short regular expressions without groups and with at most ` +
      `${MAX_QUANTIFIERS} quantifiers, got ${describeValue(pattern)}.`,
  );
}

/** A list of patterns. */
export const patternList: Option<readonly string[]> = {
  default: [],
  check: (given, { owner, name }) => {
    if (!isListOf(given, (item) => typeof item === 'string')) {
      throw new ValueError(
        `${owner}: ${name} must be a list of texts, got ${describeValue(given)}.`,
      );
    }
    for (const pattern of given) pathPattern(owner, name, pattern);
    return [...given];
  },
};
