import { describeValue } from '../../../config/describe-value.js';
import { FormatError } from '../../../errors.js';

// What the opcodes of protocol 0 hold: lines of text.

/** Digits of a whole number: more are no count of anything, and take long to read. */
const MAX_DIGITS = 1000;

/** A whole number as a number, as far as that holds it. */
export function wholeNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** `I`: a whole number, or a truth value as 00 and 01; `L`: a whole number that may end in L. */
export function parseInteger(line: string, location: string): number | bigint | boolean {
  if (line === '00' || line === '01') return line === '01';
  const [, digits] = /^([+-]?\d+)L?$/.exec(line) ?? [];
  if (digits !== undefined && digits.length <= MAX_DIGITS) return wholeNumber(BigInt(digits));
  throw new FormatError(`${location}: expected a whole number, got ${describeValue(line)}.`);
}

/** `F`: a decimal number, or nan, inf, -inf. */
export function parseDecimal(line: string, location: string): number {
  const words: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, '-inf': -Infinity };
  if (Object.hasOwn(words, line)) return words[line] ?? NaN;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(line)) return Number(line);
  throw new FormatError(`${location}: expected a number, got ${describeValue(line)}.`);
}

const [BACKSLASH, X, SMALL_U, LARGE_U] = [0x5c, 0x78, 0x75, 0x55];

/**
 * The number written from `start` on, and the position behind its digits; −1 where there are fewer digits than `least`. Texts may be
 * long, so no text is made for each escape.
 */
function digits(
  line: Uint8Array,
  start: number,
  base: 8 | 16,
  least: number,
  most: number,
): readonly [value: number, end: number] {
  let [value, at] = [0, start];
  for (; at < start + most; at++) {
    const byte = line[at] ?? 0;
    const letter = byte | 0x20;
    const digit =
      byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : letter >= 0x61 && letter <= 0x66 ? letter - 87 : 16; // prettier-ignore
    if (digit >= base) break;
    value = value * base + digit;
  }
  return at - start < least ? [-1, start] : [value, at];
}

/** `S`: a text of Python 2 as a program has it, in quotes and with escapes: its bytes. */
export function parseQuoted(line: Uint8Array, location: string): Uint8Array<ArrayBuffer> {
  const quote = line[0];
  if (line.length < 2 || (quote !== 0x22 && quote !== 0x27) || line.at(-1) !== quote) {
    throw new FormatError(
      `${location}: expected a text in quotes, got ${describeValue(latin1(line.subarray(0, 100)))}.`,
    );
  }
  const inside = line.subarray(1, -1);
  const bytes = new Uint8Array(inside.length);
  let length = 0;
  for (let at = 0; at < inside.length;) {
    const byte = inside[at++] ?? 0;
    const next = inside[at];
    if (byte !== BACKSLASH || next === undefined) {
      bytes[length++] = byte;
      continue;
    }
    const [value, end] =
      next === X ? digits(inside, at + 1, 16, 2, 2) : digits(inside, at, 8, 1, 3);
    if (value >= 0) {
      bytes[length++] = value;
      at = end;
      continue;
    }
    const escape = ESCAPES[String.fromCharCode(next)];
    if (escape === undefined) bytes[length++] = BACKSLASH;
    bytes[length++] = escape ?? next;
    at++;
  }
  return bytes.subarray(0, length);
}

const ESCAPES: Readonly<Record<string, number>> = {
  n: 10, r: 13, t: 9, b: 8, f: 12, v: 11, a: 7, '\\': BACKSLASH, "'": 0x27, '"': 0x22 }; // prettier-ignore

/** `V`: a text in latin1, other characters as escapes of 4 or 8 digits. */
export function parseUnicode(line: Uint8Array, location: string): string {
  if (!line.includes(BACKSLASH)) return latin1(line);
  const units = new Uint16Array(line.length);
  let length = 0;
  for (let at = 0; at < line.length;) {
    const byte = line[at++] ?? 0;
    const count = byte !== BACKSLASH ? 0 : line[at] === SMALL_U ? 4 : line[at] === LARGE_U ? 8 : 0;
    const [code, end] = digits(line, at + 1, 16, Math.max(1, count), count);
    if (code < 0) {
      units[length++] = byte;
      continue;
    }
    if (code > 0x10ffff) {
      throw new FormatError(
        `${location}: a text holds the character \\U${latin1(line.subarray(end - 8, end))}; the last one is \\U0010ffff.`,
      );
    }
    // Beyond 16 bits a character is two halves.
    if (code > 0xffff) units[length++] = 0xd7c0 + (code >> 10);
    units[length++] = code > 0xffff ? 0xdc00 + (code & 0x3ff) : code;
    at = end;
  }
  return latin1(units.subarray(0, length));
}

/** Bytes, or halves of characters, as the characters of their numbers. */
export function latin1(codes: Uint8Array | Uint16Array): string {
  let text = '';
  // In pieces that fit on the stack.
  for (let at = 0; at < codes.length; at += 4096) {
    text += String.fromCharCode(...codes.subarray(at, at + 4096));
  }
  return text;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of UTF-8 as text. */
export function decodeUtf8(bytes: Uint8Array, location: () => string): string {
  // Most texts are short names, for which the decoder takes longer.
  if (bytes.length < 24 && bytes.every((byte) => byte < 128)) return String.fromCharCode(...bytes);
  try {
    return utf8.decode(bytes);
  } catch {
    throw new FormatError(`${location()}: a text is not UTF-8.`);
  }
}
