import { advice } from '../../config/advice.js';
import { ShapeError, ValueError } from '../../errors.js';
import { packParts } from '../layers/core/parts.js';
import type { Ports } from '../layers/core/parts.js';
import { formatShape, isStrings, refuseStrings, sameShape } from '../../engine/tensor/index.js';
import type { PartialShape, Value } from '../../engine/tensor/index.js';
import type { CompilableModel } from './compilable-model.js';

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
  for (const { name: part, tensor } of x) {
    if (tensor.dtype === 'string' && !model.readsStrings)
      refuseStrings(`${name}: model '${model.name}'`);
    if (tensor.shape[0] !== 0) continue;
    throw new ValueError(
      `${name}: ${part} is empty (shape ${formatShape(tensor.shape)}). Give at least one sample.`,
    );
  }
  if (model.inputShape === undefined) {
    const shapes = x.map(({ tensor }): PartialShape => [null, ...tensor.shape.slice(1)]);
    model.build(packParts(ports, shapes));
    return;
  }
  x.forEach(({ name: part, tensor }, i) => {
    const shape = expected[i];
    if (shape !== undefined) checkShape(name, model, part, tensor, shape);
  });
}

function checkShape(
  name: string,
  model: CompilableModel,
  part: string,
  x: Value,
  expected: PartialShape,
): void {
  const actual = x.shape.slice(1);
  const known = expected.map((length, axis) => length ?? actual[axis] ?? null);
  if (sameShape(known, actual)) return;
  throw new ShapeError(
    `${name}: model '${model.name}' takes samples of shape ${formatShape(expected)}, but ${part} has shape ` +
      `${formatShape(x.shape)}, that is samples of ${formatShape(actual)}. ` +
      ((isStrings(x) ? undefined : advice()?.onSamples(name, x, [null, ...expected])) ??
        'Change the samples, or the inputShape of the first layer.'),
  );
}
