import type { PartialShape } from '../tensor/index.js';

/**
 * What to do with input of shape `came` where `wanted` is taken: null is any length, and the first axis is the batch.
 * Undefined if the shapes do not tell. Axes that stand in another order are never reshaped, which would mix the numbers.
 */
export function shapeAdvice(came: PartialShape, wanted: PartialShape): string | undefined {
  return transposed(came, wanted) ?? extended(came, wanted) ?? reshaped(came, wanted);
}

/** The axes are those that are wanted, in another order. Of axes of one length those in front come first. */
function transposed(came: PartialShape, wanted: PartialShape): string | undefined {
  if (came.length !== wanted.length) return undefined;
  // The batch axis is the last to be taken for another.
  const left = [...came.keys()].slice(1).concat(0);
  const known = wanted.map((length) => {
    const index = length === null ? -1 : left.findIndex((axis) => came[axis] === length);
    return index < 0 ? length : { axis: left.splice(index, 1)[0] };
  });
  if (known.some((place) => typeof place === 'number')) return undefined;
  left.sort((a, b) => a - b);
  const order = known.map((place) => (typeof place === 'object' ? place?.axis : 0) ?? left.shift());
  const advice = `use x.transpose([${order.join(', ')}])`;
  return order[0] === 0
    ? `The axes stand in another order: ${advice}.`
    : `If axis ${order[0]} counts the samples, ${advice}.`;
}

/** One axis is missing: that of the batch, or the last one that can be. */
function extended(came: PartialShape, wanted: PartialShape): string | undefined {
  const last = wanted.length - 1;
  if (came.length !== last) return undefined;
  const isMissing = (axis: number): boolean =>
    came.every((length, i) => [null, length].includes(wanted[i < axis ? i : i + 1] ?? null));
  let axis = last;
  while (axis > 0 && !isMissing(axis)) axis--;
  const name = axis === last ? -1 : axis;
  const length = wanted[axis] ?? 1;
  const ofBatch = isMissing(0) ? 'For a single sample use x.expandDims(0).' : undefined;
  if (axis === 0) return ofBatch;
  if (length > 1) return ofBatch ?? `The samples lack axis ${name}, of length ${length}.`;
  return `${ofBatch ?? ''} If the samples lack axis ${name}, use x.expandDims(${name}).`.trim();
}

/** The numbers of the samples, or of a single one, are as many as wanted and stand in the wanted order. */
function reshaped(came: PartialShape, wanted: PartialShape): string | undefined {
  const isAlike = came.length === wanted.length;
  const sample = wanted
    .slice(1)
    .map((length, i) => length ?? (isAlike ? came[i + 1] : null) ?? null);
  for (const [count, lengths] of [
    [came[0], came.slice(1)],
    [1, came],
  ] as const) {
    if (isRegrouped(edges(lengths), edges(sample))) {
      return `${count === 1 ? 'For a single sample use' : 'Use'} x.reshape([${[count, ...sample].join(', ')}]).`;
    }
  }
  return undefined;
}

/** How many numbers lie up to the end of each axis, from the last axis on. */
function edges(lengths: PartialShape): number[] {
  let product = 1;
  return [1, ...[...lengths].reverse().map((length) => (product *= length ?? NaN))];
}

/** Whether each axis of one shape is made of whole neighbouring axes of the other. */
const isRegrouped = (a: readonly number[], b: readonly number[]): boolean =>
  a.at(-1) === b.at(-1) &&
  (a.every((edge) => b.includes(edge)) || b.every((edge) => a.includes(edge)));
