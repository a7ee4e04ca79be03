// What the converter of TensorFlow.js has joined with a convolution or a product: a bias and an activation.
import { describeValue } from '../../../config/describe-value.js';
import * as ops from '../../../engine/ops/index.js';
import type { FusedActivation } from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { OperatorNode } from '../../../files/formats/operator-graph.js';
import type { Call } from '../../operator-graphs/operator.js';

type Activation = (x: Tensor, call: Call, slope: Tensor | undefined) => Tensor;

/** Activations by their names in `fused_ops`. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  Elu: (x) => ops.elu(x),
  LeakyRelu: (x, call) => ops.leakyRelu(x, call.attribute('leakyrelu_alpha', 0.2)),
  Prelu: (x, call, slope) => {
    if (slope === undefined) throw call.refuse('its Prelu has no slopes');
    return ops.where(ops.less(x, 0), ops.mul(x, slope), x);
  },
  Relu: (x) => ops.relu(x),
  Relu6: ops.relu6,
  Sigmoid: ops.sigmoid,
  Tanh: ops.tanh,
};

/** Activations that kernels compute with the product. */
const IN_KERNELS: Readonly<Record<string, FusedActivation>> = { Relu: 'relu', Tanh: 'tanh' };

/** What is joined with a product. */
interface Fused {
  /** A bias that kernels add, one number for each filter. */
  readonly bias: Tensor | null;
  readonly activation: FusedActivation;
  /** What is computed of the result of the kernel. */
  readonly finish: (y: Tensor) => Tensor;
}

/**
 * What `fused_ops` says; inputs behind the first two belong to it.
 *
 * @param filters numbers of a bias that kernels add
 */
export function fusedOps(call: Call, filters: number): Fused {
  const names = call.texts('fused_ops') ?? [];
  const hasBias = names.includes('BiasAdd');
  const bias = hasBias ? call.x(2) : undefined;
  const isOfFilters = bias?.ndim === 1 && bias.shape[0] === filters;
  const name = names.find((one) => one !== 'BiasAdd');
  const compute = name === undefined ? undefined : ACTIVATIONS[name];
  const inKernel = name === undefined ? 'linear' : IN_KERNELS[name];
  const slope = call.maybe(hasBias ? 3 : 2);
  const isPlain = bias === undefined || isOfFilters;
  return {
    bias: isOfFilters ? bias : null,
    activation: isPlain ? (inKernel ?? 'linear') : 'linear',
    finish: (y) => {
      const z = isPlain ? y : ops.add(y, bias);
      if (compute === undefined || (isPlain && inKernel !== undefined)) return z;
      return compute(z, call, slope);
    },
  };
}

/** Names what is joined and not known. */
export function lacksFused({ attributes }: OperatorNode): string | undefined {
  const names = attributes.get('fused_ops');
  if (!Array.isArray(names)) return undefined;
  const unknown = (names as readonly unknown[]).find(
    (name) => name !== 'BiasAdd' && !(typeof name === 'string' && Object.hasOwn(ACTIVATIONS, name)),
  );
  const activations = names.filter((name) => name !== 'BiasAdd');
  if (activations.length > 1) return `with ${activations.length} activations`;
  return unknown === undefined ? undefined : `with ${describeValue(unknown)}`;
}
