import type { DType } from './dtype.js';

/** Digits after the point at most. */
const PRECISION = 8;

/** A number written as digits, so that all numbers of an array can be aligned. */
interface Parts {
  readonly whole: string;
  readonly fraction: string;
}

/** Shortest decimal digits that read back as the same float32. */
function shortest(x: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = x.toPrecision(digits);
    if (Math.fround(Number(text)) === x) return text;
  }
  return x.toPrecision(9);
}

function split(text: string): Parts {
  const [whole = '', fraction = ''] = text.split('.');
  return { whole, fraction: fraction.replace(/0+$/, '') };
}

function positional(x: number): Parts {
  const plain = Number(shortest(x)).toFixed(20);
  const digits = split(plain).fraction.length;
  const parts = split(digits > PRECISION ? x.toFixed(PRECISION) : plain);
  return Object.is(x, -0) ? { ...parts, whole: '-0' } : parts;
}

interface Scientific extends Parts {
  readonly exponent: string;
}

function scientific(x: number): Scientific {
  const short = Number(shortest(x)).toExponential();
  const needed = split(short.split('e')[0] ?? '').fraction.length;
  const text = needed > PRECISION ? x.toExponential(PRECISION) : short;
  const [mantissa = '', exponent = '+0'] = text.split('e');
  const sign = exponent.startsWith('-') ? '-' : '+';
  const parts = split(mantissa);
  return {
    whole: Object.is(x, -0) ? '-0' : parts.whole,
    fraction: parts.fraction,
    exponent: sign + exponent.replace(/^[+-]/, '').padStart(2, '0'),
  };
}

function special(x: number): string {
  return Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf';
}

const longest = (texts: readonly string[]): number =>
  texts.reduce((length, text) => Math.max(length, text.length), 0);

function floatFormatter(values: readonly number[]): (x: number) => string {
  const finite = values.filter(Number.isFinite);
  const specials = values.filter((x) => !Number.isFinite(x)).map(special);
  const magnitudes = finite.filter((x) => x !== 0).map(Math.abs);
  const largest = magnitudes.reduce((a, b) => Math.max(a, b), 0);
  const smallest = magnitudes.reduce((a, b) => Math.min(a, b), Infinity);
  const useExponent =
    magnitudes.length > 0 && (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000);

  if (useExponent) {
    const all = finite.map(scientific);
    const digits = longest(all.map((parts) => parts.fraction));
    const left = longest(all.map((parts) => parts.whole));
    const right = digits + 2 + longest(all.map((parts) => parts.exponent));
    const width = Math.max(left + right, longest(specials));
    return (x) => {
      if (!Number.isFinite(x)) return special(x).padStart(width);
      const { whole, fraction, exponent } = scientific(x);
      return `${whole}.${fraction.padEnd(digits, '0')}e${exponent}`.padStart(width);
    };
  }
  const all = finite.map(positional);
  const right = longest(all.map((parts) => parts.fraction));
  const left = Math.max(longest(all.map((parts) => parts.whole)), longest(specials) - right - 1);
  const width = finite.length > 0 ? left + 1 + right : longest(specials);
  return (x) => {
    if (!Number.isFinite(x)) return special(x).padStart(width);
    const { whole, fraction } = positional(x);
    return `${whole.padStart(left)}.${fraction.padEnd(right)}`;
  };
}

/** How one element of an array is written, so that all of `shown` take the same width. */
export function elementFormatter(shown: readonly number[], dtype: DType): (x: number) => string {
  switch (dtype) {
    case 'float32':
      return floatFormatter(shown);
    case 'bool': {
      const width = shown.some((x) => x === 0) ? 5 : 4;
      return (x) => (x === 0 ? 'False' : 'True').padStart(width);
    }
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
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    const { whole, fraction, exponent } = scientific(x);
    return `${whole}${fraction === '' ? '' : `.${fraction}`}e${exponent}`;
  }
  const plain = split(Number(shortest(x)).toFixed(20));
  return `${Object.is(x, -0) ? '-0' : plain.whole}.${plain.fraction === '' ? '0' : plain.fraction}`;
}
