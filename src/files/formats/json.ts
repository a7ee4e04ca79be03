import { FormatError } from '../../errors.js';

/** Whether a value of a JSON text is an object, and no list. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The most bytes that a JSON text in a file, or a file of JSON, may have: 64 MiB. What describes a model takes few. */
export const MAX_JSON_BYTES = 2 ** 26;

// Model files nest a dozen levels; beyond, a message about a value could exhaust the stack.
const MAX_DEPTH = 64;

// A value may take a hundred bytes of memory and two of a file. A header that lists 100,000 tensors has 800,000.
const MAX_VALUES = 2 ** 22;

// Objects whose names are all different take 10 µs and 300 bytes for each name (measured). The header has 400,000 names.
const MAX_NAMES = 2 ** 20;

/**
 * The object in a JSON text.
 *
 * @param label the name of the file in messages
 * @throws FormatError if it is none, or longer, richer or nested deeper than any model is; before it is parsed.
 */
export function parseJsonObject(
  source: Uint8Array | string,
  label: string,
): Readonly<Record<string, unknown>> {
  const bytes = typeof source === 'string' ? encoded(source, label) : source;
  if (bytes.length > MAX_JSON_BYTES) throw jsonTooLong(label, bytes.length);
  checkStructure(bytes, label);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    // Not as its cause, which is printed with a piece of the file.
    throw new FormatError(`${label}: no JSON text: ${(error as Error).message}.`);
  }
  if (!isJsonObject(value)) throw new FormatError(`${label}: must be a JSON object.`);
  return value;
}

/** The error for a JSON text of more bytes than are read. */
export function jsonTooLong(label: string, length: number): FormatError {
  return new FormatError(
    `${label}: its JSON text has ${length} bytes; at most ${MAX_JSON_BYTES} are read.`,
  );
}

function encoded(text: string, label: string): Uint8Array {
  if (text.length > MAX_JSON_BYTES) throw jsonTooLong(label, text.length);
  return new TextEncoder().encode(text);
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
// Brackets and braces differ in one bit.
const [OPENING, CLOSING, BIT] = [0x7b, 0x7d, 0x20];

/** Counts values, names and levels without creating any. Anything but JSON is left to the parser. */
function checkStructure(bytes: Uint8Array, label: string): void {
  let depth = 0;
  let [values, names] = [1, 0];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = endOfText(bytes, at);
    else if (byte === COMMA) values++;
    else if (byte === COLON) names++;
    else if ((byte | BIT) === OPENING) {
      values++;
      depth++;
      if (depth > MAX_DEPTH) throw new FormatError(`${label}: nested deeper than ${MAX_DEPTH}.`);
    } else if ((byte | BIT) === CLOSING) depth--;
  }
  for (const [what, count, most] of [
    ['values', values, MAX_VALUES],
    ['names', names, MAX_NAMES],
  ] as const) {
    if (count <= most) continue;
    throw new FormatError(
      `${label}: its JSON text holds ${count} ${what}; at most ${most} are read.`,
    );
  }
}

/** Where a text ends that begins at `start`. */
function endOfText(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
