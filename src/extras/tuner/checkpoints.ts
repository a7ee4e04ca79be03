import { isShapes } from '../../nn/saving/backup.js';
import { encodeBackup, parseBackup } from '../../nn/callbacks/backup-file.js';
import { Callback } from '../../nn/callbacks/callback.js';
import type { EpochLogs } from '../../nn/callbacks/callback.js';
import { fileArray, fileTensors } from '../../nn/data/file-tensors.js';
import { encodeSafetensors, parseSafetensors } from '../../files/formats/safetensors.js';
import { FormatError, ShapeError } from '../../errors.js';
import { optimizersOf } from '../../nn/training/model-optimizers.js';
import { buildThroughout } from '../../nn/training/steps.js';
import type { AnyModel } from '../../nn/models/model.js';
import { isBetter, judgeLogs } from './objective.js';
import type { Sought } from './objective.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** Frees a model and its optimizers. */
export function disposeModel(model: AnyModel): void {
  for (const { optimizer } of optimizersOf(model)) optimizer.dispose();
  model.dispose();
}

/** Keeps the weights of the best epoch. */
export class KeepBest extends Callback {
  /** The weights as a file. */
  best: Bytes | undefined;
  #value = NaN;

  constructor(
    private readonly sought: Sought,
    private readonly trained: AnyModel,
  ) {
    super();
  }

  override onEpochEnd(_epoch: number, logs: EpochLogs): void {
    const { name, direction } = judgeLogs(this.sought, logs, this.trained);
    const value = logs[name] ?? NaN;
    if (!isBetter(direction, value, this.#value)) return;
    this.#value = value;
    this.best = encodeWeights(this.trained);
  }
}

/** Goes on where an earlier trial ended. */
export class GoOn extends Callback {
  constructor(
    private readonly from: Bytes,
    private readonly label: string,
  ) {
    super();
  }

  override async onTrainBegin(): Promise<void> {
    await this.model?.training?.restore(parseBackup(this.from, this.label), this.label);
  }
}

/** Keeps how far a trial came, so that a later one can go on there. */
export class KeepLast extends Callback {
  /** Where training was after the last epoch, as a file. */
  last: Bytes | undefined;

  override async onEpochEnd(): Promise<void> {
    const snapshot = await this.model?.training?.snapshot();
    if (snapshot !== undefined) this.last = encodeBackup(snapshot);
  }
}

const SHAPE = 'lanegrad.inputShape';

function encodeWeights(model: AnyModel): Bytes {
  const arrays = model.weights.map((weight, i) => [`${i}`, fileArray(weight.value)] as const);
  const inputShape = JSON.stringify(model.inputShape ?? null);
  return encodeSafetensors(arrays, { format: 'lanegrad', [SHAPE]: inputShape });
}

/**
 * Gives a model the weights of its best epoch, and makes those that only a first batch makes otherwise.
 *
 * @throws FormatError or ShapeError for a file that is damaged, or of another model.
 */
export function restoreWeights(model: AnyModel, bytes: Bytes, label: string): void {
  const { arrays, metadata } = parseSafetensors(bytes, label);
  const advice = 'It is damaged, or of another model.';
  if (!model.built || model.weights.length !== arrays.size) {
    buildThroughout(model, shapeIn(metadata.get(SHAPE), `${label}: ${advice}`));
  }
  if (model.weights.length !== arrays.size) {
    throw new ShapeError(
      `${label}: holds ${arrays.size} arrays, but the model has ${model.weights.length} weights. ${advice}`,
    );
  }
  const tensors = fileTensors(arrays);
  try {
    model.setWeights(
      model.weights.map((_, i) => {
        const value = tensors[`${i}`];
        if (value === undefined) throw new FormatError(`${label}: has no array '${i}'. ${advice}`);
        return value;
      }),
    );
  } finally {
    for (const value of Object.values(tensors)) value.dispose();
  }
}

function shapeIn(text: string | undefined, complaint: string): unknown {
  try {
    const shape: unknown = JSON.parse(text ?? '');
    if (isShapes(shape)) return shape;
  } catch (error) {
    throw new FormatError(complaint, { cause: error });
  }
  throw new FormatError(complaint);
}
