import type {
  AdvisedCall,
  AdvisedInput,
  AdvisedLayer,
  AdvisedSamples,
} from '../../../config/advice.js';
import type { PartialShape } from '../../../engine/tensor/index.js';
import { InputLayer } from '../input-layer.js';

// What a shape that does not fit, or what made it, tells of the remedy. Axes that stand in another order are never
// reshaped, which would mix the numbers.

/** What to do with input that a layer does not take; null is any length. */
export function adviceOnInput(given: AdvisedInput, wanted: PartialShape): string | undefined {
  const { shape } = given;
  if (shape.length === wanted.length) return transposed(shape, wanted) ?? flattened(shape, wanted);
  const makers = makersOf(given);
  for (const { layer, rank } of makers ?? []) {
    if (layer.returnSequences === false && rank === shape.length + 1) {
      return `Layer '${layer.name}' returns only its last step: set returnSequences: true there.`;
    }
    if (rank !== shape.length) break;
  }
  if (makers === undefined) {
    const orAll =
      wanted.length > 2 ? ' A recurrent layer gives all steps with returnSequences: true.' : '';
    const found = extended(shape, wanted);
    return found && found + orAll;
  }
  if (makers.length > 0 || shape.length !== wanted.length - 1) return undefined;
  // What the axes mean tells their number: steps and features, or pixels and channels.
  const sample = shape.slice(1).join(', ');
  return `An axis is missing: give the shape ${wanted.length === 3 ? `[steps, ${sample}] or ` : ''}[${sample}, 1].`;
}

/** Numbers of a row that are written out. */
const SHOWN = 6;

/** What to do with samples that a model does not take; null is any length. */
export function adviceOnSamples(
  method: string,
  samples: AdvisedSamples,
  wanted: PartialShape,
): string | undefined {
  const { shape } = samples;
  const [size = 0] = shape;
  if (shape.length === 1 && wanted.length === 2 && [size, null].includes(wanted[1] ?? null)) {
    const numbers: unknown[] = Array.from(samples.data()).slice(0, SHOWN);
    if (size > SHOWN) numbers.push('…');
    const row = `[[${numbers.join(', ')}]]`;
    return `A single sample is a row of a batch: ${method === 'predict' ? `predict(${row})` : row}.`;
  }
  return transposed(shape, wanted) ?? extended(shape, wanted) ?? reshaped(shape, wanted);
}

/** A layer that an input comes through. */
interface Maker {
  readonly layer: AdvisedLayer;
  /** Number of axes of what the layer was given, the batch axis among them. */
  readonly rank: number | undefined;
}

/** The layers that an input comes through, the last one first: none if a program states its shape, undefined if data have it. */
function makersOf({ node, layer, stack }: AdvisedInput): readonly Maker[] | undefined {
  if (node !== undefined) return callsBefore(node);
  if (layer === undefined || stack === undefined) return undefined;
  const index = stack.indexOf(layer);
  const below = index < 0 ? stack : stack.slice(0, index);
  if (below.length === 0 && layer.batchInputShape === undefined) return undefined;
  return below
    .filter((each) => !(each instanceof InputLayer))
    .map((each) => ({ layer: each, rank: (each.inputShape as PartialShape | undefined)?.length }))
    .reverse();
}

function callsBefore(node: AdvisedCall): Maker[] {
  const makers: Maker[] = [];
  for (let at = node; ;) {
    const [input] = at.inputs;
    if (input === undefined) return makers;
    makers.push({ layer: at.layer, rank: input.shape.length });
    at = input.node;
  }
}

/** Each sample holds as many numbers as the last axis wants. */
function flattened(came: PartialShape, wanted: PartialShape): string | undefined {
  const size = wanted.at(-1) ?? 0;
  if (came.length < 3 || edges(came.slice(1)).at(-1) !== size) return undefined;
  return `Flatten the samples: put layers.Flatten() before, or use x.reshape([-1, ${size}]).`;
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
  if (known.some((match) => typeof match === 'number')) return undefined;
  left.sort((a, b) => a - b);
  const order = known.map((match) => (typeof match === 'object' ? match?.axis : 0) ?? left.shift());
  const advice = `use x.transpose([${order.join(', ')}])`;
  return order[0] === 0
    ? `The axes are in a different order: ${advice}.`
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
