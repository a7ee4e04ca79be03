// Layers of several tensors.
import type { Concatenate, Dot } from '../../../../nn/layers/merging.js';
import type { CustomScaleLayer } from '../../../../nn/layers/scaling.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { add, binary, cast, div, float, mul, several, where } from '../elementwise.js';
import type { GraphWriter } from '../graph-writer.js';
import { maskOf, rows } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import { concat, einsum, expand, expandDims, lengthsOf, reduce } from '../shapes.js';
import { unitVectors } from './normalizations.js';
import type { Written } from '../written.js';

/** Ones behind the batch axis, until all have as many axes. */
function widened(w: GraphWriter, x: Written, count: number): Written {
  return count === 0 ? x : expandDims(w, x, ...Array.from({ length: count }, (_, i) => i + 1));
}

/** A mask of steps as one of elements. */
function ofElements(w: GraphWriter, mask: Written, x: Written): Written {
  const missing = x.rank - mask.rank;
  if (missing <= 0) return mask;
  return expandDims(w, mask, ...Array.from({ length: missing }, (_, i) => mask.rank + i));
}

const either = (w: GraphWriter, a: Written, b: Written): Written =>
  binary(w, 'Or', a, b, TYPE.bool);

type Combine = (
  w: GraphWriter,
  inputs: readonly Written[],
  masks: readonly (Written | null)[],
) => Written;

const folded =
  (op: string): Combine =>
  (w, inputs) =>
    inputs.reduce((a, b) => binary(w, op, a, b));

/** A factor that a mask leaves out is 1; where none counts the product is 0. */
const multiply: Combine = (w, inputs, masks) => {
  let counts: Written | null = null;
  const factors = inputs.map((x, i) => {
    const mask = masks[i] ?? null;
    if (mask === null) return x;
    const own = ofElements(w, mask, x);
    counts = counts === null ? own : either(w, counts, own);
    return where(w, own, x, w.number(1, x.type));
  });
  const product = factors.reduce((a, b) => mul(w, a, b));
  return counts === null || masks.includes(null)
    ? product
    : where(w, counts, product, w.number(0, product.type));
};

const extremum =
  (op: 'Max' | 'Min'): Combine =>
  (w, inputs, masks) => {
    let counts = masks[0] ?? null;
    return inputs.reduce((so, x, i) => {
      const mask = masks[i] ?? null;
      const next = mask === null ? x : where(w, ofElements(w, mask, x), x, so);
      const best = counts === null ? so : where(w, ofElements(w, counts, so), so, next);
      counts = mask === null || counts === null ? null : either(w, counts, mask);
      return several(w, op, [best, next]);
    });
  };

/** Tensors of one type and as many axes; its mask has what any of the masks has. */
const elementwise =
  (combine: Combine, isFloat = false) =>
  (_layer: object, { w, inputs }: LayerCall): Written => {
    const isReal = isFloat || inputs.some(({ type }) => type === TYPE.float);
    const rank = Math.max(...inputs.map((x) => x.rank));
    const isEven = inputs.every((x) => x.rank === rank);
    const operands = inputs.map((x) =>
      widened(w, cast(w, x, isReal ? TYPE.float : TYPE.int32), rank - x.rank),
    );
    const masks = inputs.map(maskOf);
    const y = combine(w, operands, isEven ? masks : inputs.map(() => null));
    const all = masks.map((mask, i) =>
      mask === null ? null : widened(w, mask, rank - (inputs[i]?.rank ?? rank)),
    );
    return y.withMask(all.reduce((a, b) => (a === null || b === null ? null : either(w, a, b))));
  };

function average(w: GraphWriter, inputs: readonly Written[]): Written {
  return div(
    w,
    inputs.reduce((a, b) => add(w, a, b)),
    inputs.length,
  );
}

function concatenate(layer: Concatenate, { w, inputs }: LayerCall): Written {
  const types = inputs.map(({ type }) => type);
  const type = types.find((one) => one === TYPE.float) ?? types[0] ?? TYPE.float;
  const isOne = types.every((one) => one === type);
  const common = isOne || type === TYPE.float ? type : TYPE.int32;
  const parts = inputs.map((x) => cast(w, x, common));
  const y = concat(w, parts, layer.axis);
  const masks = inputs.map(maskOf);
  if (masks.every((mask) => mask === null)) return y.withMask(null);
  const counted = inputs.map((x, i) => {
    const mask = masks[i] ?? null;
    const own =
      mask === null ? w.number(1, TYPE.int32) : ofElements(w, cast(w, mask, TYPE.int32), x);
    return expand(w, own, lengthsOf(0, x.rank), x);
  });
  const all = concat(w, counted, layer.axis);
  return y.withMask(cast(w, reduce(w, 'ReduceMax', all, [-1]), TYPE.bool));
}

/** Sums over an axis of both, for each sample. */
function dot(layer: Dot, { w, inputs }: LayerCall): Written {
  const along = inputs.map((x, i) =>
    x.axis(typeof layer.axes === 'number' ? layer.axes : (layer.axes[i] ?? 0)),
  );
  const labels = inputs.map((x, i) =>
    x.shape.map((_, axis) =>
      axis === 0
        ? 'a'
        : axis === along[i]
          ? 'b'
          : String.fromCharCode((i === 0 ? 'c' : 'C').charCodeAt(0) + axis),
    ),
  );
  const free = labels.flatMap((list) => list.slice(1)).filter((label) => label !== 'b');
  const operands = inputs.map((x, i) =>
    layer.normalize ? unitVectors(w, float(w, x), [along[i] ?? 1], 1e-7) : float(w, x),
  );
  const equation = `${labels.map((list) => list.join('')).join(',')}->a${free.join('')}`;
  const y = einsum(w, equation, operands);
  return free.length === 0 ? expandDims(w, y, -1) : y;
}

export const merging: Rows = {
  ...rows('Add', elementwise(folded('Add'))),
  ...rows('Subtract', elementwise(folded('Sub'))),
  ...rows('Multiply', elementwise(multiply)),
  ...rows('Average', elementwise(average, true)),
  ...rows('Maximum', elementwise(extremum('Max'))),
  ...rows('Minimum', elementwise(extremum('Min'))),
  ...rows('Concatenate', concatenate),
  ...rows('Dot', dot),
  ...rows<CustomScaleLayer>('CustomScaleLayer', ({ scale }, { w, inputs }) => {
    const [x, y] = inputs.map((one) => float(w, one)) as [Written, Written];
    return add(w, x, mul(w, y, scale));
  }),
};
