// Nodes that compute element by element: in whatever order the axes stand.
import type { PartialShape } from '../../../engine/tensor/index.js';
import { TYPE } from '../../../files/formats/onnx/types.js';
import type { Attributes, GraphWriter } from './graph-writer.js';
import { transpose } from './shapes.js';
import { refuse, Written } from './written.js';
import { inverse } from '../../operator-graphs/value.js';

/** The tensor in the order of its source, without a mask. */
const ofSource = (x: Written): Written => new Written(x.source, x.sourceShape, x.type);

/** What stands in the order of a source, as a tensor whose axes stand as those of `like`. */
function inOrderOf(like: Written, y: Written): Written {
  const { order } = like;
  if (order === undefined) return y;
  return new Written(
    y.source,
    order.map((axis) => y.shape[axis] ?? null),
    y.type,
    order,
  );
}

/** A function of each element. */
export function unary(
  w: GraphWriter,
  op: string,
  x: Written,
  attributes: Attributes = {},
  type = x.type,
): Written {
  const y = w.one(op, [ofSource(x)], x.sourceShape, type, attributes);
  return inOrderOf(x, y);
}

/** x as numbers of that type. */
export function cast(w: GraphWriter, x: Written, type: number): Written {
  return x.type === type ? x : unary(w, 'Cast', x, { to: type }, type);
}

/** x as float32, in which layers compute. */
export const float = (w: GraphWriter, x: Written): Written => cast(w, x, TYPE.float);

/** The shape of what is computed of both. */
export function broadcastShape(a: PartialShape, b: PartialShape): PartialShape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a, b].map((shape) =>
      i < rank - shape.length ? 1 : shape[i - rank + shape.length],
    );
    if (x === 1) return y ?? null;
    if (y === 1) return x ?? null;
    return x ?? y ?? null;
  });
}

const isSame = (a: readonly unknown[] | undefined, b: readonly unknown[] | undefined): boolean =>
  String(a) === String(b);

/** An array with ones in front, until it has that many axes, in the order of a source. */
function alignedArray(w: GraphWriter, x: Written, rank: number, order: readonly number[]): Written {
  const { array } = x;
  if (array === undefined || x.rank > rank) return refuse('an array of more axes');
  const shape = [...new Array<number>(rank - x.rank).fill(1), ...array.shape];
  return transpose(w.array({ ...array, shape }, x.source.hint), inverse(order));
}

/** Operands in one order, which is the second result. */
function aligned(
  w: GraphWriter,
  operands: readonly Written[],
): readonly [operands: readonly Written[], like: Written | undefined] {
  const like = operands.find(({ order }) => order !== undefined);
  if (like?.order === undefined) return [operands, undefined];
  const { order, rank } = like;
  const fits = operands.every(
    (x) =>
      (x.rank === rank && isSame(x.order, order)) ||
      x.rank === 0 ||
      (x.array !== undefined && x.rank <= rank),
  );
  if (!fits) return [operands, undefined];
  const ordered = operands.map((x) =>
    x.rank === 0 ? x : isSame(x.order, order) ? ofSource(x) : alignedArray(w, x, rank, order),
  );
  return [ordered, like];
}

/** A function of several tensors, element by element with broadcasting. */
export function several(
  w: GraphWriter,
  op: string,
  operands: readonly Written[],
  type?: number,
): Written {
  const [ordered, like] = aligned(w, operands);
  const shape = ordered.map((x) => x.shape).reduce(broadcastShape);
  const made = type ?? operands.at(-1)?.type ?? TYPE.float;
  const y = w.one(op, ordered, shape, made);
  return like === undefined ? y : inOrderOf(like, y);
}

/** A tensor, or a number of the type of the tensor next to it. */
export type Value = Written | number;

const typeOf = (a: Value, b: Value): number =>
  typeof a === 'number' ? (typeof b === 'number' ? TYPE.float : b.type) : a.type;

/** A function of two tensors of one type. */
export function binary(w: GraphWriter, op: string, a: Value, b: Value, type?: number): Written {
  const [x, y] = [a, b].map((value) =>
    typeof value === 'number' ? w.number(value, typeOf(a, b)) : value,
  ) as [Written, Written];
  return several(w, op, [x, y], type ?? x.type);
}

export const add = (w: GraphWriter, a: Value, b: Value): Written => binary(w, 'Add', a, b);
export const sub = (w: GraphWriter, a: Value, b: Value): Written => binary(w, 'Sub', a, b);
export const mul = (w: GraphWriter, a: Value, b: Value): Written => binary(w, 'Mul', a, b);
export const div = (w: GraphWriter, a: Value, b: Value): Written => binary(w, 'Div', a, b);

/** A comparison, which gives bool. */
export const compare = (
  w: GraphWriter,
  op: 'Equal' | 'Greater' | 'GreaterOrEqual' | 'Less' | 'LessOrEqual',
  a: Value,
  b: Value,
): Written => binary(w, op, a, b, TYPE.bool);

/** Whether elements differ. */
export const differs = (w: GraphWriter, a: Value, b: Value): Written =>
  unary(w, 'Not', compare(w, 'Equal', a, b));

/** Elements of a where the condition holds, else of b. */
export function where(w: GraphWriter, condition: Written, a: Value, b: Value): Written {
  const [x, y] = [a, b].map((value) =>
    typeof value === 'number' ? w.number(value, typeOf(a, b)) : value,
  ) as [Written, Written];
  // Runtimes have no choice between two bools.
  const [one, other] = x.type === TYPE.bool ? [cast(w, x, TYPE.uint8), cast(w, y, TYPE.uint8)] : [x, y]; // prettier-ignore
  const chosen = several(w, 'Where', [cast(w, condition, TYPE.bool), one, other], one.type);
  return cast(w, chosen, x.type);
}

/** x between two numbers; undefined for no limit. */
export function clip(w: GraphWriter, x: Written, least?: number, most?: number): Written {
  const limits = [least, most].map((limit) =>
    limit === undefined || !Number.isFinite(limit) ? undefined : w.number(limit, x.type),
  );
  if (limits.every((limit) => limit === undefined)) return x;
  const y = w.one('Clip', [ofSource(x), ...limits], x.sourceShape, x.type);
  return inOrderOf(x, y);
}

/** A function along an axis, which keeps the shape: Softmax, CumSum. */
export function along(w: GraphWriter, op: string, x: Written, axis: number): Written {
  return unary(w, op, x, { axis: x.sourceAxis(axis) });
}
