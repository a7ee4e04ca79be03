// A network that goes to Keras and back.
import { tensor } from '../../src/index.js';
import type { models, Tensor } from '../../src/index.js';

export interface Case {
  readonly name: string;
  readonly model: models.Model;
  readonly x: Tensor;
  readonly y: Tensor;
  /** False where the layers draw random numbers, whose state Keras's files do not hold. */
  readonly resumes: boolean;
}

export const SAMPLES = 20;

/** Numbers between −1 and 1 that look random. */
export function numbers(shape: readonly number[], start = 1): Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: count }, (_, i) => Math.sin((i + start) * 12.9898));
  return tensor(values, { shape });
}
