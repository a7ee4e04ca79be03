// Activations as nodes, by their names in Keras.
import { deserializeLayer } from '../../../nn/layers/registry.js';
import { serializeActivation } from '../../../nn/activations/registry.js';
import type { Activation } from '../../../nn/activations/registry.js';
import { real } from '../../../files/formats/onnx/write.js';
import { add, along, clip, compare, div, mul, sub, unary, where } from './elementwise.js';
import type { GraphWriter } from './graph-writer.js';
import type { LayerCall } from './row.js';
import { only } from './row.js';
import { reduce, slice } from './shapes.js';
import { refuse } from './written.js';
import type { Written } from './written.js';

type Function1 = (w: GraphWriter, x: Written) => Written;

const node =
  (op: string, attributes: Readonly<Record<string, number>> = {}): Function1 =>
  (w, x) =>
    unary(w, op, x, reals(attributes));

const reals = (attributes: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, real(value)]));

/** x · min(max(x / 6 + 1/2, 0), 1). */
const hardSigmoid = node('HardSigmoid', { alpha: 1 / 6, beta: 0.5 });

/** x · Φ(x), or its approximation by tanh. */
export function gelu(w: GraphWriter, x: Written, approximate = false): Written {
  if (approximate) {
    const cube = mul(w, mul(w, x, x), x);
    const inner = mul(w, add(w, x, mul(w, cube, 0.044715)), Math.sqrt(2 / Math.PI));
    return mul(w, mul(w, x, 0.5), add(w, unary(w, 'Tanh', inner), 1));
  }
  const error = unary(w, 'Erf', mul(w, x, Math.SQRT1_2));
  return mul(w, mul(w, x, 0.5), add(w, error, 1));
}

/** Options of `relu`, as operations have them. */
interface ReluOptions {
  readonly negativeSlope?: number;
  readonly maxValue?: number;
  readonly threshold?: number;
}

/** max(x, 0) between limits, with a slope below the threshold. */
export function relu(
  w: GraphWriter,
  x: Written,
  { negativeSlope = 0, maxValue = Infinity, threshold = 0 }: ReluOptions,
): Written {
  if (negativeSlope === 0 && threshold === 0) {
    return Number.isFinite(maxValue) ? clip(w, x, 0, maxValue) : unary(w, 'Relu', x);
  }
  const above = clip(w, x, undefined, maxValue);
  const below =
    negativeSlope === 0 ? w.number(0, x.type) : mul(w, sub(w, x, threshold), negativeSlope);
  return where(w, compare(w, 'Greater', x, threshold), above, below);
}

export const leakyRelu = (w: GraphWriter, x: Written, slope: number): Written =>
  unary(w, 'LeakyRelu', x, { alpha: real(slope) });

export const elu = (w: GraphWriter, x: Written, alpha: number): Written =>
  unary(w, 'Elu', x, { alpha: real(alpha) });

export const softmax: Function1 = (w, x) => along(w, 'Softmax', x, -1);

/** The halves of the last axis, the second through a sigmoid, multiplied. */
export function glu(w: GraphWriter, x: Written, axis = -1): Written {
  const length =
    x.shape[x.axis(axis)] ?? refuse('the length of the axis that is halved is not known');
  const [a, b] = [
    slice(w, x, { axis, start: 0, end: length / 2 }),
    slice(w, x, { axis, start: length / 2 }),
  ];
  return mul(w, a, unary(w, 'Sigmoid', b));
}

/** Softmax over several axes, or one. */
export function softmaxOver(w: GraphWriter, x: Written, axes: readonly number[]): Written {
  const [axis] = axes;
  if (axes.length === 1 && axis !== undefined) return along(w, 'Softmax', x, axis);
  const shifted = sub(w, x, reduce(w, 'ReduceMax', x, axes, true));
  const powers = unary(w, 'Exp', shifted);
  return div(w, powers, reduce(w, 'ReduceSum', powers, axes, true));
}

/** x where |x| is above the limit. */
const shrink: (limit: number, isSoft: boolean) => Function1 = (limit, isSoft) =>
  node('Shrink', { lambd: limit, bias: isSoft ? limit : 0 });

/** Activations by their names in Keras's files. */
export const ACTIVATIONS: Readonly<Record<string, Function1>> = {
  celu: node('Celu', { alpha: 1 }),
  elu: node('Elu', { alpha: 1 }),
  exponential: node('Exp'),
  gelu: (w, x) => gelu(w, x),
  glu: (w, x) => glu(w, x),
  hard_shrink: shrink(0.5, false),
  hard_sigmoid: hardSigmoid,
  hard_sigmoid_keras2: node('HardSigmoid', { alpha: 0.2, beta: 0.5 }),
  hard_silu: node('HardSwish'),
  hard_swish: node('HardSwish'),
  hard_tanh: (w, x) => clip(w, x, -1, 1),
  leaky_relu: node('LeakyRelu', { alpha: 0.2 }),
  linear: (_, x) => x,
  log_sigmoid: (w, x) => unary(w, 'Neg', unary(w, 'Softplus', unary(w, 'Neg', x))),
  log_softmax: (w, x) => along(w, 'LogSoftmax', x, -1),
  mish: (w, x) => mul(w, x, unary(w, 'Tanh', unary(w, 'Softplus', x))),
  relu: node('Relu'),
  relu6: (w, x) => clip(w, x, 0, 6),
  selu: node('Selu', { alpha: 1.6732632423543772, gamma: 1.0507009873554805 }),
  sigmoid: node('Sigmoid'),
  silu: (w, x) => mul(w, x, unary(w, 'Sigmoid', x)),
  swish: (w, x) => mul(w, x, unary(w, 'Sigmoid', x)),
  soft_shrink: shrink(0.5, true),
  softmax,
  softplus: node('Softplus'),
  softsign: node('Softsign'),
  sparse_plus: (w, x) => {
    const middle = mul(w, mul(w, add(w, x, 1), add(w, x, 1)), 0.25);
    const above = where(w, compare(w, 'Less', x, 1), middle, x);
    return where(w, compare(w, 'LessOrEqual', x, -1), 0, above);
  },
  sparse_sigmoid: (w, x) => clip(w, add(w, mul(w, x, 0.5), 0.5), 0, 1),
  squareplus: (w, x) => squareplus(w, x),
  tanh: node('Tanh'),
  tanh_shrink: (w, x) => sub(w, x, unary(w, 'Tanh', x)),
};

/** (x + √(x² + b)) / 2. */
export function squareplus(w: GraphWriter, x: Written, b = 4): Written {
  return mul(w, add(w, x, unary(w, 'Sqrt', add(w, mul(w, x, x), b))), 0.5);
}

/** The name of an activation, or its config if a layer stands for it. */
export function describeActivation(activation: Activation): string | { readonly config: unknown } {
  try {
    const config = serializeActivation(activation);
    if (typeof config === 'string') return config;
    return typeof config.config === 'string' ? config.config : config;
  } catch {
    return refuse('its activation is a function that has no name');
  }
}

/** What an activation makes of x. */
export function activated(call: LayerCall, activation: Activation, x: Written): Written {
  const described = describeActivation(activation);
  if (typeof described === 'string') {
    const write = Object.hasOwn(ACTIVATIONS, described) ? ACTIVATIONS[described] : undefined;
    return write === undefined
      ? refuse(`its activation '${described}' cannot be written`)
      : write(call.w, x);
  }
  const layer = deserializeLayer(described as never);
  try {
    return only(call.write(layer as never, [x]));
  } finally {
    layer.dispose();
  }
}
