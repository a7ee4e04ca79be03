import { ValueError } from '../../errors.js';
import { countOf } from '../data/batches/index.js';
import type { Batch } from '../data/batches/index.js';
import type { AnyLayer } from '../layers/core/layer.js';
import type { BatchSums } from '../metrics/accumulator.js';
import { differentiate } from '../../engine/ops/control/grad.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import type { CompilableModel } from './compilable-model.js';
import type { Compiled } from './compiled.js';
import { byIndex, measure, fieldsOfBatch, settingFor, metricsUpdater } from './measured.js';
import type { ByIndex, Measured, BatchFields } from './measured.js';
import { ownLogs, packBatch } from './own-steps.js';
import type { OutputsOfBatch } from './output-metrics.js';
import { outputsFor } from './steps.js';
import type { ReadLogs } from './steps.js';

/**
 * Bytes that a captured step of training may take: what is held between two steps. The more a step writes, the less of the
 * program is still in the caches when the next operation is called (measured: 5 ms of 130, where tensors take 106 MB; MobileNetV2 on
 * 16 images of 96 × 96 takes 339 MB, and 10 to 20 % less time than by its layers).
 */
const STEP_BYTES = 1 << 29;

/** What a step computes before anything is changed. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface is not a structure of tensors
type Computed = {
  readonly measured: Measured;
  /** By the positions of the variables; without those that the loss does not depend on. */
  readonly gradients: ByIndex;
};

/**
 * One step of training: the gradient of the loss of a batch, the metrics, one step of the optimizer. Runs in the scope of
 * the caller, whose end frees everything made on the way.
 *
 * @param op 'fit' or 'trainOnBatch', for messages
 * @param variables what is trained
 */
export function trainStep(
  op: string,
  model: CompilableModel,
  batch: Batch,
  variables: readonly Variable[],
): ReadLogs {
  const compiled = model.requireCompiled(op);
  const { steps, readLogs } = compiled;
  const fields = fieldsOfBatch(batch);
  if (model.hasOwnStep('trainStep')) {
    materializeAll(fields);
    compiled.own = ownLogs(op, model, 'trainStep', model.trainStep(packBatch(model, batch)));
  } else if (!steps.replayUse(op, fields, variables)) {
    materializeAll(fields);
    const setting = {
      ...settingFor(model, compiled, compiled.optimizer),
      bytes: STEP_BYTES,
      trained: variables,
    };
    let takes: readonly BatchSums['take'][] = [];
    const step = ([x, y, sampleWeight]: BatchFields): Computed => {
      const found = compute(op, model, compiled, { x, y, sampleWeight }, variables);
      ({ takes } = found);
      return found.computed;
    };
    steps.use(op, fields, setting, step, (results, isLent) => {
      const { measured, gradients } = results as Computed;
      // Weights that the loss does not depend on are left alone.
      const given = variables.map((_, i) => gradients[i] ?? null);
      if (variables.length > 0) requireGradients(op, compiled, given);
      else warnOfFrozen(op, model);
      const take = metricsUpdater(compiled, countOf(batch), measured, takes, isLent);
      return (currentOp, fields) => {
        const { optimizer } = compiled;
        // The gradients of the loss times a factor are those of the loss, times the factor.
        const scaled = given.map((gradient) => gradient && optimizer.scaleLoss(gradient));
        optimizer.apply(scaled, variables);
        take(currentOp, fields);
      };
    });
  }
  return readLogs;
}

/** Writes the elements that were not asked for yet, as layers and metrics may keep tensors longer than what they are made of. */
function materializeAll(fields: BatchFields): void {
  for (const list of fields) for (const tensor of list) tensor?.materialize();
}

/** Gradients, and what loss and metrics take in. */
function compute(
  op: string,
  model: CompilableModel,
  compiled: Compiled,
  batch: Batch,
  variables: readonly Variable[],
): { readonly computed: Computed; readonly takes: readonly BatchSums['take'][] } {
  let outputs: OutputsOfBatch = { yPred: [], y: [], sampleWeight: [] };
  const { value: loss, gradients } = differentiate(
    op,
    () => {
      outputs = outputsFor(op, model, compiled, batch, true);
      const total = compiled.total(op, outputs, model.losses());
      if (total !== undefined) return total;
      throw new ValueError(
        `${op}: there is nothing to minimise: compile the model with a loss, or let a layer add one.`,
      );
    },
    variables.map((variable) => variable.value),
  );
  const { measured, takes } = measure(op, compiled, outputs, loss);
  return { computed: { measured, gradients: byIndex(gradients, (gradient) => gradient) }, takes };
}

const warnedOf = new WeakSet<AnyLayer>();

/** Says once that training has nothing to change, as Keras does. */
function warnOfFrozen(op: string, model: AnyLayer): void {
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
  const names = compiled.losses.all.map(({ name }) => `'${name}'`).join(', ');
  throw new ValueError(
    `${op}: the loss${names === '' ? '' : ` ${names}`} depends on none of the ` +
      `${gradients.length} trainable weights, so there is no gradient. Compute it from yPred by operations that ` +
      `have one (not data(), argmax or comparisons).`,
  );
}
