import { advice } from '../../config/advice.js';
import { ShapeError, ValueError } from '../../errors.js';
import { packByPorts } from '../layers/core/ports.js';
import type { Ports } from '../layers/core/ports.js';
import { formatShape, isStrings, refuseStrings, sameShape } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor, Value } from '../../engine/tensor/index.js';
import type { CompilableModel } from './compilable-model.js';
import type { Loss } from '../losses/loss.js';

/**
 * Refuses inputs that the model cannot use before anything is computed, and makes the weights if there are none.
 *
 * @param expected shapes of the samples that the model takes, if it knows them
 */
export function checkInputs(
  name: string,
  model: CompilableModel,
  ports: Ports,
  x: readonly { readonly name: string; readonly tensor: Value }[],
  expected: readonly PartialShape[],
): void {
  for (const { name: input, tensor } of x) {
    if (tensor.dtype === 'string' && !model.readsStrings)
      refuseStrings(`${name}: model '${model.name}'`);
    if (tensor.shape[0] !== 0) continue;
    throw new ValueError(
      `${name}: ${input} is empty (shape ${formatShape(tensor.shape)}). Give at least one sample.`,
    );
  }
  if (model.inputShape === undefined) {
    const shapes = x.map(({ tensor }): PartialShape => [null, ...tensor.shape.slice(1)]);
    model.build(packByPorts(ports, shapes));
    return;
  }
  x.forEach(({ name: input, tensor }, i) => {
    const shape = expected[i];
    if (shape !== undefined) checkShape(name, model, input, tensor, shape);
  });
}

function checkShape(
  name: string,
  model: CompilableModel,
  input: string,
  x: Value,
  expected: PartialShape,
): void {
  const actual = x.shape.slice(1);
  const known = expected.map((length, axis) => length ?? actual[axis] ?? null);
  if (sameShape(known, actual)) return;
  throw new ShapeError(
    `${name}: model '${model.name}' takes samples of shape ${formatShape(expected)}, but ${input} has shape ` +
      `${formatShape(x.shape)}, that is samples of ${formatShape(actual)}. ` +
      ((isStrings(x) ? undefined : advice()?.onSamples(name, x, [null, ...expected])) ??
        'Change the samples, or the inputShape of the first layer.'),
  );
}

/** How far a probability or a row's sum may be off: float32 rounding of labels that were smoothed or mixed. */
const TOLERANCE = 1e-3;

/** How far a label may be off 0 and 1: GANs learn better from labels with noise. Further out are labels of another kind, as −1 and 2. */
const NOISE = 0.5;

/**
 * Throws if a cross-entropy is to learn from targets that are not probabilities: it would go below 0 and mean nothing.
 *
 * @param name the name of the targets in messages: 'fit: y'
 */
export function checkTargets(name: string, loss: Loss | undefined, y: Tensor): void {
  if (loss?.targets === 'distributions') {
    checkDistributions(name, loss, y);
  } else if (loss?.targets === 'probabilities') {
    checkProbabilities(name, loss, y);
  }
}

/** Rows that are one-hot or another distribution over the classes. */
function checkDistributions(name: string, loss: Loss, y: Tensor): void {
  const classes = y.shape[y.ndim - 1] ?? 1;
  if (y.ndim < 2) return;
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
        `The loss '${loss.name}' takes rows of class probabilities that add up to 1. ` +
        (classes === 1
          ? `For labels 0 and 1 use the loss 'binary_crossentropy'.`
          : `Make them with utils.toCategorical(labels), or choose another loss.`),
    );
  }
}

/** Numbers from 0 to 1, with noise, each on its own. */
function checkProbabilities(name: string, loss: Loss, y: Tensor): void {
  const values = y.data();
  const index = values.findIndex((value) => !(value >= -NOISE && value <= 1 + NOISE));
  if (index < 0) return;
  const sample = Math.floor(index / (y.size / (y.shape[0] ?? 1)));
  throw new ValueError(
    `${name} holds ${String(values[index])} in sample ${sample}. The loss '${loss.name}' takes labels 0 and 1, or ` +
      `probabilities between them, with noise −0.5 to 1.5. Map the labels, or choose another loss.`,
  );
}
