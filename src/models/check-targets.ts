import { ValueError } from '../errors.js';
import type { Loss } from '../losses/loss.js';
import { CategoricalCrossentropy } from '../losses/categorical-crossentropy.js';
import { CategoricalFocalCrossentropy } from '../losses/categorical-focal-crossentropy.js';
import type { Tensor } from '../tensor/index.js';

/** How far a row's sum may be from 1: float32 rounding of labels that were smoothed or mixed. */
const TOLERANCE = 1e-3;

/**
 * Throws if a categorical loss is to learn from rows that are neither one-hot nor another distribution over
 * the classes: it would go below 0 and mean nothing.
 *
 * @param name how messages call the targets: 'fit: y'
 */
export function checkDistributions(name: string, loss: Loss | undefined, y: Tensor): void {
  const isCategorical =
    loss instanceof CategoricalCrossentropy || loss instanceof CategoricalFocalCrossentropy;
  const classes = y.shape[y.ndim - 1] ?? 1;
  if (!isCategorical || y.ndim < 2 || classes < 2) return;
  const values = y.data();
  for (let start = 0; start < values.length; start += classes) {
    let sum = 0;
    let least = 0;
    for (let i = start; i < start + classes; i++) {
      const value = values[i] ?? 0;
      sum += value;
      least = Math.min(least, value);
    }
    if (Math.abs(sum - 1) <= TOLERANCE && least >= -TOLERANCE) continue;
    throw new ValueError(
      `${name}: row ${start / classes} is not one-hot: [${Array.from(values.slice(start, start + classes)).join(', ')}]. ` +
        `The loss '${loss.name}' takes rows of class probabilities that add up to 1. Make them with ` +
        `utils.toCategorical(labels), or choose another loss.`,
    );
  }
}
