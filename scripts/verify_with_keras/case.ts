// A network that goes to Keras and back.
import { Tensor, tensor } from '../../src/index.js';
import type { models } from '../../src/index.js';
import type { Nest } from '../../src/config/index.js';

export interface Case {
  readonly name: string;
  readonly model: models.AnyModel;
  /** Of several inputs a list or an object. */
  readonly x: Nest<Tensor>;
  /** Of several outputs a list or an object; undefined for a model that is not trained. */
  readonly y: Nest<Tensor> | undefined;
  readonly sampleWeight?: Nest<Tensor>;
  /** False where the layers draw random numbers, whose state Keras's files do not hold. */
  readonly resumes: boolean;
}

export const SAMPLES = 20;

export const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Numbers between −1 and 1 that look random. */
export function numbers(shape: readonly number[], start = 1): Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: count }, (_, i) => Math.sin((i + start) * 12.9898));
  return tensor(values, { shape });
}
