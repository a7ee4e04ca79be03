// A row for each function of one number that kernels know: float64 definitions by their textbook formulas, and the facts of the
// operation.

export type Parameters = readonly [number, number, number];

/** f and f' with their parameters p0, p1, p2. */
export interface UnaryReference {
  readonly value: (x: number, ...p: Parameters) => number;
  readonly derivative: (x: number, ...p: Parameters) => number;
  /** The operation, where it is called otherwise than the function. */
  readonly operation?: string;
  /** Additional arguments that the operation is called with. Default: none, and as many as can be. */
  readonly calls?: readonly (readonly unknown[])[];
  /** The parameters of a call. Default: its numbers, and 0 for the rest. */
  readonly parameters?: (args: readonly unknown[]) => Parameters;
  /** Where the derivative jumps. */
  readonly kinks?: (...p: Parameters) => readonly number[];
  /** Numbers that it is asked about. Default from -3 to 3. */
  readonly domain?: readonly [low: number, high: number];
  /** Where the gradient is not finite. */
  readonly singular?: string;
  /** From which size of x on the kernel and these formulas differ, and why. Default: nowhere. */
  readonly overflows?: readonly [from: number, reason: string];
  /** Keras has no class for it. */
  readonly extension?: true;
}

const numbersOf =
  (...defaults: readonly number[]) =>
  (args: readonly unknown[]): Parameters => {
    const at = (i: number): number => (args[i] as number | undefined) ?? defaults[i] ?? 0;
    return [at(0), at(1), at(2)];
  };

/** The parameters of a call. */
export const parametersOf = ({ parameters = numbersOf() }: UnaryReference, args: readonly unknown[]): Parameters => parameters(args); // prettier-ignore

interface ReluOptions {
  readonly negativeSlope?: number;
  readonly maxValue?: number;
  readonly threshold?: number;
}

/** The error function. For |x| < 2.5 by 2/sqrt(pi) e^(-x²) sum 2^n x^(2n+1) / (2n+1)!!, else 1 - erfc. */
export function erf(x: number): number {
  if (Math.abs(x) >= 2.5) return Math.sign(x) * (1 - erfc(Math.abs(x)));
  let term = x;
  let sum = x;
  for (let n = 1; n < 100; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** 1 - erf(x), from x = 1 upwards by the continued fraction e^(-x²) / sqrt(pi) / (x + 1/2/(x + 1/(x + 3/2/(x + …. */
export function erfc(x: number): number {
  if (x < 1) return 1 - erf(x);
  let denominator = x;
  for (let n = 400; n > 0; n--) denominator = x + n / 2 / denominator;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / denominator;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const normalCdf = (x: number): number => erfc(-x / Math.SQRT2) / 2;
const clip = (x: number, low: number, high: number): number =>
  Number.isNaN(x) ? x : Math.min(Math.max(x, low), high);
const sign = (x: number): number => (x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : NaN);

/** Half to even. */
function round(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** sech(softplus(x))²; tanh t = (a² - 1) / (a² + 1) with a = e^t = 1 + e^x. */
function mishParts(x: number): { tanh: number; slope: number } {
  const e = Math.exp(-Math.abs(x));
  const [p, q] = x < 0 ? [2 * e + e * e, 2] : [1 + 2 * e, 2 * e * e];
  const tanh = p / (p + q);
  return { tanh, slope: (q / (p + q)) * (1 + tanh) * sigmoid(x) };
}

const selu = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

const geluTanhArgument = (x: number): number =>
  2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);

function flat(value: (x: number) => number): UnaryReference {
  return { value, derivative: () => 0 };
}

const HALVES = Array.from({ length: 21 }, (_, i) => (i - 10) / 2);

/** Why gelu's derivative is another at infinity. */
const LIMIT = 'the formula of the derivative has Infinity * 0; the kernel gives the limit';

/** By the names of UnaryOp. Derivatives at kinks are those of PyTorch, through which Keras computes them. */
export const unaryReference = {
  Negate: { operation: 'neg', value: (x) => -x, derivative: () => -1 },
  Abs: { kinks: () => [0], value: (x) => Math.abs(x), derivative: sign },
  Sign: { ...flat(sign), kinks: () => [0] },
  Sqrt: {
    domain: [0.1, 3],
    singular: 'at 0',
    value: (x) => Math.sqrt(x),
    derivative: (x) => 0.5 / Math.sqrt(x),
  },
  Rsqrt: {
    domain: [0.3, 3],
    singular: 'at 0',
    value: (x) => 1 / Math.sqrt(x),
    derivative: (x) => -0.5 / (x * Math.sqrt(x)),
  },
  Square: { value: (x) => x * x, derivative: (x) => 2 * x },
  Reciprocal: {
    domain: [0.5, 3],
    singular: 'at 0',
    value: (x) => 1 / x,
    derivative: (x) => -1 / (x * x),
  },
  Exp: {
    domain: [-3, 2],
    value: (x) => Math.exp(x),
    derivative: (x) => Math.exp(x),
  },
  Expm1: {
    domain: [-3, 2],
    value: (x) => Math.expm1(x),
    derivative: (x) => Math.exp(x),
  },
  Log: {
    domain: [0.2, 3],
    singular: 'at 0',
    value: (x) => Math.log(x),
    derivative: (x) => 1 / x,
  },
  Log1p: {
    domain: [-0.7, 3],
    singular: 'at -1',
    value: (x) => Math.log1p(x),
    derivative: (x) => 1 / (1 + x),
  },
  Sin: { value: (x) => Math.sin(x), derivative: (x) => Math.cos(x) },
  Cos: { value: (x) => Math.cos(x), derivative: (x) => -Math.sin(x) },
  Arctan: { value: (x) => Math.atan(x), derivative: (x) => 1 / (1 + x * x) },
  Tanh: { value: (x) => Math.tanh(x), derivative: (x) => 1 / Math.cosh(x) ** 2 },
  Sigmoid: { value: sigmoid, derivative: (x) => sigmoid(x) * sigmoid(-x) },
  Erf: { value: erf, derivative: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) },
  Floor: { ...flat((x) => Math.floor(x)), kinks: () => HALVES },
  Ceil: { ...flat((x) => Math.ceil(x)), kinks: () => HALVES },
  Round: { ...flat(round), kinks: () => HALVES },
  Clip: {
    calls: [
      [-Infinity, 1.5],
      [-0.75, 1.5],
    ],
    kinks: (...p) => p.slice(0, 2),
    value: (x, low, high) => clip(x, low, high),
    derivative: (x, low, high) => (x >= low && x <= high ? 1 : 0),
  },
  Relu: {
    calls: [
      [],
      [{ negativeSlope: 0.3 }],
      [{ maxValue: 2 }],
      [{ threshold: 1 }],
      [{ maxValue: 6 }],
      [{ negativeSlope: 0.1, maxValue: 2.5, threshold: 0.5 }],
      [{ maxValue: 3, threshold: -1.5 }],
      [{ negativeSlope: 0.5, threshold: -1.5 }],
    ],
    parameters: ([options = {}]) => {
      const { negativeSlope = 0, maxValue = Infinity, threshold = 0 } = options as ReluOptions;
      return [negativeSlope, maxValue, threshold];
    },
    kinks: (_, max, threshold) => [0, threshold, max],
    value: (x, slope, max, threshold) => {
      if (x <= threshold) return slope === 0 ? 0 : slope * (x - threshold);
      return max === Infinity ? x : clip(x, 0, max);
    },
    derivative: (x, slope, max, threshold) => {
      const leaky = max === Infinity && threshold === 0;
      if (x < threshold || (leaky && x === 0)) return slope;
      if (x === threshold) return 0;
      if (max === Infinity) return 1;
      const relu6 = max === 6 && threshold === 0;
      return x >= 0 && (relu6 ? x < 6 : x <= max) ? 1 : 0;
    },
  },
  Elu: {
    calls: [[], [0.7]],
    parameters: numbersOf(1),
    kinks: () => [0],
    value: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x)),
    derivative: (x, alpha) => (x > 0 ? 1 : alpha * Math.exp(x)),
  },
  Selu: {
    kinks: () => [0],
    value: (x) => selu.scale * (x > 0 ? x : selu.alpha * Math.expm1(x)),
    derivative: (x) => selu.scale * (x > 0 ? 1 : selu.alpha * Math.exp(x)),
  },
  Celu: {
    calls: [[], [0.5]],
    parameters: numbersOf(1),
    value: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x / alpha)),
    derivative: (x, alpha) => (x > 0 ? 1 : Math.exp(x / alpha)),
  },
  Gelu: {
    overflows: [Infinity, LIMIT],
    value: (x) => x * normalCdf(x),
    derivative: (x) => normalCdf(x) + x * normalDensity(x),
  },
  GeluTanh: {
    operation: 'gelu',
    calls: [[true]],
    parameters: () => [0, 0, 0],
    overflows: [Infinity, LIMIT],
    value: (x) => x * sigmoid(geluTanhArgument(x)),
    derivative: (x) => {
      const s = sigmoid(geluTanhArgument(x));
      const complement = sigmoid(-geluTanhArgument(x));
      return s + x * s * complement * 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
    },
  },
  Silu: {
    value: (x) => x * sigmoid(x),
    derivative: (x) => sigmoid(x) * (1 + x * sigmoid(-x)),
  },
  Softplus: { value: softplus, derivative: sigmoid },
  Softsign: {
    value: (x) => x / (1 + Math.abs(x)),
    derivative: (x) => 1 / (1 + Math.abs(x)) ** 2,
  },
  HardSigmoid: {
    domain: [-5, 5],
    kinks: () => [-3, 3],
    value: (x) => clip(x / 6 + 0.5, 0, 1),
    derivative: (x) => (Math.abs(x) < 3 ? 1 / 6 : 0),
  },
  HardSilu: {
    domain: [-5, 5],
    kinks: () => [-3, 3],
    value: (x) => x * clip(x / 6 + 0.5, 0, 1),
    derivative: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
  },
  LogSigmoid: { value: (x) => -softplus(-x), derivative: (x) => sigmoid(-x) },
  Mish: {
    value: (x) => x * mishParts(x).tanh,
    derivative: (x) => mishParts(x).tanh + x * mishParts(x).slope,
  },
  TanhShrink: { value: (x) => x - Math.tanh(x), derivative: (x) => Math.tanh(x) ** 2 },
  HardTanh: {
    kinks: () => [-1, 1],
    value: (x) => clip(x, -1, 1),
    derivative: (x) => (Math.abs(x) < 1 ? 1 : 0),
  },
  Squareplus: {
    calls: [[], [0.5]],
    parameters: numbersOf(4),
    value: (x, b) => (x < 0 ? b / 2 / (Math.sqrt(x * x + b) - x) : (x + Math.sqrt(x * x + b)) / 2),
    derivative: (x, b) => {
      const root = Math.sqrt(x * x + b);
      return x < 0 ? b / 2 / (root - x) / root : (1 + x / root) / 2;
    },
  },
  Threshold: {
    calls: [[0.5, -1]],
    kinks: (threshold) => [threshold],
    value: (x, threshold, value) => (x <= threshold ? value : x),
    derivative: (x, threshold) => (x <= threshold ? 0 : 1),
  },
  SoftShrink: {
    calls: [[], [1]],
    parameters: numbersOf(0.5),
    kinks: (t) => [-t, t],
    value: (x, t) => (x > t ? x - t : x < -t ? x + t : 0),
    derivative: (x, t) => (Math.abs(x) <= t ? 0 : 1),
  },
  HardShrink: {
    calls: [[], [1]],
    parameters: numbersOf(0.5),
    kinks: (t) => [-t, t],
    value: (x, t) => (Math.abs(x) <= t ? 0 : x),
    derivative: (x, t) => (Math.abs(x) <= t ? 0 : 1),
  },
  SparsePlus: {
    kinks: () => [-1, 1],
    value: (x) => (x <= -1 ? 0 : x >= 1 ? x : (x + 1) ** 2 / 4),
    derivative: (x) => clip((x + 1) / 2, 0, 1),
  },
  SparseSigmoid: {
    kinks: () => [-1, 1],
    value: (x) => clip((x + 1) / 2, 0, 1),
    derivative: (x) => (Math.abs(x) < 1 ? 0.5 : 0),
  },
} satisfies Record<string, UnaryReference>;
