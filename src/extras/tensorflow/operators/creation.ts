// Operators that make tensors of numbers and shapes.
import { describeValue } from '../../../config/describe-value.js';
import * as ops from '../../../engine/ops/index.js';
import { normal, randint, truncatedNormal, uniform } from '../../../engine/random/draw.js';
import { arange, full } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { dtypeOf } from '../../../files/formats/onnx/types.js';
import { heldType } from '../../../files/formats/tensorflow/types.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { KNOWN_ELEMENTS, OperatorValue } from '../../operator-graphs/value.js';
import { plain } from './elementwise.js';

function fill(call: Call): Given {
  const value = call.value(1);
  const shape = call.numbers(0);
  if (value.known === undefined) return plain(ops.broadcastTo(value.tensor, [...shape]));
  return plain(full(shape, value.known.data[0] ?? 0, value.dtype));
}

/** start, start + delta, … before limit. */
function range(call: Call): Given {
  const [start, limit, delta] = [call.number(0), call.number(1), call.number(2)];
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!(count <= KNOWN_ELEMENTS))
    throw call.refuse(`it would have ${count} elements, at most ${KNOWN_ELEMENTS} are made`);
  const { dtype } = call.value(0);
  const isFloat = dtype === 'float32';
  const data = new (isFloat ? Float32Array : Int32Array)(count);
  for (let i = 0; i < count; i++) data[i] = start + i * delta;
  return OperatorValue.known({ shape: [count], dtype: isFloat ? 'float32' : 'int32', data });
}

function linSpace(call: Call): Given {
  const [start, stop, count] = [call.number(0), call.number(1), call.number(2)];
  if (!(count >= 1 && count <= KNOWN_ELEMENTS))
    throw call.refuse(`it would have ${count} elements, 1 to ${KNOWN_ELEMENTS} are made`);
  const data = Float32Array.from({ length: count }, (_, i) =>
    count === 1 ? start : start + (i * (stop - start)) / (count - 1),
  );
  return OperatorValue.known({ shape: [count], dtype: 'float32', data });
}

function oneHot(call: Call): Given {
  const indices = ops.cast(call.x(), 'int32');
  const depth = call.number(1);
  if (!(depth >= 0 && depth <= KNOWN_ELEMENTS))
    throw call.refuse(`it would have ${depth} classes, 0 to ${KNOWN_ELEMENTS} are possible`);
  const [on, off] = [call.x(2), call.x(3)];
  const given = call.attribute('axis', -1);
  const axis = given < 0 ? given + indices.ndim + 1 : given;
  const behind = indices.ndim - axis;
  const classes = ops.reshape(arange(depth), [depth, ...new Array<number>(behind).fill(1)]);
  const hot = ops.equal(ops.expandDims(indices, axis), classes);
  return plain(ops.cast(ops.where(hot, on, off), on.dtype));
}

/** Numbers in the shape that the first input says, of a dtype that an attribute says. */
const filled =
  (value: number) =>
  (call: Call): Given =>
    plain(full(call.numbers(0), value, dtypeOf(heldType(call.text('dtype', 'DT_FLOAT')))));

/** Numbers in the shape and the dtype of the input. */
const filledLike =
  (value: number) =>
  (call: Call): Given =>
    plain(full(call.shape(), value, call.value(0).dtype));

/** Random numbers are drawn from the generator of the library: what a seed gives is left to each runtime. */
const drawn = (draw: (shape: number[], call: Call) => Tensor): Operators[string] => ({
  run: (call) => plain(draw([...call.numbers(0)], call)),
  isRandom: true,
});

/** Classes drawn by their logits [batch, classes]. */
function multinomial(call: Call): Given {
  const logits = call.x();
  const [batch = 0, classes = 0] = logits.shape;
  const count = call.number(1);
  // The largest of logits with Gumbel noise is a class of that probability.
  const noise = ops.neg(ops.log(ops.neg(ops.log(uniform([batch, count, classes])))));
  return plain(ops.argmax(ops.add(ops.expandDims(logits, 1), noise), -1));
}

export const creation: Operators = {
  Const: {
    run(call) {
      throw call.refuse(
        `it has no numbers, but ${describeValue([...call.node.attributes.keys()])}`,
      );
    },
    lacks: () => 'of texts, or without its numbers',
  },
  Fill: { run: fill },
  LinSpace: { run: linSpace },
  Multinomial: { run: multinomial, isRandom: true },
  OneHot: { run: oneHot },
  Ones: { run: filled(1) },
  OnesLike: { run: filledLike(1) },
  RandomStandardNormal: drawn((shape) => normal(shape, { mean: 0, stddev: 1 })),
  RandomUniform: drawn((shape) => uniform(shape, { minval: 0, maxval: 1 })),
  RandomUniformInt: drawn((shape, call) => randint(shape, call.number(1), call.number(2))),
  Range: { run: range },
  TruncatedNormal: drawn((shape) => truncatedNormal(shape, { mean: 0, stddev: 1 })),
  Zeros: { run: filled(0) },
  ZerosLike: { run: filledLike(0) },
};
