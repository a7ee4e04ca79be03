// Tensors as text, in NumPy's layout: aligned columns, 75 characters a line, and only the edges of
// tensors of more than 1000 elements.
import type { DType, TensorData } from '../../config/dtype.js';
import { sizeOf, stridesOf } from './shape.js';
import type { Shape } from './shape.js';

const LINE_WIDTH = 75;
const SUMMARY_THRESHOLD = 1000;
const EDGE_ITEMS = 3;

/** The elements as NumPy's `str(array)` shows them. */
export function formatTensor(data: TensorData, shape: Shape, dtype: DType): string {
  if (shape.length === 0) return formatScalar(data[0] ?? NaN, dtype);
  if (sizeOf(shape) === 0) return '[]';
  const summarize = sizeOf(shape) > SUMMARY_THRESHOLD;
  const strides = stridesOf(shape);
  const shown = shownElements(data, shape, strides, summarize);
  const format = elementFormatter(shown, dtype);

  const recurse = (axis: number, offset: number, indent: string, width: number): string => {
    const length = shape[axis];
    if (length === undefined) return format(data[offset] ?? NaN);
    const items = itemsOf(length, summarize).map((i) =>
      i === undefined
        ? '...'
        : recurse(axis + 1, offset + i * (strides[axis] ?? 0), `${indent} `, width - 1),
    );
    if (axis === shape.length - 1) return `[${wrap(items, indent, width - 1)}]`;
    const separator = `${'\n'.repeat(shape.length - axis - 1)}${indent}`;
    return `[${items.join(separator)}]`;
  };
  return recurse(0, 0, ' ', LINE_WIDTH);
}

/** Indices along an axis; `undefined` stands for those left out. */
function itemsOf(length: number, summarize: boolean): (number | undefined)[] {
  const all = (from: number, to: number): number[] =>
    Array.from({ length: to - from }, (_, i) => from + i);
  if (!summarize || length <= 2 * EDGE_ITEMS) return all(0, length);
  return [...all(0, EDGE_ITEMS), undefined, ...all(length - EDGE_ITEMS, length)];
}

/** The elements that will be shown: they alone decide how wide columns are. */
function shownElements(
  data: TensorData,
  shape: Shape,
  strides: readonly number[],
  summarize: boolean,
): number[] {
  if (!summarize) return Array.from(data);
  const shown: number[] = [];
  const visit = (axis: number, offset: number): void => {
    const length = shape[axis];
    if (length === undefined) {
      shown.push(data[offset] ?? NaN);
      return;
    }
    for (const i of itemsOf(length, true)) {
      if (i !== undefined) visit(axis + 1, offset + i * (strides[axis] ?? 0));
    }
  };
  visit(0, 0);
  return shown;
}

/** Items separated by spaces, broken into lines of at most `width` characters. */
function wrap(items: readonly string[], indent: string, width: number): string {
  let text = '';
  let line = indent;
  for (const item of items) {
    const first = line.length <= indent.length;
    if (!first && line.length + item.length > width) {
      text += `${line.trimEnd()}\n`;
      line = indent;
    }
    line += `${item} `;
  }
  return (text + line).slice(indent.length, -1);
}

/** Digits after the point at most. */
const PRECISION = 8;

/** From here on float32 is written with an exponent: it holds 6 decimal digits for sure. */
const EXPONENT_CUTOFF = 1e6;

/** A number written as digits, so that all numbers of an array can be aligned. */
interface DecimalDigits {
  readonly whole: string;
  readonly fraction: string;
}

const trimZeros = (digits: string): string => digits.replace(/0+$/, '');

/** As `123.45`: the shortest digits, but no more than 8 after the point. */
function positional(x: number, precision = PRECISION): DecimalDigits {
  let decimal = shortestDecimal(x);
  if (decimal.digits.length - 1 - decimal.exponent > precision) {
    const exact = exactDecimal(x);
    decimal = roundDigits(exact, exact.exponent + 1 + precision);
  }
  const { isNegative, digits, exponent } = decimal;
  const whole = exponent < 0 ? '0' : digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = exponent < 0 ? '0'.repeat(-exponent - 1) + digits : digits.slice(exponent + 1);
  return { whole: (isNegative ? '-' : '') + whole, fraction: trimZeros(fraction) };
}

interface Scientific extends DecimalDigits {
  readonly exponent: string;
}

/** As `1.2345e+02`: the shortest digits, or more of the exact ones if there are to be that many. */
function scientific(x: number, fractionDigits = 0): Scientific {
  const shortest = shortestDecimal(x);
  const isLongEnough = shortest.digits.length > fractionDigits;
  const { isNegative, digits, exponent } = isLongEnough
    ? shortest
    : roundDigits(exactDecimal(x), fractionDigits + 1);
  return {
    whole: (isNegative ? '-' : '') + digits.slice(0, 1),
    fraction: digits.slice(1),
    exponent: (exponent < 0 ? '-' : '+') + String(Math.abs(exponent)).padStart(2, '0'),
  };
}

function special(x: number): string {
  return Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf';
}

const longest = (texts: readonly string[]): number =>
  texts.reduce((length, text) => Math.max(length, text.length), 0);

function floatFormatter(values: readonly number[]): (x: number) => string {
  const finite = values.filter(Number.isFinite);
  const specials = longest(values.filter((x) => !Number.isFinite(x)).map(special));
  if (finite.length === 0) return (x) => special(x).padStart(specials);
  const magnitudes = finite.filter((x) => x !== 0).map(Math.abs);
  const largest = magnitudes.reduce((a, b) => Math.max(a, b), 0);
  const smallest = magnitudes.reduce((a, b) => Math.min(a, b), Infinity);
  const useExponent =
    largest >= EXPONENT_CUTOFF ||
    smallest < Math.fround(1e-4) ||
    Math.fround(largest / smallest) > 1000;

  if (useExponent) {
    const all = finite.map((x) => scientific(x));
    const digits = longest(all.map((parts) => parts.fraction));
    const left = longest(all.map((parts) => parts.whole));
    const right = digits + 2 + longest(all.map((parts) => parts.exponent));
    const width = Math.max(left + right, specials);
    return (x) => {
      if (!Number.isFinite(x)) return special(x).padStart(width);
      const { whole, fraction, exponent } = scientific(x, digits);
      return `${whole}.${fraction}e${exponent}`.padStart(width);
    };
  }
  const all = finite.map((x) => positional(x));
  const right = longest(all.map((parts) => parts.fraction));
  const left = Math.max(longest(all.map((parts) => parts.whole)), specials - right - 1);
  return (x) => {
    if (!Number.isFinite(x)) return special(x).padStart(left + 1 + right);
    const { whole, fraction } = positional(x);
    return `${whole.padStart(left)}.${fraction.padEnd(right)}`;
  };
}

/** How one element of an array is written, so that all of `shown` take the same width. */
function elementFormatter(shown: readonly number[], dtype: DType): (x: number) => string {
  switch (dtype) {
    case 'float32':
      return floatFormatter(shown);
    case 'bool':
      return (x) => (x === 0 ? 'False' : ' True');
    default: {
      const width = longest(shown.map(String));
      return (x) => String(x).padStart(width);
    }
  }
}

/** One number by itself: `12.0`, `1e-05`, `12`, `True`. */
function formatScalar(x: number, dtype: DType): string {
  if (dtype === 'bool') return x === 0 ? 'False' : 'True';
  if (dtype !== 'float32') return String(x);
  if (!Number.isFinite(x)) return special(x);
  const magnitude = Math.abs(x);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= EXPONENT_CUTOFF)) {
    const { whole, fraction, exponent } = scientific(x);
    return `${whole}${fraction === '' ? '' : `.${fraction}`}e${exponent}`;
  }
  const { whole, fraction } = positional(x, Infinity);
  return `${whole}.${fraction === '' ? '0' : fraction}`;
}

// float32 numbers as decimal digits, rounded half to even as NumPy does; JavaScript's own toFixed and
// toPrecision round halves up, and know only float64.

/** ±d.ddd… · 10^exponent, the first digit not 0 unless all are. */
interface Decimal {
  readonly isNegative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** More digits than tell a half from what is near it. */
const EXACT_DIGITS = 101;

/** All digits of a finite number (−0 is negative). */
function exactDecimal(x: number): Decimal {
  const [mantissa = '', exponent = ''] = Math.abs(x)
    .toExponential(EXACT_DIGITS - 1)
    .split('e');
  return {
    isNegative: x < 0 || Object.is(x, -0),
    digits: mantissa.replace('.', ''),
    exponent: Number(exponent),
  };
}

/** The nearest number of `count` digits, at least 1; of two as near the even one. */
function roundDigits(decimal: Decimal, count: number): Decimal {
  const { digits } = decimal;
  const rest = digits.slice(count);
  const half = '5'.padEnd(rest.length, '0');
  const isOdd = Number(digits.charAt(count - 1)) % 2 === 1;
  if (rest > half || (rest === half && isOdd)) return roundUp(decimal, count);
  return { ...decimal, digits: digits.slice(0, count) };
}

/** The next larger number (in magnitude) of `count` digits. */
function roundUp({ isNegative, digits, exponent }: Decimal, count: number): Decimal {
  const next = String(Number(digits.slice(0, count)) + 1);
  // 9.99 becomes 10.0, which has a digit too many.
  const carry = next.length > count ? 1 : 0;
  return { isNegative, digits: next.slice(0, count), exponent: exponent + carry };
}

/** The fewest digits that read back as the same float32. */
function shortestDecimal(x: number): Decimal {
  const exact = exactDecimal(x);
  const readsBack = ({ digits, exponent }: Decimal): boolean =>
    Math.fround(Number(`${digits}e${exponent - digits.length + 1}`)) === Math.abs(x);
  for (let count = 1; count < 9; count++) {
    const nearest = roundDigits(exact, count);
    if (readsBack(nearest)) return nearest;
    // Above a power of two the next float32 is twice as far away as below it, so that a number farther
    // off but larger may read back where the nearest does not.
    const larger = roundUp(exact, count);
    if (readsBack(larger)) return larger;
  }
  return roundDigits(exact, 9);
}
