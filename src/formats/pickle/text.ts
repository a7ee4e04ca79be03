import { describeValue } from '../../config/describe-value.js';
import { FormatError } from '../../errors.js';

// What the opcodes of protocol 0 hold: lines of text.

/** Digits of a whole number: more are no count of anything, and take long to read. */
const MAX_DIGITS = 1000;

/** A whole number as a number, as far as that holds it. */
export function wholeNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** `I`: a whole number, or a truth value as 00 and 01; `L`: a whole number that may end in L. */
export function parseInteger(line: string, place: string): number | bigint | boolean {
  if (line === '00' || line === '01') return line === '01';
  const [, digits] = /^([+-]?\d+)L?$/.exec(line) ?? [];
  if (digits !== undefined && digits.length <= MAX_DIGITS) return wholeNumber(BigInt(digits));
  throw new FormatError(`${place}: expected a whole number, got ${describeValue(line)}.`);
}

/** `F`: a decimal number, or nan, inf, -inf. */
export function parseDecimal(line: string, place: string): number {
  const words: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, '-inf': -Infinity };
  if (Object.hasOwn(words, line)) return words[line] ?? NaN;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(line)) return Number(line);
  throw new FormatError(`${place}: expected a number, got ${describeValue(line)}.`);
}

/** `S`: a text of Python 2 as a program has it, in quotes and with escapes: its bytes. */
export function parseQuoted(line: string, place: string): Uint8Array<ArrayBuffer> {
  const [, quote, inside] = /^(['"])(.*)\1$/s.exec(line) ?? [];
  if (inside === undefined || quote === undefined) {
    throw new FormatError(`${place}: expected a text in quotes, got ${describeValue(line)}.`);
  }
  const text = inside.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/gs, (whole, escape: string) => {
    if (/^x./s.test(escape)) return String.fromCharCode(parseInt(escape.slice(1), 16));
    if (/^[0-7]/.test(escape)) return String.fromCharCode(parseInt(escape, 8) & 255);
    return ESCAPES[escape] ?? whole;
  });
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', a: '\x07', '\\': '\\', "'": "'", '"': '"', '\n': '' }; // prettier-ignore

/** `V`: a text in latin1, other characters as escapes of 4 or 8 digits. */
export function parseUnicode(line: string, place: string): string {
  return line.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (_, short, long: string) => {
    const code = parseInt((short as string | undefined) ?? long, 16);
    if (code <= 0x10ffff) return String.fromCodePoint(code);
    throw new FormatError(
      `${place}: a text holds the character \\U${long}; the last one is \\U0010ffff.`,
    );
  });
}

/** Bytes as the characters of their numbers. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  // In pieces that fit on the stack.
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of UTF-8 as text. */
export function decodeUtf8(bytes: Uint8Array, place: () => string): string {
  // Most texts are short names, for which the decoder takes longer.
  if (bytes.length < 24 && bytes.every((byte) => byte < 128)) return String.fromCharCode(...bytes);
  try {
    return utf8.decode(bytes);
  } catch {
    throw new FormatError(`${place()}: a text is not UTF-8.`);
  }
}
