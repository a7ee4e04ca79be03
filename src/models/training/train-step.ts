import { isDeclared } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { countOf } from '../../data/batches/index.js';
import type { Batch } from '../../data/batches/index.js';
import type { AnyLayer } from '../../layers/index.js';
import type { BatchSums } from '../../metrics/accumulator.js';
import { differentiate } from '../../ops/grad.js';
import type { LogitsFunction, Tensor, Variable } from '../../tensor/index.js';
import type { CompilableModel } from '../compilable-model.js';
import type { Compiled } from './compiled.js';
import { ownLogs, packBatch } from './own-steps.js';
import type { OutputsOfBatch } from './output-metrics.js';
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
  /** The sums that metrics take in. */
  readonly sums: readonly (readonly Tensor[])[];
  /** By the places of the variables; without those that the loss does not depend on. */
  readonly gradients: ByPlace;
  /** What metrics are given that say of no sums; none if there are no such. */
  readonly outputs: readonly Outputs[];
};

/** What the model made of a batch, by the places of the outputs, with what belongs to these. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface is no structure of tensors
type Outputs = {
  readonly yPred: readonly Tensor[];
  /** The logits of outputs that are probabilities. */
  readonly logits: Readonly<Record<LogitsFunction, ByPlace>>;
  readonly y: ByPlace;
  readonly sampleWeight: ByPlace;
};

/** The parts of a batch. */
type Parts = readonly [Batch['x'], Batch['y'], Batch['sampleWeight']];

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
  const parts = [batch.x, batch.y, batch.sampleWeight] as const;
  if (model.hasOwnStep('trainStep')) {
    materializeAll(parts);
    compiled.own = ownLogs(op, model, 'trainStep', model.trainStep(packBatch(model, batch)));
  } else if (!steps.repeatUse(parts, variables)) {
    materializeAll(parts);
    const setting = {
      model,
      // An optimizer of somebody else's may keep gradients.
      isOfLibrary: () =>
        isDeclared(compiled.optimizer.constructor) && !Object.hasOwn(compiled.optimizer, 'apply'),
      parts: () => [...compiled.losses.all, ...compiled.withSums],
      methods: () => [
        [compiled.optimizer, 'apply'] as const,
        ...compiled.withSums.map((metric) => [metric, 'updateState'] as const),
      ],
      bytes: STEP_BYTES,
      trained: variables,
    };
    let takes: BatchSums['take'][] = [];
    const step = ([x, y, sampleWeight]: Parts): Computed => {
      const { computed, found } = compute(op, model, compiled, { x, y, sampleWeight }, variables);
      takes = found.map(({ take }) => take);
      return computed;
    };
    steps.use(parts, setting, step, (computed, isLent) =>
      change(op, model, compiled, batch, variables, computed as Computed, takes, isLent),
    );
  }
  return readLogs;
}

/** Writes the elements that nobody has asked for yet, as layers and metrics may keep tensors longer than what they are made of. */
function materializeAll(parts: Parts): void {
  for (const part of parts) for (const tensor of part) tensor?.materialize();
}

/** Loss, outputs and gradients, and the sums that metrics take in. */
function compute(
  op: string,
  model: CompilableModel,
  compiled: Compiled,
  batch: Batch,
  variables: readonly Variable[],
): { readonly computed: Computed; readonly found: readonly BatchSums[] } {
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
  const { values } = compiled;
  const found = compiled.sumsOf(op, outputs);
  const computed = {
    loss,
    values,
    sums: found.map(({ sums }) => sums),
    gradients: byPlace(gradients, (gradient) => gradient),
    outputs: compiled.hasOthers ? [keptOf(outputs)] : [],
  };
  return { computed, found };
}

function keptOf({ yPred, y, sampleWeight }: OutputsOfBatch): Outputs {
  const logits = (by: LogitsFunction): ByPlace =>
    byPlace(yPred, ({ origin }) =>
      origin?.by === by && !origin.logits.isDisposed ? origin.logits : undefined,
    );
  return {
    yPred,
    logits: { softmax: logits('softmax'), sigmoid: logits('sigmoid') },
    y: byPlace(y, (tensor) => tensor),
    sampleWeight: byPlace(sampleWeight, (tensor) => tensor),
  };
}

function byPlace<T>(list: readonly T[], f: (item: T) => Tensor | undefined | null): ByPlace {
  const found: Record<number, Tensor> = {};
  list.forEach((item, i) => {
    const tensor = f(item);
    if (tensor) found[i] = tensor;
  });
  return found;
}

/**
 * What changes weights and metrics by what was computed.
 *
 * @param isLent whether other results are in these tensors each time that it is done
 */
function change(
  op: string,
  model: CompilableModel,
  compiled: Compiled,
  batch: Batch,
  variables: readonly Variable[],
  { loss, values, sums, gradients, outputs }: Computed,
  takes: readonly BatchSums['take'][],
  isLent: boolean,
): () => void {
  // Weights that the loss does not depend on are left alone.
  const given = variables.map((_, i) => gradients[i] ?? null);
  if (variables.length > 0) requireGradients(op, compiled, given);
  else warnOfFrozen(op, model);
  const { optimizer } = compiled;
  const update = isLent
    ? optimizer.prepare(given, variables)
    : () => {
        optimizer.apply(given, variables);
      };
  const samples = countOf(batch);
  const found = takes.map((take, i) => ({ take, sums: sums[i] ?? [] }));
  const own = (tensor: Tensor): Tensor => (isLent ? tensor.clone() : tensor);
  return () => {
    update();
    compiled.take(loss.item(), samples, values, found);
    for (const { yPred, logits, y, sampleWeight } of outputs) {
      // Metrics may keep what they are given.
      compiled.updateOthers(op, {
        yPred: yPred.map((tensor, i) => withLogits(own(tensor), logits, i)),
        y: yPred.map((_, i) => y[i] && own(y[i])),
        sampleWeight: yPred.map((_, i) => sampleWeight[i] && own(sampleWeight[i])),
      });
    }
  };
}

/** An output with its logits, which a copy has lost. */
function withLogits(y: Tensor, { softmax, sigmoid }: Outputs['logits'], place: number): Tensor {
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
