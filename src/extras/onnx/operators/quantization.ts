// Quantized operators. Weights that a file quantizes become floats; what it quantizes on the way is rounded as it says.
import * as ops from '../../../engine/ops/index.js';
import { sliceAlong } from '../../../engine/ops/indexing/slice.js';
import { tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { integerRange, onnxType, TYPE, typeName } from '../../../files/formats/onnx/types.js';
import { numberOf } from '../../operator-graphs/operator.js';
import type { Call, Given, Operator, Operators } from '../../operator-graphs/operator.js';
import { OperatorValue } from '../../operator-graphs/value.js';
import { wholeProduct } from '../../operator-graphs/products.js';
import { convolve, kernelForm, lacksPadding } from './windows.js';

/** A vector of scales or zero points along its axis, or blocks of it, in the shape of x. */
function spread(call: Call, parameter: Tensor, x: Tensor): Tensor {
  if (parameter.size === 1) return ops.reshape(parameter, []);
  const axis = call.axis('axis', 1, x.ndim);
  const block = call.attribute('block_size', 0);
  if (parameter.ndim === 1 && block === 0) {
    return ops.reshape(
      parameter,
      x.shape.map((length, i) => (i === axis ? length : 1)),
    );
  }
  const repeated = ops.repeat(parameter, Math.max(1, block), axis);
  const length = x.shape[axis] ?? 0;
  return sliceAlong(repeated, axis, [0, length]);
}

/** x / scale, rounded to even, plus the zero point, within the type. */
function quantized(x: Tensor, scale: Tensor, zero: Tensor | undefined, type: number): Tensor {
  const [least, most] = integerRange(type) ?? [0, 255];
  const rounded = ops.round(ops.div(x, scale));
  const moved = zero === undefined ? rounded : ops.add(rounded, ops.cast(zero, 'float32'));
  return ops.cast(ops.clip(moved, least, most), onnxType(type)?.dtype ?? 'int32');
}

const dequantized = (x: Tensor, scale: Tensor, zero: Tensor | undefined): Tensor =>
  ops.mul(
    ops.cast(
      zero === undefined ? x : ops.sub(ops.cast(x, 'int32'), ops.cast(zero, 'int32')),
      'float32',
    ),
    scale,
  );

function quantizeLinear(call: Call): Given {
  const x = ops.cast(call.x(), 'float32');
  const zero = call.inputs[2];
  const type = zero?.type ?? call.attribute('output_dtype', TYPE.uint8);
  const scale = spread(call, call.x(1), x);
  return OperatorValue.of(quantized(x, scale, zero && spread(call, zero.tensor, x), type), type);
}

function dequantizeLinear(call: Call): Given {
  const x = call.x();
  const zero = call.maybe(2);
  const y = dequantized(x, spread(call, call.x(1), x), zero && spread(call, zero, x));
  return OperatorValue.of(y, call.value(1).type);
}

/** uint8 with the scale and the zero point that take in all of x and 0. */
function dynamicQuantize(call: Call): Given[] {
  const x = call.x();
  const [low, high] = [ops.minimum(ops.min(x), 0), ops.maximum(ops.max(x), 0)];
  const range = ops.sub(high, low);
  const scale = ops.where(ops.equal(range, 0), 1, ops.div(range, 255));
  const zero = ops.cast(ops.clip(ops.round(ops.div(ops.neg(low), scale)), 0, 255), 'uint8');
  return [
    OperatorValue.of(quantized(x, scale, zero, TYPE.uint8), TYPE.uint8),
    scale,
    OperatorValue.of(zero, TYPE.uint8),
  ];
}

const less = (x: Tensor, zero: Tensor | undefined): Tensor =>
  zero === undefined
    ? ops.cast(x, 'int32')
    : ops.sub(ops.cast(x, 'int32'), ops.cast(zero, 'int32'));

/** A vector of rows as a column. */
const ofRows = (zero: Tensor | undefined, x: Tensor): Tensor | undefined =>
  zero?.ndim === 1 && zero.size > 1 && x.ndim > 1 ? ops.expandDims(zero, -1) : zero;

function matMulInteger(call: Call): Given {
  const [a, b] = [call.x(0), call.x(1)];
  const y = wholeProduct(less(a, ofRows(call.maybe(2), a)), less(b, call.maybe(3)));
  return OperatorValue.of(y, TYPE.int32);
}

/** Inputs: a, its scale and zero point, b with both, and scale and zero point of the result. */
function qLinearMatMul(call: Call): Given {
  const [a, b, zero] = [call.x(0), call.x(3), call.value(7)];
  const product = wholeProduct(less(a, ofRows(call.x(2), a)), less(b, call.x(5)));
  const scales = ops.div(ops.mul(ofRows(call.x(1), a) ?? call.x(1), call.x(4)), call.x(6));
  const y = ops.mul(ops.cast(product, 'float32'), scales);
  return OperatorValue.of(quantized(y, tensor(1), zero.tensor, zero.type), zero.type);
}

/** The convolution of whole numbers: exact in float32 up to 2²⁴. */
function wholeConvolution(
  call: Call,
  [xAt, wAt]: readonly [number, number],
  [xZero, wZero]: readonly [number, number],
): Tensor {
  const w = call.value(wAt);
  const perFilter = call.maybe(wZero);
  const aligned =
    perFilter !== undefined && perFilter.size > 1
      ? ops.reshape(perFilter, [perFilter.size, ...w.shape.slice(1).map(() => 1)])
      : perFilter;
  const kernel = ops.transpose(
    ops.cast(less(w.tensor, aligned), 'float32'),
    kernelForm(w.shape.length),
  );
  const value = call.value(xAt);
  const x = ops.cast(less(value.channelsLast, call.maybe(xZero)), 'float32');
  return convolve(call, x, kernel, null, 'linear');
}

const convInteger = (call: Call): Given =>
  OperatorValue.of(ops.cast(wholeConvolution(call, [0, 1], [2, 3]), 'int32'), TYPE.int32, 'last');

function qLinearConv(call: Call): Given {
  const zero = call.value(7);
  const whole = wholeConvolution(call, [0, 3], [2, 5]);
  const bias = call.maybe(8);
  const sum = bias === undefined ? whole : ops.add(whole, ops.cast(bias, 'float32'));
  const y = ops.mul(sum, ops.div(ops.mul(call.x(1), call.x(4)), call.x(6)));
  return OperatorValue.of(quantized(y, tensor(1), zero.tensor, zero.type), zero.type, 'last');
}

const lacksType: Operator['lacks'] = (node) => {
  const type = numberOf(node, 'output_dtype', 0);
  return type === 0 || integerRange(type) !== undefined ? undefined : `to ${typeName(type)}`;
};

export const quantization: Operators = {
  ConvInteger: { run: convInteger, lacks: lacksPadding },
  DequantizeLinear: { run: dequantizeLinear, moves: true },
  DynamicQuantizeLinear: { run: dynamicQuantize },
  MatMulInteger: { run: matMulInteger },
  QLinearConv: { run: qLinearConv, lacks: lacksPadding },
  QLinearMatMul: { run: qLinearMatMul },
  QuantizeLinear: { run: quantizeLinear, lacks: lacksType },
};
