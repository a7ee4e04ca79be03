import type { BatchMaker } from '../../data/batches/index.js';
import { ValueError } from '../../errors.js';
import type { Layer } from '../../layers/index.js';
import { differentiate } from '../../ops/grad.js';
import { isOfScope, tidy, zeros } from '../../tensor/index.js';
import type { PartialShape, Tensor, Variable } from '../../tensor/index.js';
import type { Compiled } from './compiled.js';

/**
 * The weights that training changes, once all of them exist: those of layers inside of layers are made by a
 * first sample, before a gradient with respect to them is asked for.
 */
export function trainedVariables(model: Layer, x: Tensor): readonly Variable[] {
  if (!isBuiltThroughout(model)) {
    tidy(() => model.apply(x.view([1, ...x.shape.slice(1)])));
  }
  return model.trainableWeights;
}

/** Makes the weights that are made only by a first batch otherwise, for input of that batch shape. */
export function buildThroughout(model: Layer, inputShape: PartialShape): void {
  if (!model.built) model.build(inputShape);
  // An axis of unknown length may have any.
  const sample = inputShape.slice(1).map((length) => length ?? 1);
  tidy(() => trainedVariables(model, zeros([1, ...sample])));
}

function isBuiltThroughout(layer: Layer): boolean {
  return layer.built && layer.subLayers().every(isBuiltThroughout);
}

/**
 * One step of training: the gradient of the loss of a batch, one step of the optimizer, the metrics.
 * Everything made on the way is freed at its end.
 *
 * @param op 'fit' or 'trainOnBatch', for messages
 * @param variablesFor what is trained, given the first inputs
 */
export function trainStep(
  op: string,
  model: Layer,
  compiled: Compiled,
  variablesFor: (x: Tensor) => readonly Variable[],
  makeBatch: BatchMaker,
): void {
  tidy(() => {
    const { x, y, sampleWeight } = makeBatch();
    const variables = variablesFor(x);
    let yPred: Tensor | undefined;
    const { value, gradients } = differentiate(
      op,
      () => {
        yPred = model.apply(x, { training: true });
        const total = compiled.total(op, y, yPred, sampleWeight, model.losses());
        if (total !== undefined) return total;
        throw new ValueError(
          `${op}: there is nothing to minimise: compile the model with a loss, or let a layer add one.`,
        );
      },
      variables.map((variable) => variable.value),
    );
    // Weights that the loss does not depend on are left alone.
    const given = gradients.map((gradient) => gradient ?? null);
    if (variables.length > 0) {
      requireGradients(op, compiled, given);
      compiled.optimizer.apply(given, variables);
    } else warnOfFrozen(op, model);
    if (yPred !== undefined) {
      compiled.update(value.item(), x.shape[0] ?? 1, y, yPred, sampleWeight);
    }
  });
}

const warnedOf = new WeakSet<Layer>();

/** Says once that training has nothing to change, as Keras does. */
function warnOfFrozen(op: string, model: Layer): void {
  if (warnedOf.has(model)) return;
  warnedOf.add(model);
  // eslint-disable-next-line no-console
  console.warn(
    `lanegrad: ${op}: model '${model.name}' has no trainable weights, so training does not change them.`,
  );
}

/** Without a single gradient training would do nothing, in silence. */
function requireGradients(
  op: string,
  compiled: Compiled,
  gradients: readonly (Tensor | null)[],
): void {
  if (gradients.some((gradient) => gradient !== null)) return;
  throw new ValueError(
    `${op}: the loss${compiled.loss === undefined ? '' : ` '${compiled.loss.name}'`} depends on none of the ` +
      `${gradients.length} trainable weights, so there is no gradient. Compute it from yPred by operations that ` +
      `have one (not data(), argmax or comparisons).`,
  );
}

/** The loss and the metrics of a batch, without training. */
export function testStep(
  op: string,
  model: Layer,
  compiled: Compiled,
  makeBatch: BatchMaker,
): void {
  tidy(() => {
    const { x, y, sampleWeight } = makeBatch();
    const yPred = model.apply(x, { training: false });
    const loss = compiled.total(op, y, yPred, sampleWeight, model.losses());
    compiled.update(loss?.item() ?? 0, x.shape[0] ?? 1, y, yPred, sampleWeight);
  });
}

/** What the model makes of a batch. The result belongs to the caller. */
export function predictStep(model: Layer, makeBatch: BatchMaker): Tensor {
  return tidy(() => {
    const y = model.apply(makeBatch().x, { training: false });
    // What somebody else holds as well, such as a weight or the input, must not be given away.
    return isOfScope(y) && !y.storage.isShared ? y : y.clone();
  });
}
