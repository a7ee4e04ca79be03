// Layers that turn numbers into classes, and classes into vectors.
import type { CategoryEncoding } from '../../../../nn/layers/preprocessing/category-encoding.js';
import type { Discretization } from '../../../../nn/layers/preprocessing/discretization.js';
import type { IntegerLookup } from '../../../../nn/layers/preprocessing/integer-lookup.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { add, binary, cast, clip, compare, float, mul, sub, unary, where } from '../elementwise.js';
import type { Value } from '../elementwise.js';
import type { GraphWriter } from '../graph-writer.js';
import { rows } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import { expandDims, gather, reduce, squeeze } from '../shapes.js';
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

const isInt32 = (value: number): boolean => (value | 0) === value;

const int32s = (w: GraphWriter, data: readonly number[]): Written =>
  w.array({ shape: [data.length], type: TYPE.int32, data: Int32Array.from(data) });

/** The numbers that indices stand for. */
function termsOf(layer: IntegerLookup, w: GraphWriter, at: Written): Written {
  const { oovToken } = layer;
  const terms = layer.getVocabulary().map((term) => term ?? oovToken ?? 0);
  if (oovToken === null || ![oovToken, ...terms].every(isInt32))
    return refuse('its vocabulary or its oovToken is beyond int32, or it has no oovToken');
  const last = terms.length - 1;
  const isInside = compare(w, 'Equal', at, clip(w, at, 0, last));
  return where(w, isInside, gather(w, int32s(w, terms), clip(w, at, 0, last), 0), oovToken);
}

/** The indices of numbers: the place of the one that is equal, or an index of those that are unknown. */
function indicesOf(layer: IntegerLookup, w: GraphWriter, x: Written): Written {
  const { table, tokenStart, numOovIndices: count, maskToken, oovMethod } = layer;
  if (count === 0)
    return refuse('with numOovIndices 0 it refuses other numbers, which a file cannot');
  if (count > 1 && oovMethod === 'farmhash') return refuse('ONNX has no hashes');
  // Numbers beyond int32 are equal to none.
  const known = Array.from(
    { length: table.size },
    (_, i) => [table.at(i), i + tokenStart] as const,
  );
  const entries = known.filter(([term]) => isInt32(term));
  if (entries.length === 0) return refuse('its vocabulary is empty');
  const terms = int32s(w, entries.map(([term]) => term)); // prettier-ignore
  const places = int32s(w, entries.map(([, place]) => place + 1)); // prettier-ignore
  const isEqual = compare(w, 'Equal', expandDims(w, x, -1), terms);
  const found = reduce(w, 'ReduceMax', mul(w, cast(w, isEqual, TYPE.int32), places), [-1]);
  const first = tokenStart - count;
  let unknown: Value = first;
  if (count > 1) unknown = add(w, binary(w, 'Mod', x, count), first);
  if (maskToken !== null && isInt32(maskToken)) {
    const isMask = compare(w, 'Equal', x, maskToken);
    const masked = w.number(layer.outputMode === 'int' ? 0 : -1, TYPE.int32);
    unknown = where(w, isMask, masked, unknown);
  }
  return where(w, compare(w, 'Greater', found, 0), sub(w, found, 1), unknown);
}

function lookedUp(layer: IntegerLookup, { w, x }: LayerCall): Written {
  const whole = cast(w, x, TYPE.int32);
  if (layer.invert) return termsOf(layer, w, whole);
  const indices = indicesOf(layer, w, whole);
  const mode = layer.outputMode;
  const depth = mode === 'int' ? null : (layer.encodedShape([1]).at(-1) ?? null);
  if (mode !== 'tf_idf') return encoded(w, indices, mode, depth, TYPE.int32);
  const [weights] = [...layer.storedArrays.values()];
  if (weights === undefined) return refuse('it has no weights of its terms yet');
  const counts = encoded(w, indices, 'count', depth, TYPE.float);
  return mul(w, counts, w.floats(Array.from(weights.data)));
}

export const encodings: Rows = {
  ...rows('CategoryEncoding', encoding),
  ...rows('Discretization', discretized),
  ...rows('IntegerLookup', lookedUp),
};
