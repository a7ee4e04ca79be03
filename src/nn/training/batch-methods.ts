import { checkBoolean, checkOptions } from '../../config/index.js';
import type { Nest } from '../../config/index.js';
import type { ClassWeight } from '../data/batches/index.js';
import { Tensor, tidy } from '../../engine/tensor/index.js';
import type { Logs } from './compiled.js';
import { toBatch } from './inputs.js';
import type { PartialSamples, SamplesLike } from './types.js';
import type { CompilableModel } from './compilable-model.js';
import {
  knownPrediction,
  predictBatch,
  requireTrainable,
  testStep,
  trainedVariables,
} from './steps.js';
import { trainStep } from './train-step.js';

/** Options of `testOnBatch`. */
export interface TestBatchOptions<ReturnDict extends boolean = boolean> {
  /** A weight for each sample, [n]. For several outputs: weights for all of them, or a list or an object with weights for each. */
  readonly sampleWeight?: PartialSamples;
  /** Whether to return an object of results by name instead of a list. Default false. */
  readonly returnDict?: ReturnDict;
}

/** Options of `trainOnBatch`. */
export interface BatchOptions<
  ReturnDict extends boolean = boolean,
> extends TestBatchOptions<ReturnDict> {
  /** Weight of each class in the loss, for a model with one output. Default 1 for each. */
  readonly classWeight?: ClassWeight | null;
}

/** One step of training on one batch. */
export function trainOnBatch(
  model: CompilableModel,
  x: SamplesLike,
  y: PartialSamples,
  options: BatchOptions,
): Logs {
  checkOptions('trainOnBatch', options, ['sampleWeight', 'classWeight', 'returnDict']);
  checkBoolean('trainOnBatch', 'returnDict', options.returnDict ?? false);
  model.requireCompiled('trainOnBatch');
  requireTrainable('trainOnBatch', model);
  const { sampleWeight } = options;
  const classWeight = options.classWeight ?? undefined;
  return model.activity.measuring('trainOnBatch', () => {
    const readLogs = tidy(() => {
      const given = { x, y, sampleWeight };
      const batch = toBatch('trainOnBatch', 'training', model, given, { classWeight });
      return trainStep('trainOnBatch', model, batch, trainedVariables(model, batch.x));
    });
    return readLogs();
  });
}

/** Loss and metrics on one batch. */
export function testOnBatch(
  model: CompilableModel,
  x: SamplesLike,
  y: PartialSamples,
  options: TestBatchOptions,
): Logs {
  checkOptions('testOnBatch', options, ['sampleWeight', 'returnDict']);
  checkBoolean('testOnBatch', 'returnDict', options.returnDict ?? false);
  model.requireCompiled('testOnBatch');
  const { sampleWeight } = options;
  return model.activity.measuring('testOnBatch', () => {
    const readLogs = tidy(() => {
      const batch = toBatch('testOnBatch', 'measuring', model, { x, y, sampleWeight });
      return testStep('testOnBatch', model, batch);
    });
    return readLogs();
  });
}

/** The outputs for one batch, in the structure of the model's outputs. */
export function predictOnBatch(model: CompilableModel, x: SamplesLike): Nest<Tensor> {
  const op = 'predictOnBatch';
  const known = x instanceof Tensor ? knownPrediction(model, x) : undefined;
  return known ?? tidy(() => predictBatch(op, model, toBatch(op, 'predicting', model, { x })));
}
