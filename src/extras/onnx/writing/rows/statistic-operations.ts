// Covariances, sums of segments, products over several axes, and images of another size.
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { cast, compare, div, mul, sub, unary, where } from '../elementwise.js';
import type { GraphWriter } from '../graph-writer.js';
import type { OperationCall, OperationRow, OperationRows } from '../operation.js';
import {
  einsum,
  expand,
  expandDims,
  matmul,
  reduce,
  reshape,
  slice,
  transpose,
} from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';
import { fitted } from './resampling.js';

/** The rows of a matrix, or a vector as one, less their means. */
function centredRows(w: GraphWriter, x: Written): Written {
  if (x.rank > 2) return refuse('it has more than 2 axes');
  const rows = x.rank === 2 ? x : reshape(w, x, [1, -1]);
  return sub(w, rows, reduce(w, 'ReduceMean', rows, [1], true));
}

const squared = (w: GraphWriter, rows: Written): Written =>
  matmul(w, rows, transpose(rows, [1, 0]));

function covariances(call: OperationCall): Written {
  const { w } = call;
  const rows = centredRows(w, call.float());
  const [count = null, observations = null] = rows.shape;
  if (count === null || observations === null) return refuse('the shape of its input is not known');
  const y = div(w, squared(w, rows), Math.max(observations - 1, 0));
  return count === 1 ? reshape(w, y, []) : y;
}

function correlations(call: OperationCall): Written {
  const { w } = call;
  const x = call.float();
  const rows = centredRows(w, x);
  const spread = unary(w, 'Sqrt', reduce(w, 'ReduceSum', mul(w, rows, rows), [1], true));
  const y = div(w, div(w, squared(w, rows), spread), transpose(spread, [1, 0]));
  return x.rank === 1 ? reshape(w, y, []) : y;
}

/** The rows of each segment added up, or multiplied. */
const segments =
  (reduction: 'add' | 'mul', empty: number): OperationRow =>
  (call) => {
    const { w } = call;
    const [x, ids] = [call.same(), call.x(1)];
    const count = call.args[2];
    const rest = x.shape.slice(1);
    if (typeof count !== 'number') return refuse('the number of its segments is not stated');
    if (rest.includes(null)) return refuse('the lengths of its rows are not known');
    // Rows that are dropped go into a segment of their own.
    const at = where(w, compare(w, 'Less', ids, 0), count, ids);
    const start = expand(w, w.number(empty, call.type), [count + 1, ...(rest as number[])]);
    const inputs = [start, expandDims(w, cast(w, at, TYPE.int64), -1), x];
    const whole = [count + 1, ...rest];
    const y = w.one('ScatterND', inputs, whole, x.type, { reduction });
    return slice(w, y, { axis: 0, start: 0, end: count });
  };

/** The axes of a and of b that are summed over, in pairs. */
function pairsOf(call: OperationCall, a: Written, b: Written): readonly (readonly number[])[] {
  const axes = call.args[2] ?? 2;
  if (typeof axes !== 'number') {
    const [ofA, ofB] = (axes as readonly unknown[]).map((list) => [list].flat() as number[]);
    return [(ofA ?? []).map((axis) => a.axis(axis)), (ofB ?? []).map((axis) => b.axis(axis))];
  }
  const first = Array.from({ length: axes }, (_, i) => i);
  return [first.map((i) => a.rank - axes + i), first];
}

function tensorProduct(call: OperationCall): Written {
  const { w } = call;
  const [a, b] = [call.float(0), call.float(1)];
  const [ofA = [], ofB = []] = pairsOf(call, a, b);
  const letters = (x: Written, first: string): string[] =>
    x.shape.map((_, i) => String.fromCharCode(first.charCodeAt(0) + i));
  const left = letters(a, 'a');
  const right = letters(b, 'A').map((own, axis) => {
    const at = ofB.indexOf(axis);
    return at < 0 ? own : (left[ofA[at] ?? 0] ?? own);
  });
  const output = [
    ...left.filter((_, axis) => !ofA.includes(axis)),
    ...right.filter((_, axis) => !ofB.includes(axis)),
  ];
  return einsum(w, `${left.join('')},${right.join('')}->${output.join('')}`, [a, b]);
}

function resizedImages(call: OperationCall): Written {
  const [height = 1, width = 1] = call.numbers(1) ?? [];
  const options = { ...STRETCHED, ...call.options(2) };
  return fitted(call.w, call.x(), [height, width], options);
}

const STRETCHED = {
  interpolation: 'bilinear',
  antialias: false,
  cropToAspectRatio: false,
  padToAspectRatio: false,
  fillValue: 0,
  dataFormat: 'channels_last',
};

export const statisticOperations: OperationRows = {
  corrcoef: correlations,
  cov: covariances,
  resize: resizedImages,
  segmentProd: segments('mul', 1),
  segmentSum: segments('add', 0),
  tensordot: tensorProduct,
};
