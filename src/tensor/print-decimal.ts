// float32 numbers as decimal digits, rounded half to even as NumPy does; JavaScript's own toFixed and
// toPrecision round halves up, and know only float64.

/** ±d.ddd… · 10^exponent, the first digit not 0 unless all are. */
export interface Decimal {
  readonly isNegative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** More digits than tell a half from what is near it. */
const EXACT_DIGITS = 101;

/** All digits of a finite number (−0 is negative). */
export function exactDecimal(x: number): Decimal {
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
export function roundDigits(decimal: Decimal, count: number): Decimal {
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
export function shortestDecimal(x: number): Decimal {
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
