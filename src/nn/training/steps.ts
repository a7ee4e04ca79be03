import { flattenNest, mapNest } from '../../config/index.js';
import type { Nest } from '../../config/index.js';
import { countOf } from '../data/batches/index.js';
import type { Batch } from '../data/batches/index.js';
import { ValueError } from '../../errors.js';
import { isShape, isSymbolic } from '../layers/core/symbolic-tensor.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { layersWithin } from '../layers/core/inner-layers.js';
import { blank, isOfScope, Tensor, tidy } from '../../engine/tensor/index.js';
import { neighbouringRows } from '../../engine/ops/linalg/products/batch-rows.js';
import type { Value, Variable } from '../../engine/tensor/index.js';
import type { CompilableModel } from './compilable-model.js';
import { isPort, packInputs, portsOf } from '../layers/core/ports.js';
import type { Compiled, Logs } from './compiled.js';
import type { BatchSums } from '../metrics/accumulator.js';
import { measure, fieldsOfBatch, settingFor, metricsUpdater } from './measured.js';
import type { Measured, BatchFields } from './measured.js';
import type { OutputsOfBatch } from './output-metrics.js';
import { ownLogs, ownPrediction, packBatch } from './own-steps.js';

// A step takes a batch and gives what reads the results so far: to read them costs more than a small step, and only
// some callbacks ask.

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Reads the loss and metrics of the batches so far. */
export type ReadLogs = () => Logs;

/**
 * The weights that training changes, once all of them exist: those of layers inside of layers are made by a
 * first sample, before a gradient with respect to them is asked for.
 */
export function trainedVariables(model: CompilableModel, x: readonly Value[]): readonly Variable[] {
  const isOwn = model.hasOwnStep('trainStep');
  if (!unbuilt.has(model) && !isBuiltThroughout(model)) {
    const states = new Map(model.ownMetrics().map((metric) => [metric, metric.getState()]));
    try {
      tidy(() => {
        const sample = x.map((value) => neighbouringRows(value, 0, 1));
        model.apply(packInputs(model, sample));
      });
      for (const layer of layersWithin(model)) if (!layer.built) leftOut.add(layer);
    } catch (error) {
      // A step of its own may call other parts of the model, or give them something else than x.
      if (!isOwn) throw error;
      unbuilt.add(model);
    } finally {
      // The sample is none of the batches that layers measure.
      for (const metric of model.ownMetrics()) {
        const state = states.get(metric);
        if (state !== undefined) metric.setState(state);
        else if (!states.has(metric)) metric.resetState();
      }
    }
  }
  // A step of its own finds its weights itself.
  return isOwn ? [] : model.trainableWeights;
}

/** Models that do not run on their samples, and whose steps build them. */
const unbuilt = new WeakSet<CompilableModel>();

/** Layers that no sample reaches, such as the dropout of attention that computes its scores in one kernel. */
const leftOut = new WeakSet<AnyLayer>();

/** @throws ValueError, naming it, if a layer is quantized that training would have to change. */
export function requireTrainable(op: string, model: CompilableModel): void {
  const layer = layersWithin(model).find(
    ({ trainable, ownWeights }) => trainable && ownWeights.some(({ quantized }) => quantized),
  );
  if (layer === undefined) return;
  const mode = layer.ownWeights.find(({ quantized }) => quantized)?.quantized?.mode ?? '';
  throw new ValueError(
    `${op}: layer '${layer.name}' of model '${model.name}' is quantized (${mode}), and quantized weights cannot be trained. ` +
      `Train first and quantize then; load a quantized file with { quantized: 'unpack' }; or set trainable = false for the ` +
      `layer to train the others.`,
  );
}

/** Makes the weights that are made only by a first batch otherwise, for input of that batch shape. */
export function buildThroughout(model: CompilableModel, inputShape: unknown): void {
  if (!model.built) model.build(inputShape);
  tidy(() => {
    // An axis of unknown length may have any.
    const ports = flattenNest(model.inputPorts?.structure, isPort);
    const usual = model.layers[0]?.readsStrings === true ? 'string' : 'float32';
    const samples = flattenNest(inputShape, isShape).map((shape, i) => {
      const sample = [1, ...shape.slice(1).map((length) => length ?? 1)];
      const port = ports[i];
      return blank(sample, isSymbolic(port) ? port.dtype : usual);
    });
    trainedVariables(model, samples);
  });
}

function isBuiltThroughout(layer: AnyLayer): boolean {
  return (layer.built || leftOut.has(layer)) && layer.subLayers().every(isBuiltThroughout);
}

/** What the model makes of the inputs of a batch, each output with what belongs to it. */
export function outputsFor(
  op: string,
  model: CompilableModel,
  compiled: Compiled,
  { x, y, sampleWeight }: Batch,
  training: boolean,
): OutputsOfBatch {
  const result: unknown = model.apply(packInputs(model, x), { training });
  const yPred = result instanceof Tensor ? [result] : flattenNest(result, isTensor);
  if (compiled.outputs === undefined) compiled.bind(model.outputPorts ?? portsOf(result));
  if (y.length > 0 && y.length !== yPred.length) {
    throw new ValueError(
      `${op}: y has ${y.length === 1 ? 'one tensor' : `${y.length} tensors`}, but model '${model.name}' gives ` +
        `${yPred.length} outputs. Give targets of the same structure.`,
    );
  }
  return { y, yPred, sampleWeight };
}

/**
 * Bytes that a captured prediction may take, or a step of `evaluate`, so that four shapes of a model hold no more than a few
 * times the weights of a large one. ResNet50 takes 20 MB for an image of 224 × 224, and 10 % less time than by its layers; MobileNetV2
 * takes 171 MB for eight, and 15 % less time (measured).
 */
const PREDICTION_BYTES = 1 << 28;

/**
 * The loss and the metrics of a batch, without training, replayed if that was captured. Runs in the scope of the caller.
 *
 * @param op 'evaluate', 'testOnBatch' or what validates, for messages
 */
export function testStep(op: string, model: CompilableModel, batch: Batch): ReadLogs {
  const compiled = model.requireCompiled(op);
  const { testSteps, readLogs } = compiled;
  const fields = fieldsOfBatch(batch);
  if (model.hasOwnStep('testStep')) {
    compiled.own = ownLogs(op, model, 'testStep', model.testStep(packBatch(model, batch)));
  } else if (!testSteps.replayUse(op, fields)) {
    const setting = { ...settingFor(model, compiled), bytes: PREDICTION_BYTES };
    let takes: readonly BatchSums['take'][] = [];
    const step = ([x, y, sampleWeight]: BatchFields): Measured => {
      const outputs = outputsFor(op, model, compiled, { x, y, sampleWeight }, false);
      const loss = compiled.total(op, outputs, model.losses());
      const found = measure(op, compiled, outputs, loss);
      ({ takes } = found);
      return found.measured;
    };
    testSteps.use(op, fields, setting, step, (measured, isLent) =>
      metricsUpdater(compiled, countOf(batch), measured as Measured, takes, isLent),
    );
  }
  return readLogs;
}

/**
 * What the model makes of a batch, in the structure of its outputs. Runs in the scope of the caller; the tensors can be
 * taken out of it.
 */
function predictStep(op: string, model: CompilableModel, batch: Batch): Nest<Tensor> {
  const x = packInputs(model, batch.x);
  const given: unknown = model.hasOwnStep('predictStep')
    ? ownPrediction(op, model, model.predictStep(x))
    : model.apply(x, { training: false });
  // What is held elsewhere as well, such as a weight or the input, must not be given away.
  const isOwn = (y: Tensor): boolean => isOfScope(y) && !y.storage.isShared;
  if (given instanceof Tensor) return isOwn(given) ? given : given.clone();
  const seen = new Set<Tensor>();
  return mapNest(given, isTensor, (y) => {
    const isFirst = !seen.has(y);
    seen.add(y);
    return isFirst && isOwn(y) ? y : y.clone();
  });
}

/** The outputs for one tensor, where a step for its shape was captured: the tensor was checked then. */
export function knownPrediction(model: CompilableModel, x: Tensor): Nest<Tensor> | undefined {
  return model.predictions.replay([[x]]);
}

/** What `predictStep` makes of a batch, replayed if it was captured. */
export function predictBatch(op: string, model: CompilableModel, batch: Batch): Nest<Tensor> {
  const { predictions } = model;
  const inputs = [batch.x] as const;
  const replayed = predictions.replay(inputs);
  if (replayed !== undefined) return replayed;
  if (model.hasOwnStep('predictStep')) return predictStep(op, model, batch);
  return predictions.step(inputs, { model, bytes: PREDICTION_BYTES }, ([x]) =>
    predictStep(op, model, { ...batch, x }),
  );
}
