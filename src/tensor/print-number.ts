import type { DType } from './dtype.js';
import { exactDecimal, roundDigits, shortestDecimal } from './print-decimal.js';

/** Digits after the point at most. */
const PRECISION = 8;

/** From here on float32 is written with an exponent: it holds 6 decimal digits for sure. */
const EXPONENT_CUTOFF = 1e6;

/** A number written as digits, so that all numbers of an array can be aligned. */
interface Parts {
  readonly whole: string;
  readonly fraction: string;
}

const trimZeros = (digits: string): string => digits.replace(/0+$/, '');

/** As `123.45`: the shortest digits, but no more than 8 after the point. */
function positional(x: number, precision = PRECISION): Parts {
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

interface Scientific extends Parts {
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
export function elementFormatter(shown: readonly number[], dtype: DType): (x: number) => string {
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
export function formatScalar(x: number, dtype: DType): string {
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
