// A network that goes to Keras and back.
import { Input, layers, optimizers, Sequential, Tensor, tensor } from '../../../src/index.js';
import type { models } from '../../../src/index.js';
import type { Nest } from '../../../src/config/index.js';

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
  /** Whether predictions differ each time. */
  readonly draws?: boolean;
  /** What the weights are quantized to after training. */
  readonly quantized?: 'int8' | 'float16';
}

export const SAMPLES = 20;

export const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Numbers between −1 and 1 that look random. */
export function numbers(shape: readonly number[], start = 1): Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: count }, (_, i) => Math.sin((i + start) * 12.9898));
  return tensor(values, { shape });
}

/** Layers between an input of that sample shape and a Dense of two outputs. */
export function layerCase(
  name: string,
  sample: readonly number[],
  stack: readonly layers.Layer[],
  resumes = true,
): Case {
  const model = new Sequential([
    Input({ shape: sample }),
    ...stack,
    new layers.Flatten(),
    new layers.Dense(2),
  ]);
  model.compile({
    optimizer: new optimizers.SGD({ learningRate: 0.05, momentum: 0.9 }),
    loss: 'mse',
  });
  const x = numbers([SAMPLES, ...sample]);
  return { name, model, x, y: numbers([SAMPLES, 2], 5000), resumes };
}

/** The classes that a namespace exports under names of their own. */
export function classesOf<T>(
  namespace: object,
  base: abstract new (...args: never[]) => T,
): [string, new (...args: unknown[]) => T][] {
  return Object.entries(namespace).filter(
    ([, value]) => (value as { prototype?: unknown }).prototype instanceof base,
  ) as [string, new (...args: unknown[]) => T][];
}
