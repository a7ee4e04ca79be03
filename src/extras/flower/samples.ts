import { countOf, isBatchIterable } from '../../nn/data/batches/index.js';
import { ValueError } from '../../errors.js';
import type { PartialSamples, SamplesLike, ValidationData } from '../../nn/training/types.js';
import type { AnyModel } from '../../nn/models/model.js';
import { toBatch } from '../../nn/training/inputs.js';
import { tidy } from '../../engine/tensor/index.js';

/** Which of the samples count. */
export interface Counted {
  /** Batches of an iterable at most; default all. */
  readonly steps?: number | null | undefined;
  /** The part that is set aside to validate with. Default 0. */
  readonly validationSplit?: number | undefined;
}

/**
 * How many samples a model has in data: of arrays their length, without what is set aside; of an iterable the rows of its
 * batches, in a pass of its own.
 *
 * @param name the name of the data in messages
 * @throws what `fit` throws for data that are none of the model's.
 */
export async function countSamples(
  name: string,
  model: AnyModel,
  data: ValidationData,
  { steps, validationSplit = 0 }: Counted = {},
): Promise<number> {
  const count = (parts: readonly unknown[]): number => {
    const [x, y, sampleWeight] = parts as [SamplesLike, PartialSamples, PartialSamples];
    return tidy(() => countOf(toBatch(name, 'measuring', model, { x, y, sampleWeight })));
  };
  if (Array.isArray(data)) return Math.floor(count(data) * (1 - validationSplit));
  if (!isBatchIterable(data)) {
    throw new ValueError(`${name} must be [x, y], [x, y, sampleWeight] or an iterable of batches.`);
  }
  let [samples, batches] = [0, 0];
  for await (const batch of data) {
    samples += count(Array.isArray(batch) ? batch : [batch]);
    batches++;
    if (batches === steps) break;
  }
  return samples;
}
