// Layers that turn numbers into classes, and classes into vectors.
import type { CategoryEncoding } from '../../../../nn/layers/preprocessing/category-encoding.js';
import type { Discretization } from '../../../../nn/layers/preprocessing/discretization.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { cast, compare, float, mul, unary } from '../elementwise.js';
import type { GraphWriter } from '../graph-writer.js';
import { rows } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import { expandDims, reduce, squeeze } from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';

/** Classes as they are, or as vectors of zeros and ones, or of counts. Numbers outside of the classes count nothing. */
function encoded(
  w: GraphWriter,
  x: Written,
  mode: string,
  depth: number | null,
  type: number,
  factors?: Written,
): Written {
  if (mode === 'int') return cast(w, x, type);
  if (depth === null) return refuse('the number of its classes is not known');
  const column = mode === 'one_hot' && x.rank > 1 && x.shape.at(-1) === 1;
  const at = column ? squeeze(w, x, -1) : x;
  const classes = w.floats(Array.from({ length: depth }, (_, i) => i));
  const hot = compare(w, 'Equal', expandDims(w, unary(w, 'Floor', float(w, at)), -1), classes);
  const ones = cast(w, hot, TYPE.float);
  if (mode === 'one_hot') return cast(w, ones, type);
  const counted = factors === undefined ? ones : mul(w, ones, expandDims(w, float(w, factors), -1));
  // All of a sample, which has one axis at least.
  const axis = x.rank > 1 ? 1 : 0;
  return cast(w, reduce(w, mode === 'count' ? 'ReduceSum' : 'ReduceMax', counted, [axis]), type);
}

const typeOf = ({ dtype }: { readonly dtype: string }): number =>
  dtype === 'int32' ? TYPE.int32 : TYPE.float;

function encoding(layer: CategoryEncoding, { w, x, named }: LayerCall): Written {
  const factors = named['countWeights'] ?? undefined;
  return encoded(
    w,
    x,
    layer.outputMode,
    layer.numTokens,
    typeOf(layer),
    factors as Written | undefined,
  );
}

/** How many boundaries are not above the number. */
function discretized(layer: Discretization, { w, x }: LayerCall): Written {
  const { binBoundaries: limits } = layer;
  if (limits === null) return refuse('it has no boundaries yet');
  const isBelow = compare(w, 'Less', expandDims(w, float(w, x), -1), w.floats([...limits]));
  const reached = cast(w, unary(w, 'Not', isBelow), TYPE.float);
  const bins = reduce(w, 'ReduceSum', reached, [-1]);
  return encoded(w, bins, layer.outputMode, limits.length + 1, typeOf(layer));
}

export const encodings: Rows = {
  ...rows('CategoryEncoding', encoding),
  ...rows('Discretization', discretized),
};
