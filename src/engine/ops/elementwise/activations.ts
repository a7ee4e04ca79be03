// Activation functions of one element. Formulas, defaults and derivatives at kinks are those of Keras 3.
import { UnaryOp } from '../../../../assembly/generated/unary-op.js';
import { isRecording, record } from '../../autodiff/index.js';
import { checkBoolean, checkOptions } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, formatShape, normalizeAxis, scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { mul } from './arithmetic.js';
import { rememberLogits } from '../neural/logits.js';
import { toFloat } from './operands.js';
import { split } from '../indexing/slice.js';
import { rectifierOf, unary, unaryGradient } from './unary.js';

/** Options of `relu`. */
export interface ReluOptions {
  /** Slope below the threshold. Default 0. */
  readonly negativeSlope?: number;
  /** Upper limit of the output. Default: no limit. */
  readonly maxValue?: number;
  /** Inputs below the threshold count as negative. Default 0. */
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
  return unary('relu', rectifierOf(parameters), x, parameters);
}

/**
 * relu with a slope of `negativeSlope` (0.2) below 0.
 *
 * @keras nn.LeakyRelu negative_slope=0.2
 * @activation
 * @stepwise
 * @param negativeSlope slope below 0. Default 0.2
 * @example activations.leakyRelu([-1, 2]) // [-0.2, 2]
 */
export function leakyRelu(x: TensorLike, negativeSlope = 0.2): Tensor {
  return unary('leakyRelu', UnaryOp.LeakyRelu, x, [negativeSlope, Infinity, 0]);
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
  return unary('relu6', UnaryOp.BoundedRelu, x, [0, 6, 0]);
}

/**
 * x if x > 0, otherwise alpha · (eˣ − 1).
 *
 * @keras nn.Elu alpha=1
 * @activation
 * @stepwise
 * @example activations.elu([-1, 2]) // [-0.6321, 2]
 */
export function elu(x: TensorLike, alpha = 1): Tensor {
  return unary('elu', UnaryOp.Elu, x, [alpha, 0, 0]);
}

/**
 * 1.0507 · elu(x, 1.6733): activations keep mean 0 and variance 1 (Klambauer et al., 2017).
 *
 * @keras nn.Selu
 * @activation
 * @stepwise
 * @example activations.selu([-1, 2]) // [-1.1113, 2.1014]
 */
export function selu(x: TensorLike): Tensor {
  return unary('selu', UnaryOp.Selu, x);
}

/**
 * max(x, 0) + min(0, alpha · (exp(x / alpha) − 1)).
 *
 * @keras nn.Celu alpha=1
 * @activation
 * @stepwise
 * @example activations.celu([-1, 2]) // [-0.6321, 2]
 */
export function celu(x: TensorLike, alpha = 1): Tensor {
  return unary('celu', UnaryOp.Celu, x, [alpha, 0, 0]);
}

/**
 * x · Φ(x) with the normal distribution function Φ, or its tanh approximation (Hendrycks, Gimpel, 2016). It is exact by default,
 * like `keras.activations.gelu` and the layers; `keras.ops.gelu` approximates by default.
 *
 * @keras nn.Gelu approximate=true
 * @activation
 * @stepwise
 * @param approximate whether to compute the tanh approximation. Default false
 * @example activations.gelu([-1, 2]) // [-0.1587, 1.9545]
 */
export function gelu(x: TensorLike, approximate = false): Tensor {
  if (checkBoolean('gelu', 'approximate', approximate)) return unary('gelu', UnaryOp.GeluTanh, x);
  return isRecording() ? recordedGelu(x) : unary('gelu', UnaryOp.Gelu, x);
}

/** gelu together with its slope, which costs little more there and would cost as much again in the backward pass. */
function recordedGelu(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    const out = emptyTensor(input.shape, 'float32');
    const slope = emptyTensor(input.shape, 'float32');
    currentRuntime().run('geluWithSlope', out.pointer, slope.pointer, input.pointer, input.size);
    return record('gelu', [input], out, [input, slope], (dy, [p, s]) => [
      isRecording() ? unaryGradient('gelu', UnaryOp.Gelu, dy, p, p) : mul(dy, s),
    ]);
  });
}

/**
 * x · sigmoid(x), also called swish.
 *
 * @keras nn.Silu
 * @activation silu swish
 * @stepwise
 * @example activations.silu([-1, 2]) // [-0.2689, 1.7616]
 */
export function silu(x: TensorLike): Tensor {
  return unary('silu', UnaryOp.Silu, x);
}

/**
 * 1 / (1 + e⁻ˣ).
 *
 * @keras nn.Sigmoid
 * @activation
 * @method
 * @stepwise
 * @example activations.sigmoid([-1, 0, 1]) // [0.2689, 0.5, 0.7311]
 */
export function sigmoid(x: TensorLike): Tensor {
  return scoped(() => {
    const logits = toFloat(x);
    return rememberLogits(unary('sigmoid', UnaryOp.Sigmoid, logits), logits, 'sigmoid');
  });
}

/**
 * ln(1 + eˣ).
 *
 * @keras nn.Softplus
 * @activation
 * @stepwise
 * @example activations.softplus([-1, 0, 1]) // [0.3133, 0.6931, 1.3133]
 */
export function softplus(x: TensorLike): Tensor {
  return unary('softplus', UnaryOp.Softplus, x);
}

/**
 * x / (1 + |x|).
 *
 * @keras nn.Softsign
 * @activation
 * @stepwise
 * @example activations.softsign([-1, 3]) // [-0.5, 0.75]
 */
export function softsign(x: TensorLike): Tensor {
  return unary('softsign', UnaryOp.Softsign, x);
}

/**
 * clip(x / 6 + 0.5, 0, 1).
 *
 * @keras nn.HardSigmoid
 * @activation
 * @stepwise
 * @example activations.hardSigmoid([-3, 0, 1.5]) // [0, 0.5, 0.75]
 */
export function hardSigmoid(x: TensorLike): Tensor {
  return unary('hardSigmoid', UnaryOp.HardSigmoid, x);
}

/**
 * x · hardSigmoid(x).
 *
 * @keras nn.HardSilu
 * @activation hard_silu hard_swish
 * @stepwise
 * @example activations.hardSilu([-3, 1, 3]) // [0, 0.6667, 3]
 */
export function hardSilu(x: TensorLike): Tensor {
  return unary('hardSilu', UnaryOp.HardSilu, x);
}

/**
 * ln(sigmoid(x)).
 *
 * @keras nn.LogSigmoid
 * @activation
 * @stepwise
 * @example activations.logSigmoid([-1, 0, 1]) // [-1.3133, -0.6931, -0.3133]
 */
export function logSigmoid(x: TensorLike): Tensor {
  return unary('logSigmoid', UnaryOp.LogSigmoid, x);
}

/**
 * x · tanh(softplus(x)) (Misra, 2019).
 *
 * @keras activations.Mish
 * @activation
 * @stepwise
 * @example activations.mish([-1, 2]) // [-0.3034, 1.944]
 */
export function mish(x: TensorLike): Tensor {
  return unary('mish', UnaryOp.Mish, x);
}

/**
 * x − tanh(x).
 *
 * @keras nn.TanhShrink
 * @activation
 * @stepwise
 * @example activations.tanhShrink([-1, 0, 1]) // [-0.2384, 0, 0.2384]
 */
export function tanhShrink(x: TensorLike): Tensor {
  return unary('tanhShrink', UnaryOp.TanhShrink, x);
}

/**
 * clip(x, −1, 1).
 *
 * @keras nn.HardTanh
 * @activation
 * @stepwise
 * @example activations.hardTanh([-2, 0.5, 2]) // [-1, 0.5, 1]
 */
export function hardTanh(x: TensorLike): Tensor {
  return unary('hardTanh', UnaryOp.HardTanh, x);
}

/**
 * (x + √(x² + b)) / 2.
 *
 * @keras nn.Squareplus b=4
 * @activation
 * @stepwise
 * @example activations.squareplus([0, 3]) // [1, 3.3028]
 */
export function squareplus(x: TensorLike, b = 4): Tensor {
  return unary('squareplus', UnaryOp.Squareplus, x, [b, 0, 0]);
}

/**
 * x if x > threshold, otherwise defaultValue.
 *
 * @keras nn.Threshold threshold default_value
 * @activation
 * @stepwise
 * @param limit the threshold, above which numbers do not change
 * @param defaultValue the result for all other numbers
 * @example activations.threshold([0, 1, 2], 0.5, 10) // [10, 1, 2]
 */
export function threshold(x: TensorLike, limit: number, defaultValue: number): Tensor {
  return unary('threshold', UnaryOp.Threshold, x, [limit, defaultValue, 0]);
}

/**
 * x moved towards 0 by `limit` (0.5); 0 if |x| ≤ `limit`.
 *
 * @keras nn.SoftShrink threshold=0.5
 * @activation
 * @stepwise
 * @param limit how far numbers move towards 0. Default 0.5
 * @example activations.softShrink([-2, 0.25, 1]) // [-1.5, 0, 0.5]
 */
export function softShrink(x: TensorLike, limit = 0.5): Tensor {
  return unary('softShrink', UnaryOp.SoftShrink, x, [limit, 0, 0]);
}

/**
 * x if |x| > `limit` (0.5), otherwise 0.
 *
 * @keras nn.HardShrink threshold=0.5
 * @activation
 * @stepwise
 * @param limit the largest absolute value that becomes 0. Default 0.5
 * @example activations.hardShrink([-2, 0.25, 1]) // [-2, 0, 1]
 */
export function hardShrink(x: TensorLike, limit = 0.5): Tensor {
  return unary('hardShrink', UnaryOp.HardShrink, x, [limit, 0, 0]);
}

/**
 * 0 for x ≤ −1, x for x ≥ 1, (x + 1)² / 4 in between.
 *
 * @keras nn.SparsePlus
 * @activation
 * @stepwise
 * @example activations.sparsePlus([-2, 0, 2]) // [0, 0.25, 2]
 */
export function sparsePlus(x: TensorLike): Tensor {
  return unary('sparsePlus', UnaryOp.SparsePlus, x);
}

/**
 * clip((x + 1) / 2, 0, 1).
 *
 * @keras nn.SparseSigmoid
 * @activation
 * @stepwise
 * @example activations.sparseSigmoid([-2, 0, 0.5]) // [0, 0.5, 0.75]
 */
export function sparseSigmoid(x: TensorLike): Tensor {
  return unary('sparseSigmoid', UnaryOp.SparseSigmoid, x);
}

/**
 * a · sigmoid(b), where a and b are the halves of x along `axis` (Dauphin et al., 2016).
 *
 * @keras nn.Glu axis=-1
 * @activation
 * @stepwise
 * @throws ShapeError if the axis has an odd length.
 * @example activations.glu([[1, 2, 0, 0]]) // [[0.5, 1]]
 */
export function glu(x: TensorLike, axis = -1): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const along = normalizeAxis('glu', axis, input.ndim);
    if ((input.shape[along] ?? 0) % 2 !== 0) {
      throw new ShapeError(
        `glu: axis ${axis} of shape ${formatShape(input.shape)} must have an even length to be halved.`,
      );
    }
    const [a = input, b = input] = split(input, 2, along);
    return mul(a, sigmoid(b));
  });
}
