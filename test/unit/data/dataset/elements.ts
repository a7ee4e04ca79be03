import { Dataset } from '../../../../src/data/index.js';
import type { Element } from '../../../../src/data/index.js';
import { memory, Tensor } from '../../../../src/tensor/index.js';
import type { NestedArray } from '../../../../src/tensor/index.js';

/** The values of an element; frees it. */
export function valuesOf(element: Element): NestedArray | NestedArray[] {
  const parts = element instanceof Tensor ? [element] : element;
  const values = parts.map((part) => part.toArray());
  for (const part of parts) part.dispose();
  const [first = NaN] = values;
  return element instanceof Tensor ? first : values;
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
