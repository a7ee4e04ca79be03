import { mean, variance } from '../../engine/ops/index.js';
import type { Tensor } from '../../engine/tensor/index.js';

/** Mean and variance (divided by n) of data that come in batches, for each place along some axes. */
export class MomentsOfBatches {
  /** Elements seen for each place. */
  count = 0;
  mean: Float64Array = new Float64Array();
  variance: Float64Array = new Float64Array();

  /** Adds a float32 batch; `axes` are those that keep their places, the same each time. */
  add(x: Tensor, axes: readonly number[]): void {
    const others = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const count = others.reduce((product, axis) => product * (x.shape[axis] ?? 1), 1);
    if (count === 0) return;
    const means = mean(x, others).data();
    const variances = variance(x, others).data();
    if (this.count === 0) {
      this.mean = new Float64Array(means.length);
      this.variance = new Float64Array(means.length);
    }
    this.count += count;
    const share = count / this.count;
    // Of parts with shares s and 1 - s: s var₁ + (1 - s) var₂ + s (1 - s) (mean₁ - mean₂)².
    for (let i = 0; i < means.length; i++) {
      const [oldMean, oldVariance] = [this.mean[i] ?? 0, this.variance[i] ?? 0];
      const step = (means[i] ?? 0) - oldMean;
      this.mean[i] = oldMean + share * step;
      this.variance[i] =
        oldVariance + share * ((variances[i] ?? 0) - oldVariance + (1 - share) * step ** 2);
    }
  }
}
