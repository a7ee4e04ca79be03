import { ShapeError } from '../../../errors.js';
import { formatShape, sameShape } from '../../../engine/tensor/index.js';
import type { NamedSamples } from '../../data/batches/index.js';
import type { Shape } from '../../../engine/tensor/index.js';

/** Sees to it that all batches of an iterable are like the first. */
export class AlikeBatches {
  /** Shapes of the samples of the first batch, by the names of its tensors. */
  #first: ReadonlyMap<string, Shape> | undefined;

  /**
   * Refuses a batch of other parts, or of samples of another shape, than the first one. Where the model takes samples
   * of any length, only the number of axes must agree.
   *
   * @throws ShapeError naming the part and both shapes.
   */
  check(batchName: string, samples: readonly NamedSamples[], isVariable: boolean): void {
    const shapes = new Map<string, Shape>();
    for (const { name, tensor } of samples) {
      if (tensor !== undefined) shapes.set(name, tensor.shape.slice(1));
    }
    const first = (this.#first ??= shapes);
    for (const name of new Set([...first.keys(), ...shapes.keys()])) {
      const [shape, expected] = [shapes.get(name), first.get(name)];
      if (shape === undefined || expected === undefined) {
        throw new ShapeError(
          `${batchName} has ${shape === undefined ? 'no' : 'a'} ${name}, the first batch has ` +
            `${expected === undefined ? 'none' : 'one'}. All batches must have the same parts.`,
        );
      }
      const agrees = isVariable ? shape.length === expected.length : sameShape(shape, expected);
      if (agrees) continue;
      throw new ShapeError(
        `${batchName} has ${name} with samples of shape ${formatShape(shape)}, in the first batch they have ` +
          `${formatShape(expected)}. All batches must agree.`,
      );
    }
  }
}
