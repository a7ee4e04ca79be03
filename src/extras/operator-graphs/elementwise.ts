// Operators that compute element by element, in whatever layout their inputs are.
import * as ops from '../../engine/ops/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { integerRange, TYPE } from '../../files/formats/onnx/types.js';
import type { Call, Operator } from './operator.js';
import { asType, channelsLast, OperatorValue } from './value.js';

/** An operator of one tensor, whose layout it keeps. */
export function unary(
  compute: (x: Tensor, call: Call) => Tensor,
  facts: Partial<Operator> = {},
): Operator {
  return {
    ...facts,
    run(call) {
      const x = call.value(0);
      const { layout, raw, type } = x;
      const y = compute(layout === 'last' && raw !== undefined ? raw : x.tensor, call);
      const range = integerRange(type);
      const isWhole = range !== undefined && y.dtype === 'int32';
      return OperatorValue.of(isWhole ? asType(y, type, range) : y, type, layout);
    },
  };
}

/** Tensors of equal rank whose axes broadcast, all in one layout. */
export function aligned(
  values: readonly OperatorValue[],
): readonly [Tensor[], OperatorValue['layout']] {
  const rank = Math.max(...values.map(({ shape }) => shape.length));
  const areLast = values.some(({ layout, shape }) => layout === 'last' && shape.length === rank);
  if (!areLast) return [values.map((value) => value.tensor), 'first'];
  const inLast = values.map((value) => {
    const { layout, raw, shape } = value;
    if (layout === 'last' && raw !== undefined && shape.length === rank) return raw;
    // A number broadcasts in any layout.
    if (shape.every((length) => length === 1) && shape.length <= 1) return value.tensor;
    return channelsLast(
      ops.reshape(value.tensor, [...new Array<number>(rank - shape.length).fill(1), ...shape]),
    );
  });
  return [inLast, 'last'];
}

/** An operator of several tensors that broadcast. */
export function several(
  compute: (tensors: readonly Tensor[], call: Call) => Tensor,
  facts: Partial<Operator> = {},
): Operator {
  return {
    ...facts,
    run(call) {
      const values = call.inputs.map((_, i) => call.value(i));
      const [tensors, layout] = aligned(values);
      const type = values.find((value) => value.dtype !== 'bool')?.type ?? TYPE.bool;
      const y = compute(tensors, call);
      const range = integerRange(type);
      const isWhole = range !== undefined && y.dtype === 'int32';
      return OperatorValue.of(isWhole ? asType(y, type, range) : y, type, layout);
    },
  };
}

/** An operator of two tensors that broadcast. */
export const binary = (
  compute: (a: Tensor, b: Tensor, call: Call) => Tensor,
  facts: Partial<Operator> = {},
): Operator =>
  several(([a, b], call) => {
    if (a === undefined || b === undefined) throw call.refuse('it takes two inputs');
    return compute(a, b, call);
  }, facts);

/** A function of two, over any number of tensors. */
export const folded = (compute: (a: Tensor, b: Tensor) => Tensor): Operator =>
  several((tensors, call) => {
    const [first, ...rest] = tensors;
    if (first === undefined) throw call.refuse('it takes one input at least');
    return rest.reduce(compute, first);
  });

/** Operators whose inputs are all trained. */
export const TRAINED = { trains: 'all' } as const;

/** max(x, 0), of whole numbers too. */
export const rectified = (x: Tensor): Tensor =>
  x.dtype === 'float32' ? ops.relu(x) : ops.maximum(x, 0);
