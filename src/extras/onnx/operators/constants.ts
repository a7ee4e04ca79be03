// Operators that make tensors of numbers and shapes.
import { describeValue } from '../../../config/describe-value.js';
import * as ops from '../../../engine/ops/index.js';
import { eye, full } from '../../../engine/tensor/index.js';
import { categorical } from '../../../engine/random/categorical.js';
import { normal, uniform } from '../../../engine/random/draw.js';
import { cosPi } from '../../../config/elementary.js';
import { asInt32, dtypeOf, TYPE } from '../../../files/formats/onnx/types.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { KNOWN_ELEMENTS, OperatorValue } from '../../operator-graphs/value.js';

function constant(call: Call): Given {
  const array = call.array('value') ?? call.array('sparse_value');
  if (array !== undefined) return OperatorValue.known(array, array.type);
  const floats = call.list('value_floats');
  if (floats !== undefined) {
    return OperatorValue.known({
      shape: [floats.length],
      dtype: 'float32',
      data: Float32Array.from(floats),
    });
  }
  const ints = call.list('value_ints');
  if (ints !== undefined) return OperatorValue.numbers(ints.map(asInt32));
  if (call.node.attributes.has('value_float')) {
    const value = call.attribute('value_float');
    return OperatorValue.known({ shape: [], dtype: 'float32', data: Float32Array.of(value) });
  }
  if (call.node.attributes.has('value_int'))
    return OperatorValue.numbers([asInt32(call.attribute('value_int'))], []);
  throw call.refuse(
    `its value is not a tensor of numbers, it has ${describeValue([...call.node.attributes.keys()])}`,
  );
}

function constantOfShape(call: Call): Given {
  const shape = call.numbers(0);
  const { data, type } = call.array('value') ?? { data: Float32Array.of(0), type: TYPE.float };
  const dtype = dtypeOf(type);
  return OperatorValue.of(full(shape, data[0] ?? 0, dtype), type);
}

/** start, start + delta, … before limit. */
function range(call: Call): Given {
  const [start, limit, delta] = [call.number(0), call.number(1), call.number(2)];
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!(count <= KNOWN_ELEMENTS))
    throw call.refuse(`it would have ${count} elements, at most ${KNOWN_ELEMENTS} are made`);
  const { type, dtype } = call.value(0);
  const array = new (dtype === 'float32' ? Float32Array : Int32Array)(count);
  for (let i = 0; i < count; i++) array[i] = start + i * delta;
  return OperatorValue.known(
    { shape: [count], dtype: dtype === 'float32' ? dtype : 'int32', data: array },
    type,
  );
}

function eyeLike(call: Call): Given {
  const [rows = 0, columns = 0] = call.shape();
  const type = call.node.attributes.has('dtype') ? call.attribute('dtype') : call.value(0).type;
  const ones = eye(rows, columns, call.attribute('k', 0));
  return OperatorValue.of(ops.cast(ones, dtypeOf(type)), type);
}

/** Random numbers are drawn from the generator of the library: what a seed gives is left to each runtime. */
const random =
  (kind: 'normal' | 'uniform', isLike: boolean) =>
  (call: Call): Given => {
    const shape = isLike ? call.shape() : (call.list('shape') ?? []);
    if (kind === 'uniform') {
      return uniform([...shape], {
        minval: call.attribute('low', 0),
        maxval: call.attribute('high', 1),
      });
    }
    return normal([...shape], {
      mean: call.attribute('mean', 0),
      stddev: call.attribute('scale', 1),
    });
  };

/** Zeros and ones, ones with the probabilities that the input says. */
function bernoulli(call: Call): Given {
  const chances = ops.cast(call.x(), 'float32');
  const type = call.attribute('dtype', call.value(0).type);
  const drawn = ops.less(uniform(chances.shape), chances);
  return OperatorValue.of(ops.cast(drawn, dtypeOf(type)), type);
}

/** Classes drawn by logarithms of their chances, which need not add up to 1. */
function multinomial(call: Call): Given {
  const type = call.attribute('dtype', TYPE.int32);
  const drawn = categorical(ops.cast(call.x(), 'float32'), call.attribute('sample_size', 1));
  return OperatorValue.of(ops.cast(drawn, dtypeOf(type)), type);
}

/** A window of raised cosines: a − b·cos(2πi/n) + c·cos(4πi/n). */
const window =
  (a: number, b: number, c: number) =>
  (call: Call): Given => {
    const size = call.number(0);
    if (!(size >= 0 && size <= KNOWN_ELEMENTS))
      throw call.refuse(`it would have ${size} elements, at most ${KNOWN_ELEMENTS} are made`);
    const n = call.attribute('periodic', 1) === 1 ? size : size - 1;
    const data = Float32Array.from({ length: size }, (_, i) => {
      return a - b * cosPi((2 * i) / n) + c * cosPi((4 * i) / n);
    });
    return OperatorValue.known({ shape: [size], dtype: 'float32', data }, TYPE.float);
  };

/** Drops what the file says to drop while training; a file for inference drops nothing. */
function dropout(call: Call): (Given | undefined)[] {
  const value = call.value(0);
  const x = value.tensor;
  const rate = call.opset < 12 ? 0 : call.number(1, 0.5);
  const drops = call.training && call.opset >= 12 && call.number(2, 0) !== 0 && rate > 0;
  const isAsked = (call.node.outputs[1] ?? '') !== '';
  if (!drops) {
    const mask = isAsked ? OperatorValue.of(full(x.shape, 1, 'bool'), TYPE.bool) : undefined;
    return [value.known === undefined ? OperatorValue.of(x.alias(), value.type) : value, mask];
  }
  if (!isAsked) return [ops.dropout(x, rate)];
  const kept = ops.less(uniform(x.shape), 1 - rate);
  return [ops.div(ops.mul(x, ops.cast(kept, 'float32')), 1 - rate), kept];
}

export const constants: Operators = {
  Bernoulli: { run: bernoulli, isRandom: true },
  BlackmanWindow: { run: window(0.42, 0.5, 0.08) },
  Constant: { run: constant },
  ConstantOfShape: { run: constantOfShape },
  Dropout: { run: dropout, isRandom: true },
  EyeLike: { run: eyeLike },
  HammingWindow: { run: window(25 / 46, 21 / 46, 0) },
  HannWindow: { run: window(0.5, 0.5, 0) },
  Multinomial: { run: multinomial, isRandom: true },
  RandomNormal: { run: random('normal', false), isRandom: true },
  RandomNormalLike: { run: random('normal', true), isRandom: true },
  RandomUniform: { run: random('uniform', false), isRandom: true },
  RandomUniformLike: { run: random('uniform', true), isRandom: true },
  Range: { run: range },
};
