// Attention.
import type { AdditiveAttention, Attention } from '../../../../nn/layers/attention/attention.js';
import type {
  GroupQueryAttention,
  MultiHeadAttention,
} from '../../../../nn/layers/attention/multi-head-attention.js';
import type { EinsumDense } from '../../../../nn/layers/einsum-dense.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { inverse } from '../../../operator-graphs/value.js';
import { along, add, cast, float, mul, sub, unary, where } from '../elementwise.js';
import type { GraphWriter } from '../graph-writer.js';
import { allOf, band, ofKeys } from '../masks.js';
import { isWritten, maskOf, only, rows } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import {
  expand,
  expandDims,
  lengthOf,
  lengthsOf,
  matmul,
  reduce,
  reshape,
  transpose,
} from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';

const LEFT_OUT = 1e9;

/** Query, value and key, as layers of attention are given them. */
function operands({ inputs }: LayerCall): readonly [query: Written, value: Written, key: Written] {
  const [query, value, key = value] = inputs;
  if (query === undefined || value === undefined || key === undefined)
    return refuse('it is not given a query and a value');
  return [query, value, key];
}

const isAsked = (call: LayerCall, name: string): boolean => call.named[name] === true;

/** The weights of the scores, and what they make of the values: the row of both layers, which score in their own ways. */
const scored =
  <L>(scoresOf: (layer: L, w: GraphWriter, query: Written, key: Written) => Written) =>
  (layer: L, call: LayerCall): readonly Written[] => {
    const { w } = call;
    const given = operands(call);
    const [query, value, key] = given.map((x) => float(w, x)) as [Written, Written, Written];
    const [ofQueries, ofValues] = [maskOf(given[0]), maskOf(given[1])];
    const scores = scoresOf(layer, w, query, key);
    const steps = [query.rank - 2, key.rank - 2] as const;
    const counts = allOf(w, [
      ofValues === null ? null : ofKeys(w, ofValues),
      isAsked(call, 'useCausalMask')
        ? band(w, [query, steps[0]], [key, steps[1]], { after: 0 })
        : null,
    ]);
    const masked = counts === null ? scores : where(w, counts, scores, sub(w, scores, LEFT_OUT));
    const weights = along(w, 'Softmax', masked, -1);
    const y = matmul(w, weights, value);
    const output = ofQueries === null ? y : where(w, expandDims(w, ofQueries, -1), y, 0);
    const named = output.withMask(ofQueries);
    return isAsked(call, 'returnAttentionScores') ? [named, weights] : [named];
  };

const lastTwoSwapped = (x: Written): Written =>
  transpose(
    x,
    x.shape.map((_, i) => (i < x.rank - 2 ? i : 2 * x.rank - 3 - i)),
  );

const pairs = (w: GraphWriter, query: Written, key: Written): Written =>
  add(w, expandDims(w, query, -2), expandDims(w, key, -3));

function scoresOf(layer: Attention, w: GraphWriter, query: Written, key: Written): Written {
  const { scale, concatScoreWeight } = layer;
  if (concatScoreWeight === null) {
    const scores = matmul(w, query, lastTwoSwapped(key));
    return scale === null ? scores : mul(w, scores, w.weight(scale));
  }
  const sums = pairs(w, query, key);
  const bent = unary(w, 'Tanh', scale === null ? sums : mul(w, w.weight(scale), sums));
  return mul(w, w.weight(concatScoreWeight), reduce(w, 'ReduceSum', bent, [-1]));
}

function additiveScores(
  layer: AdditiveAttention,
  w: GraphWriter,
  query: Written,
  key: Written,
): Written {
  const sums = unary(w, 'Tanh', pairs(w, query, key));
  const scaled = layer.scale === null ? sums : mul(w, sums, w.weight(layer.scale));
  return reduce(w, 'ReduceSum', scaled, [-1]);
}

/** What the two layers with heads are made of. */
interface Heads {
  readonly query: EinsumDense | undefined;
  readonly key: EinsumDense | undefined;
  readonly value: EinsumDense | undefined;
  readonly gate: EinsumDense | undefined;
  readonly output: EinsumDense | undefined;
  readonly heads: number;
  /** How many heads there are of keys and values. */
  readonly groups: number;
  readonly keySize: number;
  /** The axes over which queries look. */
  readonly axes: readonly number[];
  readonly heedsQueryMask: boolean;
  /** Whether a query that sees no key gets zeros, not a mean of all. */
  readonly isZeroed: boolean;
  readonly slidingWindow: number | null;
}

/** [batch, …, heads, size] as [others, heads, looked at, size], and what of the shape is lost. */
function headsFirst(w: GraphWriter, x: Written, axes: readonly number[]): Written {
  const others = x.shape.map((_, i) => i).filter((i) => i < x.rank - 2 && !axes.includes(i));
  const turned = transpose(x, [...others, x.rank - 2, ...axes, x.rank - 1]);
  if (axes.length === 1) return turned;
  const front = others.length + 1;
  const [heads, size] = [x.shape.at(-2) ?? 0, x.shape.at(-1) ?? 0];
  return reshape(w, turned, [...lengthsOf(0, others.length), heads, -1, size], turned).ofShape([
    ...turned.shape.slice(0, front),
    product(turned.shape.slice(front, -1)),
    size,
  ]);
}

const product = (lengths: readonly (number | null)[]): number | null =>
  lengths.includes(null) ? null : (lengths as number[]).reduce((a, b) => a * b, 1);

/** Keys or values of groups, once for each head of the group. */
function ofAllHeads(w: GraphWriter, x: Written, heads: number, groups: number): Written {
  if (heads === groups) return x;
  const lines = expandDims(w, x, 2);
  const lengths = [lengthOf(0), groups, heads / groups, lengthOf(3), lengthOf(4)];
  const all = expand(w, lines, lengths, lines);
  return reshape(w, all, [lengthOf(0), heads, lengthOf(3), lengthOf(4)], all);
}

/** A mask that a call is given by name: a tensor of the graph, or one of the program. */
function namedMask(call: LayerCall, name: string): Written | null {
  const given = call.named[name] ?? null;
  if (given === null) return null;
  return isWritten(given)
    ? cast(call.w, given, TYPE.bool)
    : refuse(`its ${name} is not a tensor of the graph`);
}

function headed(call: LayerCall, layer: Heads): readonly Written[] {
  const { w } = call;
  const [query, value, key] = operands(call);
  const { axes, heads, groups } = layer;
  const project = (dense: EinsumDense | undefined, x: Written): Written =>
    dense === undefined
      ? refuse('it is not built')
      : only(call.write(dense as never, [x.withMask(null)]));
  const [q, k, v] = [
    headsFirst(w, mul(w, project(layer.query, query), 1 / Math.sqrt(layer.keySize)), axes),
    ofAllHeads(w, headsFirst(w, project(layer.key, key), axes), heads, groups),
    ofAllHeads(w, headsFirst(w, project(layer.value, value), axes), heads, groups),
  ];
  const scores = matmul(w, q, lastTwoSwapped(k));
  const counts = maskOfScores(call, layer, [query, value, key]);
  const axis = -1;
  const all = along(
    w,
    'Softmax',
    counts === null ? scores : where(w, counts, scores, -LEFT_OUT),
    axis,
  );
  const weights = counts !== null && layer.isZeroed ? where(w, counts, all, 0) : all;
  const attended = backFrom(w, matmul(w, weights, v), query, axes);
  const gated = layer.gate === undefined ? attended : mul(w, attended, project(layer.gate, query));
  const output = project(layer.output, gated).withMask(maskOf(query));
  if (!isAsked(call, 'returnAttentionScores')) return [output];
  return axes.length === 1 ? [output, weights] : refuse('it gives scores of several axes');
}

/** [others, heads, looked at, size] as [batch, …, heads, size]. */
function backFrom(w: GraphWriter, x: Written, query: Written, axes: readonly number[]): Written {
  const rank = query.rank + 1;
  const others = Array.from({ length: rank - 2 }, (_, i) => i).filter((i) => !axes.includes(i));
  const [heads, size] = [x.shape[others.length] ?? 0, x.shape.at(-1) ?? 0];
  const lengths = [...others.map(lengthOf), heads, ...axes.map(lengthOf), size];
  const whole = axes.length === 1 ? x : reshape(w, x, lengths, query);
  return transpose(whole, inverse([...others, rank - 2, ...axes, rank - 1]));
}

/** Which scores [others, heads, queries, keys] count; null if all do. */
function maskOfScores(
  call: LayerCall,
  layer: Heads,
  [query, value, key]: readonly [Written, Written, Written],
): Written | null {
  const { w } = call;
  const { axes, slidingWindow } = layer;
  const own = (name: string, x: Written): Written | null => namedMask(call, name) ?? maskOf(x);
  const ofQueries = layer.heedsQueryMask ? own('queryMask', query) : maskOf(query);
  const [ofValues, keyMask] = [
    own('valueMask', value),
    key === value ? namedMask(call, 'keyMask') : own('keyMask', key),
  ];
  const attention = namedMask(call, 'attentionMask');
  const isCausal = isAsked(call, 'useCausalMask');
  const isMasked = [ofQueries, ofValues, keyMask, attention].some((mask) => mask !== null);
  if (axes.length > 1 || axes[0] !== query.rank - 2) {
    if (isMasked || isCausal || slidingWindow !== null)
      return refuse('masks of attention over other axes than the steps are not written');
    return null;
  }
  const [[rows, rowAxis], [columns, columnAxis]] = [
    [query, query.rank - 2],
    [key, key.rank - 2],
  ] as const;
  const width =
    slidingWindow === null ? null : { before: slidingWindow - 1, after: slidingWindow - 1 };
  const bands = [isCausal ? { after: 0 } : null, width].map((limits) =>
    limits === null ? null : band(w, [rows, rowAxis], [columns, columnAxis], limits),
  );
  const headAxis = query.rank - 2;
  const ofKey = (mask: Written | null): Written | null =>
    mask === null ? null : expandDims(w, mask, headAxis, headAxis + 1);
  const ofQuery = ofQueries === null ? null : expandDims(w, ofQueries, headAxis, headAxis + 2);
  // Without heads: [batch, queries, keys].
  const given = attention?.rank === query.rank ? expandDims(w, attention, headAxis) : attention;
  return allOf(w, [ofQuery, ofKey(ofValues), ofKey(keyMask), ...bands, given]);
}

function multiHead(layer: MultiHeadAttention, call: LayerCall): readonly Written[] {
  const [query] = operands(call);
  const asked = layer.attentionAxes;
  const axes =
    asked === null
      ? Array.from({ length: query.rank - 2 }, (_, i) => i + 1)
      : [asked].flat().map((axis) => query.axis(axis));
  return headed(call, {
    query: layer.queryDense,
    key: layer.keyDense,
    value: layer.valueDense,
    gate: layer._gateDense,
    output: layer.outputDense,
    heads: layer.numHeads,
    groups: layer.numHeads,
    keySize: layer.keyDim,
    axes,
    heedsQueryMask: false,
    isZeroed: isComposed(layer, call, query),
    slidingWindow: layer.slidingWindow,
  });
}

/** Whether the layer computes scores one by one: there a query that sees no key gets zeros. */
const isComposed = (
  layer: { readonly dropout: number },
  call: LayerCall,
  query: Written,
): boolean => layer.dropout > 0 || isAsked(call, 'returnAttentionScores') || query.rank !== 3;

function groupQuery(layer: GroupQueryAttention, call: LayerCall): readonly Written[] {
  const [query] = operands(call);
  return headed(call, {
    query: layer._queryDense,
    key: layer._keyDense,
    value: layer._valueDense,
    gate: layer._gateDense,
    output: layer._outputDense,
    heads: layer.numQueryHeads,
    groups: layer.numKeyValueHeads,
    keySize: layer.headDim,
    axes: [1],
    heedsQueryMask: true,
    isZeroed: isComposed(layer, call, query),
    slidingWindow: layer.slidingWindow,
  });
}

export const attention: Rows = {
  ...rows('Attention', scored(scoresOf)),
  ...rows('AdditiveAttention', scored(additiveScores)),
  ...rows('MultiHeadAttention', multiHead),
  ...rows('GroupQueryAttention', groupQuery),
};
