import { ShapeError } from '../../errors.js';
import { formatShape, sameShape } from '../../tensor/index.js';
import type { PartialShape, Shape } from '../../tensor/index.js';
import type { Batch } from './batch.js';

const PARTS = ['x', 'y', 'sampleWeight'] as const;

/** Sees to it that all batches of an iterable are like the first. */
export class AlikeBatches {
  /** Shapes of the samples of the first batch; undefined for a part that it lacks. */
  #first: readonly (Shape | undefined)[] | undefined;

  /**
   * Refuses a batch of other parts, or of samples of another shape, than the first one. Where the model takes samples
   * of any length, only the number of axes must agree.
   *
   * @throws ShapeError naming the part and both shapes.
   */
  check(name: string, batch: Batch, sampleShape: PartialShape | undefined): void {
    const shapes = PARTS.map((part) => batch[part]?.shape.slice(1));
    const first = (this.#first ??= shapes);
    const isVariable = sampleShape?.includes(null) === true;
    PARTS.forEach((part, i) => {
      const [shape, expected] = [shapes[i], first[i]];
      if (shape === undefined && expected === undefined) return;
      if (shape === undefined || expected === undefined) {
        throw new ShapeError(
          `${name} has ${shape === undefined ? 'no' : 'a'} ${part}, the first batch has ` +
            `${expected === undefined ? 'none' : 'one'}. All batches must have the same parts.`,
        );
      }
      const agrees = isVariable ? shape.length === expected.length : sameShape(shape, expected);
      if (agrees) return;
      throw new ShapeError(
        `${name} has ${part} with samples of shape ${formatShape(shape)}, in the first batch they have ` +
          `${formatShape(expected)}. All batches must agree.`,
      );
    });
  }
}
