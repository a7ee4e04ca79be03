import type { Nest } from '../../../config/index.js';
import { flattenNest, mapNest, packNest, withOwner } from '../../../config/index.js';
import { Tensor } from '../../../engine/tensor/index.js';

/** Which elements of a tensor count; null if all do. A structure of tensors has a mask for each tensor. */
export type Mask = Nest<Tensor | null>;

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

const isTensorOrNull = (value: unknown): value is Tensor | null =>
  value === null || isTensor(value);

/** The masks that travel with the tensors of a structure; null if there are none. */
export function masksOf(tensors: unknown): Mask | null {
  if (isTensor(tensors)) return tensors.mask ?? null;
  let hasMask = false;
  const masks = mapNest(tensors, isTensor, ({ mask = null }) => {
    if (mask !== null) hasMask = true;
    return mask;
  });
  return hasMask ? masks : null;
}

/** Masks in the order in which `flattenNest` gives their tensors. */
function flatMasks(mask: Mask | null): (Tensor | null)[] {
  return flattenNest(mask, isTensorOrNull);
}

/** `tensor` if that mask travels with it, else another tensor of the same value that it travels with; null for no mask. */
export function withMask(tensor: Tensor, mask: Tensor | null): Tensor {
  if ((tensor.mask ?? null) === mask) return tensor;
  const other = tensor.view(tensor.shape, 0, tensor.id);
  other.origin = tensor.origin;
  if (mask !== null) other.attachMask(mask);
  return other;
}

/** A layer as masks see it. */
export interface MaskedLayer {
  readonly supportsMasking: boolean;
  /** False: the layer heeds the mask, and no layer behind it could need the mask. Default true. */
  readonly losesMask?: boolean;
  computeMask(x: unknown, mask: Mask | null): Mask | null;
}

/**
 * As Keras: `y` with the masks that `computeMask` makes of those of the input, where `call` has not given masks of its own.
 * An output that is the input itself becomes another tensor: the input keeps the mask that it has.
 *
 * @param label gives the layer's name, for messages
 * @param mask the masks of `x`
 */
export function passMasks(
  layer: MaskedLayer,
  label: () => string,
  x: unknown,
  y: unknown,
  mask: Mask | null,
): unknown {
  if (!layer.supportsMasking) {
    // A caller that gives a mask as an argument knows where it goes; one that travels gets lost unnoticed.
    if (layer.losesMask !== false && masksOf(x) !== null) {
      warnOfLostMask(layer, label());
    }
    return y;
  }
  const inputs = flattenNest(x, isTensor);
  const outputs = flattenNest(y, isTensor);
  const hasOwn = (output: Tensor): boolean => output.mask !== undefined && !inputs.includes(output);
  if (outputs.every(hasOwn)) return y;
  const masks = computedMask(layer, label, x, mask);
  if (masks === null) return y;
  const flat = flatMasks(masks);
  const masked = outputs.map((output, i) => {
    const own = flat[i] ?? null;
    if (own === null || hasOwn(output)) return output;
    if (inputs.includes(output)) return withMask(output, own);
    output.attachMask(own);
    return output;
  });
  return packNest(y, isTensor, masked);
}

function computedMask(
  layer: MaskedLayer,
  label: () => string,
  x: unknown,
  mask: Mask | null,
): Mask | null {
  try {
    return layer.computeMask(x, mask);
  } catch (error) {
    throw withOwner(`${label()}: computeMask`, error);
  }
}

const warnedOf = new WeakSet<MaskedLayer>();

/** Says once that the output of a layer has no mask though the input had one, as Keras does. */
function warnOfLostMask(layer: MaskedLayer, label: string): void {
  if (warnedOf.has(layer)) return;
  warnedOf.add(layer);
  // eslint-disable-next-line no-console
  console.warn(
    `lanegrad: ${label} was given input with a mask, but does not pass masks on: what it gives has none, so the ` +
      `later layers, losses and metrics count every element.`,
  );
}
