// Rectifiers: activation functions of two or three lines. Formulas, defaults and derivatives at kinks are those of Keras 3.
import { UnaryOp } from '../../assembly/generated/unary-op.js';
import { checkOptions } from '../config/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { checkParameters, flat, unary } from './unary.js';
import type { Parameters3 } from './unary.js';

/** Options of `relu`. */
export interface ReluOptions {
  /** Slope below the threshold. Default 0. */
  readonly negativeSlope?: number;
  /** Upper limit of the output. Default none. */
  readonly maxValue?: number;
  /** Inputs below it count as negative. Default 0. */
  readonly threshold?: number;
}

/**
 * x above the threshold (up to maxValue), negativeSlope · (x − threshold) below it.
 *
 * @keras = relu
 * @keras = reluWithOptions
 * @activation
 * @method
 * @stepwise
 * @example activations.relu([-1, 0, 2]) // [0, 0, 2]
 */
export function relu(x: TensorLike, options: ReluOptions = {}): Tensor {
  checkOptions('relu', options, ['negativeSlope', 'maxValue', 'threshold']);
  const { negativeSlope = 0, maxValue = Infinity, threshold: limit = 0 } = options;
  const parameters = [negativeSlope, maxValue, limit] as const;
  return unary('relu', rectifierOf(parameters), x, flat, parameters);
}

/**
 * relu with a slope of `negativeSlope` (0.2) below 0.
 *
 * @keras nn.LeakyRelu negative_slope=0.2
 * @activation
 * @stepwise
 * @example activations.leakyRelu([-1, 2]) // [-0.2, 2]
 */
export function leakyRelu(x: TensorLike, negativeSlope = 0.2): Tensor {
  return unary('leakyRelu', UnaryOp.LeakyRelu, x, flat, [negativeSlope, Infinity, 0]);
}

/**
 * min(max(x, 0), 6).
 *
 * @keras nn.Relu6
 * @activation
 * @stepwise
 * @example activations.relu6([-1, 2, 8]) // [0, 2, 6]
 */
export function relu6(x: TensorLike): Tensor {
  return unary('relu6', UnaryOp.BoundedRelu, x, flat, [0, 6, 0]);
}

/** The function of Keras's relu with this slope, maximum and threshold: nearly every network's has none of these. */
export function rectifierOf(parameters: Parameters3): UnaryOp {
  checkParameters('relu', parameters);
  const [slope, maximum, threshold] = parameters;
  if (maximum < Infinity || threshold !== 0) return UnaryOp.BoundedRelu;
  return slope === 0 ? UnaryOp.Relu : UnaryOp.LeakyRelu;
}
