// Operations that reduce, and those along an axis.
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { softmaxOver } from '../activations.js';
import { along, cast, differs, mul, sub, unary } from '../elementwise.js';
import type { OperationCall, OperationRow, OperationRows } from '../operation.js';
import { reduce, reshape } from '../shapes.js';
import type { Written } from '../written.js';

/** A number of all elements along axes. */
const reduction =
  (op: string): OperationRow =>
  (call) => {
    const { w } = call;
    const x = call.same();
    const given = x.type === TYPE.bool ? cast(w, x, TYPE.int32) : x;
    return cast(w, reduce(w, op, given, call.axes(1, x), call.flag(2)), x.type);
  };

/** Whether any, or each, element is true. */
const truthOf =
  (op: 'ReduceMax' | 'ReduceMin'): OperationRow =>
  (call) => {
    const x = call.x();
    const counted = cast(call.w, x.type === TYPE.bool ? x : differs(call.w, x, 0), TYPE.int32);
    return cast(call.w, reduce(call.w, op, counted, call.axes(1, x), call.flag(2)), TYPE.bool);
  };

const spread =
  (isRoot: boolean): OperationRow =>
  (call) => {
    const { w } = call;
    const x = call.float();
    const axes = call.axes(1, x);
    const centred = sub(w, x, reduce(w, 'ReduceMean', x, axes, true));
    const y = reduce(w, 'ReduceMean', mul(w, centred, centred), axes, call.flag(2));
    return isRoot ? unary(w, 'Sqrt', y) : y;
  };

/** Where the largest or the smallest element stands. */
const position =
  (op: 'ArgMax' | 'ArgMin'): OperationRow =>
  (call) => {
    const { w } = call;
    const axis = call.args[1] ?? null;
    const given = call.x();
    const x = axis === null ? reshape(w, given, [-1]) : given;
    const at = axis === null ? 0 : x.axis(axis as number);
    const keeps = call.flag(2) && axis !== null;
    const shape = keeps ? x.shape.with(at, 1) : x.shape.toSpliced(at, 1);
    const number = cast(w, x, x.type === TYPE.bool ? TYPE.int32 : x.type);
    return w.one(op, [number], shape, TYPE.int64, { axis: at, keepdims: keeps ? 1 : 0 });
  };

function softmax(call: OperationCall): Written {
  const x = call.float();
  return softmaxOver(
    call.w,
    x,
    (call.numbers(1) ?? [-1]).map((axis) => x.axis(axis)),
  );
}

function logSoftmax(call: OperationCall): Written {
  const x = call.float();
  const axes = (call.numbers(1) ?? [-1]).map((axis) => x.axis(axis));
  const [axis = -1] = axes;
  if (axes.length === 1) return along(call.w, 'LogSoftmax', x, axis);
  return sub(call.w, x, reduce(call.w, 'ReduceLogSumExp', x, axes, true));
}

function cumsum(call: OperationCall): Written {
  const { w } = call;
  const { exclusive = false, reverse = false } = call.options(2);
  const axis = call.args[1] ?? null;
  const given = call.same();
  const x = axis === null ? reshape(w, given, [-1]) : given;
  const at = w.whole(axis === null ? 0 : x.axis(axis as number));
  const attributes = { exclusive: exclusive === true ? 1 : 0, reverse: reverse === true ? 1 : 0 };
  return w.one('CumSum', [x, at], x.shape, x.type, attributes);
}

function logSumExp(call: OperationCall): Written {
  const x = call.float();
  return reduce(call.w, 'ReduceLogSumExp', x, call.axes(1, x), call.flag(2));
}

export const reductionOperations: OperationRows = {
  sum: reduction('ReduceSum'),
  mean: reduction('ReduceMean'),
  prod: reduction('ReduceProd'),
  max: reduction('ReduceMax'),
  min: reduction('ReduceMin'),
  any: truthOf('ReduceMax'),
  all: truthOf('ReduceMin'),
  variance: spread(false),
  std: spread(true),
  logsumexp: logSumExp,
  argmax: position('ArgMax'),
  argmin: position('ArgMin'),
  softmax,
  logSoftmax,
  cumsum,
};
