import { isListOf } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { Option } from '../../config/index.js';
import { ValueError } from '../../errors.js';

/** Characters of a pattern, and of a path that is compared with it. */
const MAX_LENGTH = 256;

/** Quantifiers of a pattern: each may go through the whole path. What looks for a part of a path is one by itself. */
const MAX_QUANTIFIERS = 3;

/** Signs `|` of a pattern: each may double the time. */
const MAX_ALTERNATIVES = 4;

/** A backslash, a group that is repeated, and one with a meaning of its own, such as `(?=`. */
const REFUSED = /\\|\)[*+?{]|\(\?/;

/** Says whether a path of a variable fits a pattern. @throws ValueError for a path that is too long. */
type PathPattern = (path: string) => boolean;

/** Steps that all comparisons of an optimizer may take together: some seconds. */
const MAX_STEPS = 4e9;

/** Steps that any comparison takes, as a regular expression is made for it. */
const LEAST_STEPS = 1000;

const QUANTIFIER = /[*+?{]/g;
const ALTERNATIVE = /\|/g;

/** How often the signs are there. */
const countOf = (signs: RegExp, pattern: string): number => pattern.match(signs)?.length ?? 0;

/**
 * Compares paths of variables with a pattern, a regular expression that may come out of a file: it is short, and without
 * what can take for ever, such as groups that are repeated.
 *
 * @param of what the pattern is of. A whole path, as in `re.fullmatch`, or a part of one, as in `re.search`
 * @throws ValueError for another pattern.
 */
export function pathPattern(
  owner: string,
  name: string,
  pattern: string,
  of: 'path' | 'part',
): PathPattern {
  const quantifiers = of === 'path' ? MAX_QUANTIFIERS : MAX_QUANTIFIERS - 1;
  const isShort =
    pattern.length <= MAX_LENGTH &&
    countOf(QUANTIFIER, pattern) <= quantifiers &&
    countOf(ALTERNATIVE, pattern) <= MAX_ALTERNATIVES;
  const found = isShort && !REFUSED.test(pattern) ? compiled(pattern, of) : undefined;
  if (found === undefined) {
    throw new ValueError(
      `${owner}: ${name} must be ${of === 'path' ? 'paths' : 'parts of paths'} of variables, or regular expressions of at ` +
        `most ${MAX_LENGTH} characters, ${quantifiers} quantifiers and ${MAX_ALTERNATIVES} signs |, without backslashes and ` +
        `repeated groups, got ${describeValue(pattern)}.`,
    );
  }
  return (path) => {
    if (path.length <= MAX_LENGTH) return found.test(path);
    throw new ValueError(
      `${owner}: ${name} cannot be compared with the path of a variable of ${path.length} characters, which begins with ` +
        `${describeValue(path.slice(0, 40))}: at most ${MAX_LENGTH} are allowed. Give its layer a shorter name.`,
    );
  };
}

/**
 * Throws if it could take long to compare the paths of all variables with all patterns, which a file may hold.
 *
 * @throws ValueError that says what to do.
 */
export function requireShortSearch(
  owner: string,
  name: string,
  patterns: readonly string[],
  of: 'path' | 'part',
  variables: readonly { readonly path: string }[],
): void {
  const ofPaths = Array.from({ length: MAX_QUANTIFIERS + 1 }, (_, quantifiers) =>
    variables.reduce((sum, { path }) => sum + Math.max(path.length, 1) ** quantifiers, 0),
  );
  const steps = patterns.reduce((sum, pattern) => {
    const quantifiers = countOf(QUANTIFIER, pattern) + Number(of === 'part');
    const ofPattern = (ofPaths[quantifiers] ?? Infinity) * 2 ** countOf(ALTERNATIVE, pattern);
    return sum + ofPattern + LEAST_STEPS * variables.length;
  }, 0);
  if (steps <= MAX_STEPS) return;
  throw new ValueError(
    `${owner}: ${name} has ${patterns.length} patterns for ${variables.length} variables, which could take long to compare. ` +
      `Give fewer patterns, or such as have fewer quantifiers.`,
  );
}

/** The regular expression; undefined if it is invalid. */
function compiled(pattern: string, of: 'path' | 'part'): RegExp | undefined {
  try {
    // By itself, as a parenthesis that is not closed would close the group around it.
    const found = new RegExp(pattern);
    return of === 'part' ? found : new RegExp(`^(?:${pattern})$`);
  } catch {
    return undefined;
  }
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
    for (const pattern of given) pathPattern(owner, name, pattern, 'part');
    return [...given];
  },
};
