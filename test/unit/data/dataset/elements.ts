import { Dataset } from '../../../../src/data.js';
import type { Element } from '../../../../src/data.js';
import { memory, Tensor } from '../../../../src/engine/tensor/index.js';
import type { NestedArray } from '../../../../src/engine/tensor/index.js';

/** The values of an element; frees it. */
export function valuesOf(element: Element): NestedArray | NestedArray[] {
  if (element instanceof Tensor) {
    const values = element.toArray();
    element.dispose();
    return values;
  }
  // Of a list of tensors; other forms have tests of their own.
  return (element as readonly Tensor[]).map((part) => valuesOf(part));
}

/** The values of all elements of a pass, or of the first ones. */
export async function collect(dataset: Dataset, limit = Infinity): Promise<unknown[]> {
  const seen: unknown[] = [];
  if (limit === 0) return seen;
  for await (const element of dataset) {
    seen.push(valuesOf(element));
    if (seen.length === limit) break;
  }
  return seen;
}

/** 0 … n − 1, one number an element; a tensor each. */
export function count(n: number): Dataset<Tensor> {
  return Dataset.fromGenerator(() => Array.from({ length: n }, (_, i) => i));
}

/** The same as rows of a tensor. */
export function rows(n: number): Dataset<Tensor> {
  return Dataset.fromTensors(Float32Array.from({ length: n }, (_, i) => i));
}

/** What tensors take up now. */
export function held(): { tensors: number; bytes: number } {
  const { tensors, bytes } = memory();
  return { tensors, bytes };
}
