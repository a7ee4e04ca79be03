// Operators that find and sort elements: those decide how many there are.
import * as ops from '../../../engine/ops/index.js';
import { tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { KNOWN_ELEMENTS } from '../../operator-graphs/value.js';
import { plain } from './elementwise.js';
import { nonMaxSuppression } from './suppression.js';

/** The k largest of the last axis, and where they stand. */
function topK(call: Call): Given[] {
  const k = call.has(1) ? call.number(1) : call.attribute('k');
  const x = call.x();
  if (k === 0) {
    const none = ops.slice(x, '...', [0, 0]);
    return [plain(none), plain(ops.cast(none, 'int32'))];
  }
  const [values, indices] = ops.topK(x, k);
  return [plain(values), plain(indices)];
}

/** Index vectors of what is not 0, [count, rank]. */
const where = (call: Call): Given => plain(ops.stack(ops.nonzero(call.x()), -1));

type Found = readonly [values: Tensor, firsts: Tensor, inverse: Tensor];

/** Elements that are different, or slices along an axis, in the order in which they come first; and where each stands among them. */
function unique(call: Call): Given[] {
  const axes = call.has(1) ? call.numbers(1) : [];
  const axis = call.shape().length === 1 ? null : (axes[0] ?? null);
  const asked = { returnIndex: true, returnInverse: true, axis };
  const [values, firsts, inverse] = ops.unique(call.x(), asked) as unknown as Found;
  const order = ops.argsort(firsts);
  const places = ops.reshape(inverse, [-1]);
  return [
    plain(ops.gather(values, order, axis ?? 0)),
    plain(ops.gather(ops.argsort(order), places, 0)),
  ];
}

/** What of the first list is not in the second, and where it stands. */
function listDiff(call: Call): Given[] {
  const x = call.x();
  const isOut = ops.isIn(x, call.x(1), { invert: true });
  const at = ops.nonzero(isOut)[0] ?? x;
  return [plain(ops.gather(x, at, 0)), plain(at)];
}

/** Where numbers would stand in rows that are sorted, [rows, …]. */
const bound =
  (isUpper: boolean) =>
  (call: Call): Given => {
    const [sorted, values] = [call.x(), call.x(1)];
    const [one, other] = [ops.expandDims(sorted, 1), ops.expandDims(values, 2)];
    const isBefore = isUpper ? ops.lessEqual(one, other) : ops.less(one, other);
    return plain(ops.cast(ops.sum(ops.cast(isBefore, 'int32'), -1), 'int32'));
  };

/** The boxes that stay, as the versions of the operator give them. */
const suppressed =
  (version: 2 | 3 | 4 | 5) =>
  (call: Call): Given[] => {
    const boxes = call.x();
    const scores = call.x(1);
    const isPadded = version === 4 && call.flag('pad_to_max_output_size');
    const most = call.number(2);
    if (isPadded && !(most <= KNOWN_ELEMENTS))
      throw call.refuse(`room for ${most} boxes, at most ${KNOWN_ELEMENTS} are possible`);
    const { indices, scores: left } = nonMaxSuppression(boxes.data(), scores.data(), {
      most,
      overlap: call.number(3, 0.5),
      least: version === 2 ? -Infinity : call.number(4, -Infinity),
      sigma: version === 5 ? call.number(5, 0) : 0,
    });
    const count = tensor(indices.length, { dtype: 'int32' });
    const padded = isPadded
      ? [...indices, ...new Array<number>(Math.max(0, most - indices.length)).fill(0)]
      : indices;
    const chosen = plain(tensor(Int32Array.from(padded)));
    if (version === 4) return [chosen, plain(count)];
    if (version === 5) return [chosen, plain(tensor(Float32Array.from(left))), plain(count)];
    return [chosen];
  };

export const searching: Operators = {
  ListDiff: { run: listDiff },
  LowerBound: { run: bound(false) },
  NonMaxSuppressionV2: { run: suppressed(2) },
  NonMaxSuppressionV3: { run: suppressed(3) },
  NonMaxSuppressionV4: { run: suppressed(4) },
  NonMaxSuppressionV5: { run: suppressed(5) },
  TopKV2: { run: topK },
  Unique: { run: unique },
  UniqueV2: { run: unique },
  UpperBound: { run: bound(true) },
  Where: { run: where },
};
