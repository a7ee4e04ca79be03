import { FormatError } from '../errors.js';

/** Whether a value of a JSON text is an object, and no list. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Model files nest a dozen levels; beyond, a message about a value could exhaust the stack.
const MAX_DEPTH = 64;

/**
 * The object in a JSON text.
 *
 * @param label what messages call the file
 * @throws FormatError if it is none, or nested deeper than any model is.
 */
export function parseJsonObject(
  bytes: Uint8Array,
  label: string,
): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new FormatError(`${label}: no JSON text.`, { cause: error });
  }
  if (!isJsonObject(value)) throw new FormatError(`${label}: must be a JSON object.`);
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw new FormatError(`${label}: nested deeper than ${MAX_DEPTH}.`);
    level = level.flatMap((item): unknown[] =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    );
  }
  return value;
}
