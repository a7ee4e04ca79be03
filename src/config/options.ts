import { ValueError } from '../errors.js';
import { describeValue } from './describe-value.js';
import { camelCase } from './names.js';
import { didYouMean, hintAtOption } from './advice.js';

/**
 * Throws if `options` is not an object or holds a key that `owner` does not know: a misspelt option must not be
 * ignored in silence.
 */
export function checkOptions(
  owner: string,
  options: Readonly<Record<string, unknown>> | object,
  known?: readonly string[],
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ValueError(
      `${owner}: options must be an object, such as { ${exampleOf(known)}: … }, got ${describeValue(options)}.`,
    );
  }
  if (known === undefined) return;
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new ValueError(
        `${owner}: unknown option ${describeValue(key)}.${hintAtOption(key, known)} Known options: ${known.join(', ') || 'none'}.`,
      );
    }
  }
}

/** The option that a message shows. A number in place of the options of an optimizer most likely means its rate. */
const exampleOf = (known: readonly string[] = ['name']): string =>
  known.find((name) => name === 'learningRate') ?? known[0] ?? 'name';

/** `value` if it is an object and no list, for callers that no compiler checks; else a ValueError. */
export function requireObject<T>(owner: string, name: string, value: T): T {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new ValueError(`${owner}: ${name} must be an object, got ${describeValue(value)}.`);
}

/** A configuration in Keras's spelling, as in files. */
export type Config = Readonly<Record<string, unknown>>;

/**
 * Turns a Keras config into constructor options: camelCase keys, `null` dropped (in Keras it means
 * "the default") but for options that take it, and keys that `owner` does not support only accepted at their neutral value.
 */
export function optionsFromConfig(
  owner: string,
  config: Config,
  known: readonly string[],
  neutral: Readonly<Record<string, readonly unknown[]>> = {},
  takesNull: (name: string) => boolean = () => false,
): Record<string, unknown> {
  requireObject(owner, 'config', config);
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    const name = camelCase(key);
    if (known.includes(name)) {
      if (value === null && takesNull(name)) options[name] = null;
      else if (value !== null && value !== undefined) options[name] = value;
      continue;
    }
    const allowed = Object.hasOwn(neutral, key) ? neutral[key] : undefined;
    if (allowed === undefined) {
      throw new ValueError(
        `${owner}: config key ${describeValue(key)} is unknown.${didYouMean(key, known)} Known keys: ${known.join(', ')}.`,
      );
    }
    if (value !== null && value !== undefined && !allowed.includes(value)) {
      throw new ValueError(
        `${owner}: config has ${key} = ${describeValue(value)}, which is not supported; ` +
          `supported: ${allowed.map(describeValue).join(', ') || 'null'}.`,
      );
    }
  }
  return options;
}
