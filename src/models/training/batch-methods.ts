import { checkBoolean, checkOptions } from '../../config/index.js';
import type { ClassWeight } from '../../data/batches/index.js';
import { tidy } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { Logs } from './compiled.js';
import { toBatch } from './inputs.js';
import type { CompilableModel } from '../compilable-model.js';
import { predictStep, testStep, trainedVariables, trainStep } from './steps.js';

/** Options of `testOnBatch`. */
export interface TestBatchOptions<ReturnDict extends boolean = boolean> {
  /** One weight a sample, [n]. */
  readonly sampleWeight?: TensorLike | null;
  /** An object of results by name instead of a list. Default false. */
  readonly returnDict?: ReturnDict;
}

/** Options of `trainOnBatch`. */
export interface BatchOptions<
  ReturnDict extends boolean = boolean,
> extends TestBatchOptions<ReturnDict> {
  /** Weight of each class in the loss; default 1. */
  readonly classWeight?: ClassWeight | null;
}

/** One step of training on one batch. */
export function trainOnBatch(
  model: CompilableModel,
  x: TensorLike,
  y: TensorLike | undefined,
  options: BatchOptions,
): Logs {
  checkOptions('trainOnBatch', options, ['sampleWeight', 'classWeight', 'returnDict']);
  checkBoolean('trainOnBatch', 'returnDict', options.returnDict ?? false);
  const compiled = model.requireCompiled('trainOnBatch');
  const { sampleWeight } = options;
  const classWeight = options.classWeight ?? undefined;
  return model.activity.measuring('trainOnBatch', () => {
    tidy(() => {
      const batch = toBatch('trainOnBatch', 'training', model, { x, y, sampleWeight }, classWeight);
      const variablesFor = (inputs: Tensor) => trainedVariables(model, inputs);
      trainStep('trainOnBatch', model, compiled, variablesFor, () => batch);
    });
    return compiled.logs();
  });
}

/** Loss and metrics on one batch. */
export function testOnBatch(
  model: CompilableModel,
  x: TensorLike,
  y: TensorLike | undefined,
  options: TestBatchOptions,
): Logs {
  checkOptions('testOnBatch', options, ['sampleWeight', 'returnDict']);
  checkBoolean('testOnBatch', 'returnDict', options.returnDict ?? false);
  const compiled = model.requireCompiled('testOnBatch');
  const { sampleWeight } = options;
  return model.activity.measuring('testOnBatch', () => {
    tidy(() => {
      const batch = toBatch('testOnBatch', 'measuring', model, { x, y, sampleWeight });
      testStep('testOnBatch', model, compiled, () => batch);
    });
    return compiled.logs();
  });
}

/** The outputs for one batch. */
export function predictOnBatch(model: CompilableModel, x: TensorLike): Tensor {
  return tidy(() => {
    const batch = toBatch('predictOnBatch', 'predicting', model, { x });
    return predictStep(model, () => batch);
  });
}
