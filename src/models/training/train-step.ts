import { isDeclared } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { countOf } from '../../data/batches/index.js';
import type { Batch } from '../../data/batches/index.js';
import type { AnyLayer } from '../../layers/index.js';
import { differentiate } from '../../ops/grad.js';
import type { LogitsFunction, Tensor, Variable } from '../../tensor/index.js';
import type { CompilableModel } from '../compilable-model.js';
import type { Compiled } from './compiled.js';
import { ownLogs, packBatch } from './own-steps.js';
import { outputsFor } from './steps.js';
import type { ReadLogs } from './steps.js';

/**
 * Bytes that a recorded step of training may take: what is held between two steps. The more a step writes, the less of the
 * program is still in the caches when the next operation is called (measured: 5 ms of 130, where tensors take 106 MB).
 */
const STEP_BYTES = 1 << 28;

type ByPlace = Readonly<Record<number, Tensor>>;

/** What a step computes before anything is changed. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface is no structure of tensors
type Computed = {
  readonly loss: Tensor;
  /** The losses of the outputs. */
  readonly values: readonly Tensor[];
  readonly yPred: readonly Tensor[];
  /** The logits of outputs that are probabilities. */
  readonly logits: Readonly<Record<LogitsFunction, ByPlace>>;
  /** By the places of the variables; without those that the loss does not depend on. */
  readonly gradients: ByPlace;
};

/**
 * One step of training: the gradient of the loss of a batch, one step of the optimizer, the metrics. Runs in the scope of
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
  if (model.hasOwnStep('trainStep')) {
    materializeAll([...batch.x, ...batch.y, ...batch.sampleWeight]);
    compiled.own = ownLogs(op, model, 'trainStep', model.trainStep(packBatch(model, batch)));
    return compiled.readLogs;
  }
  const given = [...batch.x, ...batch.y, ...batch.sampleWeight];
  const tensors = given.filter((tensor) => tensor !== undefined);
  const setting = {
    model,
    // An optimizer of somebody else's may keep gradients.
    isOfLibrary: () => isDeclared(compiled.optimizer.constructor),
    parts: () => compiled.losses.all,
    bytes: STEP_BYTES,
    layout: layoutOf(batch),
    trained: variables,
  };
  const { steps } = compiled;
  const change = (computed: Computed, isLent: boolean): ReadLogs =>
    apply(op, model, compiled, batch, variables, computed, isLent);
  const logs = steps.lend(tensors, setting, (computed) => {
    materializeAll([...batch.y, ...batch.sampleWeight]);
    return change(computed as Computed, true);
  });
  if (logs !== undefined) return logs;
  materializeAll(tensors);
  const computed = steps.step(tensors, setting, (x) =>
    compute(op, model, compiled, batchOf(batch, x), variables),
  );
  return change(computed as Computed, false);
}

/** Writes the elements that nobody has asked for yet, as layers and metrics may keep tensors longer than what they are made of. */
function materializeAll(tensors: readonly (Tensor | undefined)[]): void {
  for (const tensor of tensors) tensor?.materialize();
}

/** Says which tensors of a batch are given, as a text. */
function layoutOf({ x, y, sampleWeight }: Batch): string {
  return [x, y, sampleWeight]
    .map((part) => part.map((tensor) => (tensor === undefined ? '-' : 'x')).join(''))
    .join();
}

/** A batch like `batch`, of other tensors. */
function batchOf({ x, y, sampleWeight }: Batch, tensors: readonly Tensor[]): Batch {
  let next = 0;
  const taken = <T extends Tensor | undefined>(part: readonly T[]): T[] =>
    part.map((tensor) => (tensor === undefined ? tensor : (tensors[next++] as T)));
  return { x: taken(x), y: taken(y), sampleWeight: taken(sampleWeight) };
}

/** Loss, outputs and gradients. */
function compute(
  op: string,
  model: CompilableModel,
  compiled: Compiled,
  batch: Batch,
  variables: readonly Variable[],
): Computed {
  let yPred: readonly Tensor[] = [];
  const { value: loss, gradients } = differentiate(
    op,
    () => {
      const outputs = outputsFor(op, model, compiled, batch, true);
      ({ yPred } = outputs);
      const total = compiled.total(op, outputs, model.losses());
      if (total !== undefined) return total;
      throw new ValueError(
        `${op}: there is nothing to minimise: compile the model with a loss, or let a layer add one.`,
      );
    },
    variables.map((variable) => variable.value),
  );
  const logits = (by: LogitsFunction): ByPlace =>
    byPlace(yPred, ({ origin }) =>
      origin?.by === by && !origin.logits.isDisposed ? origin.logits : undefined,
    );
  return {
    loss,
    values: compiled.values,
    yPred,
    logits: { softmax: logits('softmax'), sigmoid: logits('sigmoid') },
    gradients: byPlace(gradients, (gradient) => gradient),
  };
}

function byPlace<T>(list: readonly T[], f: (item: T) => Tensor | undefined): ByPlace {
  const found: Record<number, Tensor> = {};
  list.forEach((item, i) => {
    const tensor = f(item);
    if (tensor !== undefined) found[i] = tensor;
  });
  return found;
}

/** Changes weights and metrics by what was computed. @param isLent whether that is gone afterwards */
function apply(
  op: string,
  model: CompilableModel,
  compiled: Compiled,
  batch: Batch,
  variables: readonly Variable[],
  { loss, values, yPred, logits, gradients }: Computed,
  isLent: boolean,
): ReadLogs {
  // Weights that the loss does not depend on are left alone.
  const given = variables.map((_, i) => gradients[i] ?? null);
  if (variables.length > 0) {
    requireGradients(op, compiled, given);
    compiled.optimizer.apply(given, variables);
  } else warnOfFrozen(op, model);
  const { y, sampleWeight } = batch;
  const outputs = {
    y,
    // Metrics may keep what they are given.
    yPred: yPred.map((tensor, i) => withLogits(isLent ? tensor.clone() : tensor, logits, i)),
    sampleWeight,
  };
  compiled.update(op, loss.item(), countOf(batch), outputs, values);
  return compiled.readLogs;
}

/** An output with its logits, which a copy has lost. */
function withLogits(y: Tensor, { softmax, sigmoid }: Computed['logits'], place: number): Tensor {
  for (const [by, all] of [
    ['softmax', softmax],
    ['sigmoid', sigmoid],
  ] as const) {
    const logits = all[place];
    if (logits !== undefined) y.origin ??= { logits, by };
  }
  return y;
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
