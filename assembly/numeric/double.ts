// Functions of two float64 lanes, for results that are float32: exact to about 1e-12, so that what is made of them is rounded
// to the nearest float32 almost always.

/** table[index] in both lanes. */
// @ts-ignore: decorator
@inline
export function both(table: usize, index: i32): v128 {
  return v128.load64_splat(table + ((<usize>index) << 3));
}

/** The polynomial of that degree, the highest power first. */
export function polynomial(x: v128, table: usize, degree: i32): v128 {
  let y = v128.load64_splat(table);
  for (let i = 1; i <= degree; i++) y = f64x2.add(f64x2.mul(y, x), both(table, i));
  return y;
}

// e^r = Σ r^n / n! for |r| <= ln 2 / 2: error below 2^-48.
const EXPONENTIAL = memory.data<f64>([
  2.505210838544172e-8, 2.755731922398589e-7, 2.755731922398589e-6, 2.48015873015873e-5,
  1.984126984126984e-4, 1.388888888888889e-3, 8.333333333333333e-3, 4.1666666666666664e-2,
  0.16666666666666666, 0.5, 1, 1,
]); // prettier-ignore

/** 1.5 · 2^52: adding it leaves the nearest integer in the low bits of the sum. */
const SHIFT: f64 = 6755399441055744;

/** e^x for |x| <= 200; beyond that as for ±200, which is beyond all float32. */
export function exp(x: v128): v128 {
  const limited = f64x2.pmax(f64x2.pmin(x, f64x2.splat(200)), f64x2.splat(-200));
  const shifted = f64x2.add(
    f64x2.mul(limited, f64x2.splat(1.4426950408889634)),
    f64x2.splat(SHIFT),
  );
  const n = f64x2.sub(shifted, f64x2.splat(SHIFT));
  const high = f64x2.sub(limited, f64x2.mul(n, f64x2.splat(0.6931471803691238)));
  const r = f64x2.sub(high, f64x2.mul(n, f64x2.splat(1.9082149292705877e-10)));
  const power = i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52);
  return f64x2.mul(polynomial(r, EXPONENTIAL, 11), power);
}

// arctan r = r p(r²) up to tan(π/8), minimax: error below 2^-48.
const ARCTANGENT = memory.data<f64>([
  -0.02558359900509186, 0.05044028392312724, -0.0651161784083054, 0.07674388289828485,
  -0.09089600333495121, 0.11111051879102488, -0.1428571271761671, 0.19999999978524446,
  -0.3333333333321723, 0.9999999999999993,
]);

/** arctan x. */
export function arctan(x: v128): v128 {
  const a = f64x2.abs(x);
  const isLarge = f64x2.gt(a, f64x2.splat(1));
  const t = v128.bitselect(f64x2.div(f64x2.splat(1), a), a, isLarge);
  // Half the angle: at most π/8.
  const root = f64x2.sqrt(f64x2.add(f64x2.mul(t, t), f64x2.splat(1)));
  const r = f64x2.div(t, f64x2.add(root, f64x2.splat(1)));
  const half = f64x2.mul(r, polynomial(f64x2.mul(r, r), ARCTANGENT, 9));
  const y = f64x2.add(half, half);
  const turned = f64x2.sub(f64x2.splat(1.5707963267948966), y);
  return v128.or(v128.bitselect(turned, y, isLarge), v128.xor(x, a));
}

// sin r = r p(r²) and cos r = q(r²) for |r| <= π/4, by their series: error below 2^-37 and 2^-41.
const SINE = memory.data<f64>([
  -2.505210838544172e-8, 2.755731922398589e-6, -1.984126984126984e-4, 8.333333333333333e-3,
  -0.16666666666666666, 1,
]); // prettier-ignore
const COSINE = memory.data<f64>([
  2.08767569878681e-9, -2.755731922398589e-7, 2.48015873015873e-5, -1.388888888888889e-3,
  4.1666666666666664e-2, -0.5, 1,
]); // prettier-ignore

/** sin r for |r| <= π/4. */
export function sine(r: v128): v128 {
  return f64x2.mul(r, polynomial(f64x2.mul(r, r), SINE, 5));
}

/** cos r for |r| <= π/4. */
export function cosine(r: v128): v128 {
  return polynomial(f64x2.mul(r, r), COSINE, 6);
}
