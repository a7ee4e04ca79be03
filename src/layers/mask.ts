import type { Nest } from '../config/index.js';
import { mapNest } from '../config/index.js';
import { Tensor } from '../tensor/index.js';

/** Which elements of a tensor count; null for all of them. In a structure, one for each tensor. */
export type Mask = Nest<Tensor | null>;

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** The mask that travels with a tensor; null if all of its elements count. */
export function maskOf(tensor: Tensor): Tensor | null {
  const { mask } = tensor;
  return mask === undefined || mask.isDisposed ? null : mask;
}

/** The masks that travel with the tensors of a structure; null if there are none. */
export function masksOf(tensors: unknown): Mask | null {
  if (isTensor(tensors)) return maskOf(tensors);
  let hasMask = false;
  const masks = mapNest(tensors, isTensor, (tensor) => {
    const mask = maskOf(tensor);
    if (mask !== null) hasMask = true;
    return mask;
  });
  return hasMask ? masks : null;
}

/** Lets a mask travel with a tensor. The tensor gets a view of its own on the mask. */
export function attachMask(tensor: Tensor, mask: Tensor): void {
  tensor.mask = mask.alias();
}
