// Operations that move and multiply.
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { parsedSpec } from '../specs.js';
import { ACTIVATIONS, glu } from '../activations.js';
import { add, cast, div, float, mul, sub, unary } from '../elementwise.js';
import type { OperationCall, OperationRow, OperationRows } from '../operation.js';
import {
  concat,
  einsum,
  expand,
  expandDims,
  gather,
  matmul,
  measured,
  pad,
  reduce,
  reshape,
  slice,
  squeeze,
  transpose,
} from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';
import { dense } from './dense.js';

/** A shape; a batch that is not known stands as −1 where the program says it so. */
const reshaped: OperationRow = (call) => reshape(call.w, call.same(), call.numbers(1) ?? []);

function broadcastTo(call: OperationCall): Written {
  const x = call.same();
  const shape = call.numbers(1) ?? [];
  return expand(call.w, x, [...shape]);
}

function transposed(call: OperationCall): Written {
  const x = call.same();
  const axes = call.numbers(1)?.map((axis) => x.axis(axis));
  return transpose(x, axes ?? x.shape.map((_, i) => x.rank - 1 - i));
}

function moveAxis(call: OperationCall): Written {
  const x = call.same();
  const [from, to] = [call.numbers(1) ?? [], call.numbers(2) ?? []].map((list) =>
    list.map((axis) => x.axis(axis)),
  ) as [number[], number[]];
  const rest = x.shape.map((_, i) => i).filter((i) => !from.includes(i));
  const order = x.shape.map((_, i) => {
    const at = to.indexOf(i);
    return at < 0 ? (rest.shift() ?? 0) : (from[at] ?? 0);
  });
  return transpose(x, order);
}

function swapAxes(call: OperationCall): Written {
  const x = call.same();
  const [a, b] = [x.axis(call.number(1, 0)), x.axis(call.number(2, 1))];
  return transpose(
    x,
    x.shape.map((_, i) => (i === a ? b : i === b ? a : i)),
  );
}

function concatenated(call: OperationCall): Written {
  return concat(call.w, call.list(), call.number(1, 0));
}

function stack(call: OperationCall): Written {
  const parts = call.list();
  const axis = call.number(1, 0);
  const rank = (parts[0]?.rank ?? 0) + 1;
  const at = axis < 0 ? axis + rank : axis;
  return concat(
    call.w,
    parts.map((x) => expandDims(call.w, x, at)),
    at,
  );
}

function split(call: OperationCall): readonly Written[] {
  const { w } = call;
  const x = call.same();
  const axis = x.axis(call.number(2, 0));
  const length = x.shape[axis] ?? refuse('the length of the axis that is split is not known');
  const parts = call.args[1];
  const limits =
    typeof parts === 'number'
      ? Array.from({ length: parts - 1 }, (_, i) => ((i + 1) * length) / parts)
      : (call.numbers(1) ?? []);
  return [0, ...limits].map((start, i) => {
    const end = limits[i];
    return slice(w, x, end === undefined ? { axis, start } : { axis, start, end });
  });
}

function padded(call: OperationCall): Written {
  return pad(
    call.w,
    call.same(),
    call.args[1] as readonly (readonly [number, number])[],
    call.number(2, 0),
  );
}

function tiled(call: OperationCall): Written {
  const { w } = call;
  const given = call.same();
  const counts = call.numbers(1) ?? [];
  const missing = counts.length - given.rank;
  const x =
    missing > 0 ? expandDims(w, given, ...Array.from({ length: missing }, (_, i) => i)) : given;
  const all = [...new Array<number>(Math.max(0, -missing)).fill(1), ...counts];
  const shape = x.shape.map((length, i) => (length === null ? null : length * (all[i] ?? 1)));
  return w.one('Tile', [x, w.whole(all)], shape, x.type);
}

/** Elements of an axis one or several times each. */
function repeated(call: OperationCall): Written {
  const { w } = call;
  const axis = call.args[2] ?? null;
  const given = call.same();
  const x = axis === null ? reshape(w, given, [-1]) : given;
  const at = axis === null ? 0 : x.axis(axis as number);
  const length = x.shape[at] ?? refuse('the length of the axis that is repeated is not known');
  const counts = call.numbers(1) ?? [];
  const positions = Array.from({ length }, (_, i) =>
    new Array<number>(counts[counts.length === 1 ? 0 : i] ?? 0).fill(i),
  ).flat();
  return gather(w, x, w.whole(positions), at);
}

function flipped(call: OperationCall): Written {
  const x = call.same();
  return slice(call.w, x, ...call.axes(1, x).map((axis) => ({ axis, start: -1, step: -1 })));
}

/** Parts of axes, as `slice` describes them. */
function sliced(call: OperationCall): Written {
  const { w } = call;
  const x = call.same();
  const { parts, dropped, added } = parsedSpec(x, call.args.slice(1));
  const cut = parts.length === 0 ? x : slice(w, x, ...parts);
  const left = dropped.length === 0 ? cut : squeeze(w, cut, ...dropped);
  return added.length === 0 ? left : expandDims(w, left, ...added);
}

const indices = (call: OperationCall, i: number): Written => {
  const at = call.x(i);
  return at.type === TYPE.int64 ? at : cast(call.w, at, TYPE.int32);
};

function gathered(call: OperationCall): Written {
  const { w } = call;
  const axis = call.args[2] === undefined ? 0 : call.args[2];
  const x = call.same();
  if (axis === null) return gather(w, reshape(w, x, [-1]), indices(call, 1), 0);
  return gather(w, x, indices(call, 1), axis as number);
}

function takenAlong(call: OperationCall): Written {
  const { w } = call;
  const axis = call.args[2] ?? null;
  const [given, at] = [call.same(), indices(call, 1)];
  const x = axis === null ? reshape(w, given, [-1]) : given;
  const flat = axis === null ? reshape(w, at, [-1]) : at;
  const along = axis === null ? 0 : x.axis(axis as number);
  const isBroadcast = x.shape.some((length, i) => i !== along && length !== flat.shape[i]);
  if (isBroadcast) return refuse('its indices broadcast, which GatherElements does not');
  const shape = x.shape.map((length, i) =>
    i === along ? (flat.shape[i] ?? null) : (flat.shape[i] ?? length),
  );
  return w.one('GatherElements', [x, flat], shape, x.type, { axis: along });
}

function oneHot(call: OperationCall): Written {
  const { w } = call;
  const at = cast(w, call.x(), TYPE.int64);
  const classes = call.number(1, 0);
  const values = w.floats([0, 1]);
  return w.one('OneHot', [at, w.whole(classes), values], [...at.shape, classes], TYPE.float, {
    axis: -1,
  });
}

function topK(call: OperationCall): readonly Written[] {
  const { w } = call;
  const [given, k] = [call.x(), call.number(1, 1)];
  const x = given.type === TYPE.bool ? cast(w, given, TYPE.int32) : given;
  const shape = x.shape.with(-1, k);
  const specs = [
    { shape, type: x.type },
    { shape, type: TYPE.int64 },
  ];
  const [values, at] = w.node('TopK', [x, w.whole([k])], specs, { axis: -1 }) as [Written, Written];
  return [values, cast(w, at, TYPE.int32)];
}

/** All elements of an axis by their size, or where they stand. */
const sorted =
  (output: 0 | 1): OperationRow =>
  (call) => {
    const { w } = call;
    const axis = call.args[1] === undefined ? -1 : call.args[1];
    const x = axis === null ? reshape(w, call.x(), [-1]) : call.x();
    const at = axis === null ? 0 : x.axis(axis as number);
    const isDescending = call.options(2)['descending'] === true;
    const number = cast(w, x, x.type === TYPE.float ? TYPE.float : TYPE.int32);
    const specs = [
      { shape: x.shape, type: number.type },
      { shape: x.shape, type: TYPE.int64 },
    ];
    const attributes = { axis: at, largest: isDescending ? 1 : 0 };
    const results = w.node('TopK', [number, measured(w, x, at)], specs, attributes);
    return results[output] ?? refuse('it is not sorted');
  };

function dotted(call: OperationCall): Written {
  const [a, b] = [call.float(0), call.float(1)];
  if (a.rank === 0 || b.rank === 0) return mul(call.w, a, b);
  if (b.rank <= 2) return matmul(call.w, a, b);
  const letters = (count: number, first: string): string =>
    Array.from({ length: count }, (_, i) => String.fromCharCode(first.charCodeAt(0) + i)).join('');
  const [left, front] = [letters(a.rank - 1, 'a'), letters(b.rank - 2, 'A')];
  return einsum(call.w, `${left}y,${front}yz->${left}${front}z`, [a, b]);
}

function rmsNormalized(call: OperationCall): Written {
  const { w } = call;
  const x = call.float();
  const { scale = null, axis = -1, epsilon = 1e-7 } = call.options(1);
  const axes = [axis as number | number[]].flat().map((one) => x.axis(one));
  const squares = reduce(w, 'ReduceMean', mul(w, x, x), axes, true);
  const y = div(w, x, unary(w, 'Sqrt', add(w, squares, epsilon as number)));
  if (scale !== null && axes.some((one, i) => one !== x.rank - axes.length + i))
    return refuse('its scale stands for other axes than the last ones');
  return scale === null ? y : mul(w, y, float(w, call.tensor(scale)));
}

function product(call: OperationCall): Written {
  const [a, b] = [call.float(0), call.float(1)];
  return matmul(call.w, a, b);
}

function outer(call: OperationCall): Written {
  const { w } = call;
  const [a, b] = [reshape(w, call.same(0), [-1, 1]), reshape(w, call.same(1), [1, -1])];
  return mul(w, a, b);
}

function summed(call: OperationCall): Written {
  const [equation, ...operands] = call.args;
  const text = typeof equation === 'string' ? equation.replaceAll(' ', '') : '';
  const inputs = operands.map((_, i) => call.float(i + 1));
  const isPlain =
    /^[a-zA-Z.,]+->[a-zA-Z.]*$/.test(text) && !/([a-zA-Z])[^,]*\1/.test(text.split('->')[0] ?? '');
  if (isPlain) return einsum(call.w, text, inputs);
  return refuse(`the equation '${text}' has no output, or a letter twice in one operand`);
}

function densely(call: OperationCall): Written {
  const { w } = call;
  const bias = (call.args[2] ?? null) === null ? null : call.float(2);
  const y = dense(w, call.float(0), call.float(1), bias);
  const name = call.args[3] ?? 'linear';
  const activation = typeof name === 'string' ? ACTIVATIONS[name] : undefined;
  return activation?.(w, y) ?? refuse(`there is no activation '${JSON.stringify(name)}'`);
}

function layerNormalized(call: OperationCall): Written {
  const { w } = call;
  const x = call.float();
  const { gamma = null, beta = null, axis = -1, epsilon = 1e-7 } = call.options(1);
  const axes = [axis as number | number[]].flat().map((one) => x.axis(one));
  const centred = sub(w, x, reduce(w, 'ReduceMean', x, axes, true));
  const variance = reduce(w, 'ReduceMean', mul(w, centred, centred), axes, true);
  const y = div(w, centred, unary(w, 'Sqrt', add(w, variance, epsilon as number)));
  if ([gamma, beta].some((one) => one !== null) && (axes.length > 1 || axes[0] !== x.rank - 1))
    return refuse('its gamma and beta stand for other axes than the last one');
  const scaled = gamma === null ? y : mul(w, y, float(w, call.tensor(gamma)));
  return beta === null ? scaled : add(w, scaled, float(w, call.tensor(beta)));
}

function expanded(call: OperationCall): Written {
  return expandDims(call.w, call.same(), ...(call.numbers(1) ?? [0]));
}

function squeezed(call: OperationCall): Written {
  const x = call.same();
  const axes = call.numbers(1) ?? x.shape.flatMap((length, i) => (length === 1 ? [i] : []));
  return axes.length === 0 ? x : squeeze(call.w, x, ...axes);
}

/** The lower or the upper triangle of matrices. */
const triangle =
  (upper: 0 | 1): OperationRow =>
  (call) => {
    const { w } = call;
    const x = call.same();
    // Runtimes have it for numbers of four and eight bytes.
    const isByte = x.type === TYPE.bool || x.type === TYPE.uint8;
    const given = isByte ? cast(w, x, TYPE.int32) : x;
    const kept = w.one('Trilu', [given, w.whole(call.number(1, 0))], x.shape, given.type, {
      upper,
    });
    return cast(w, kept, x.type);
  };

export const tensorOperations: OperationRows = {
  glu: (call) => glu(call.w, call.float(), call.number(1, -1)),
  reshape: reshaped,
  flatten: (call) => reshape(call.w, call.same(), [-1]),
  squeeze: squeezed,
  expandDims: expanded,
  broadcastTo,
  transpose: transposed,
  moveAxis,
  swapAxes,
  concat: concatenated,
  stack,
  split,
  pad: padded,
  tile: tiled,
  repeat: repeated,
  flip: flipped,
  slice: sliced,
  gather: gathered,
  embedding: (call) => gather(call.w, call.float(0), indices(call, 1), 0),
  takeAlongAxis: takenAlong,
  oneHot,
  topK,
  matmul: product,
  outer,
  einsum: summed,
  dense: densely,
  layerNormalization: layerNormalized,
  rmsNormalization: rmsNormalized,
  sort: sorted(0),
  argsort: sorted(1),
  dot: dotted,
  tril: triangle(0),
  triu: triangle(1),
};
