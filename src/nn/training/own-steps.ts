// Steps of a model's own: the methods of `Model` that a subclass overrides, and what the loops do with them.
import { describeValue } from '../../config/describe-value.js';
import {
  classNameOf,
  flattenNest,
  isPlainObject,
  isPromise,
  isWritten,
  naming,
} from '../../config/index.js';
import type { Nest } from '../../config/index.js';
import type { Batch } from '../data/batches/index.js';
import { ValueError } from '../../errors.js';
import { packInputs, packByPorts, flattenByPorts, portsOf } from '../layers/core/ports.js';
import { isValue, Tensor } from '../../engine/tensor/index.js';
import type { Value } from '../../engine/tensor/index.js';
import type { CompilableModel } from './compilable-model.js';
import type { Logs } from './compiled.js';
import type { StepBatch, StepOutputs } from './types.js';
import type { OutputsOfBatch } from './output-metrics.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

const PROMISED =
  'it returned a Promise: a step must not be async, as all that it computes is freed when it returns';

/** Whether a step was async. What becomes of it is ignored. */
function isAsync(result: unknown): boolean {
  if (!isPromise(result)) return false;
  result.then(undefined, () => undefined);
  return true;
}

/** The methods of `Model` that a subclass may override to work in its own way. */
type Steps = Pick<
  CompilableModel,
  'trainStep' | 'testStep' | 'predictStep' | 'computeLoss' | 'computeMetrics'
>;

function isOwn(model: Steps, base: Steps, name: keyof Steps): boolean {
  // A class that was patched works in its own way as well.
  return model[name] !== base[name] || !isWritten(base, base[name]);
}

/** Whether a model has a step of its own, or what the built-in step is made of; the methods of `base` are the built-in ones. */
export function hasOwnStep(
  model: Steps,
  base: Steps,
  step: 'trainStep' | 'testStep' | 'predictStep',
): boolean {
  if (isOwn(model, base, step)) return true;
  if (step === 'predictStep') return false;
  return isOwn(model, base, 'computeLoss') || isOwn(model, base, 'computeMetrics');
}

/** A batch in the structures of the model. */
export function packBatch(model: CompilableModel, { x, y, sampleWeight }: Batch): StepBatch {
  const ports = model.outputPorts ?? model.compiled?.outputs;
  const pack = (tensors: readonly (Value | undefined)[]): never =>
    (ports === undefined || tensors.length <= 1
      ? tensors[0]
      : packByPorts(ports, tensors)) as never;
  return { x: packInputs(model, x) as Tensor, y: pack(y), sampleWeight: pack(sampleWeight) };
}

/** What a model made of a batch, as lists in the order of its outputs. */
function flatOutputs(
  op: string,
  model: CompilableModel,
  { y, yPred, sampleWeight }: StepOutputs<unknown, unknown>,
): OutputsOfBatch {
  const compiled = model.requireCompiled(op);
  const predicted = flattenNest(yPred, isTensor);
  if (predicted.length === 0) {
    throw new ValueError(
      `${op}: yPred must be what the model gives for x, got ${describeValue(yPred)}. Call it with { x, y, yPred }.`,
    );
  }
  const ports = model.outputPorts ?? compiled.outputs ?? portsOf(yPred);
  if (compiled.outputs === undefined) compiled.bind(ports);
  const flat = (what: string, value: unknown): (Tensor | undefined)[] =>
    value === undefined || value === null
      ? []
      : (flattenByPorts(`${op}: ${what}`, ports, value, { isComplete: false }) as Tensor[]);
  return {
    yPred: predicted,
    y: flat('y', y),
    sampleWeight: flat('sampleWeight', sampleWeight),
  };
}

/** The loss of a batch, with what layers add. @throws ValueError if there is no such layer. */
export function lossOfBatch(
  op: string,
  model: CompilableModel,
  outputs: StepOutputs<unknown, unknown>,
): Tensor {
  const total = model
    .requireCompiled(op)
    .total(op, flatOutputs(op, model, outputs), model.losses());
  if (total !== undefined) return total;
  throw new ValueError(
    `${op}: there is nothing to minimise: compile the model with a loss, or let a layer add one.`,
  );
}

/** Takes a batch into loss and metrics, and gives their results over the batches so far. */
export function measureBatch(
  op: string,
  model: CompilableModel,
  outputs: StepOutputs<unknown, unknown>,
  loss: number,
): Logs {
  const compiled = model.requireCompiled(op);
  const count = flattenNest(outputs.x, isValue)[0]?.shape[0] ?? 1;
  compiled.update(op, loss, count, flatOutputs(op, model, outputs));
  return compiled.results();
}

/**
 * The results of a step of a model's own, as numbers.
 *
 * @throws ValueError, naming the method, for something else than numbers by name.
 */
export function ownLogs(
  op: string,
  model: CompilableModel,
  step: 'trainStep' | 'testStep',
  logs: unknown,
): Logs {
  const refuse = (what: string): ValueError =>
    new ValueError(
      `${op}: ${step} of ${classNameOf(model)} '${model.name}' must return its results by name, numbers or tensors of one ` +
        `element, such as { loss: 0.5 }; ${what}.`,
    );
  if (isAsync(logs)) throw refuse(PROMISED);
  if (!isPlainObject(logs) || Object.keys(logs).length === 0) {
    throw refuse(`it returned ${describeValue(logs)}`);
  }
  const results = Object.entries(logs).map(([name, value]) => {
    if (typeof value === 'number') return [name, value] as const;
    if (value instanceof Tensor && value.size === 1) {
      const owner = `${op}: ${step} of ${classNameOf(model)} '${model.name}': '${name}'`;
      return [name, naming(owner, () => value.item())] as const;
    }
    throw refuse(`'${name}' is ${describeValue(value)}`);
  });
  return Object.fromEntries(results) as unknown as Logs;
}

/** What `predictStep` of a model's own gave. @throws ValueError for something else than tensors. */
export function ownPrediction(op: string, model: CompilableModel, y: unknown): Nest<Tensor> {
  if (flattenNest(y, isTensor).length > 0) return y as Nest<Tensor>;
  const what = isAsync(y) ? PROMISED : `it returned ${describeValue(y)}`;
  throw new ValueError(
    `${op}: predictStep of ${classNameOf(model)} '${model.name}' must return a tensor, or a list or an object of tensors; ` +
      `${what}.`,
  );
}
