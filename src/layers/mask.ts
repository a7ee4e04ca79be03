import type { Nest } from '../config/index.js';
import { flattenNest, mapNest } from '../config/index.js';
import { Tensor } from '../tensor/index.js';

/** Which elements of a tensor count; null for all of them. In a structure, one for each tensor. */
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
export function flatMasks(mask: Mask | null): (Tensor | null)[] {
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
