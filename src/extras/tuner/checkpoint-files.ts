import { fileArray, fileTensors } from '../../nn/data/file-tensors.js';
import { encodeSafetensors, parseSafetensors } from '../../files/formats/safetensors.js';
import { FormatError, ShapeError } from '../../errors.js';
import { isShapes } from '../../nn/saving/backup.js';
import { buildThroughout } from '../../nn/training/steps.js';
import type { AnyModel } from '../../nn/models/model.js';

// Weights of models as files. Only searches of models load this.

type Bytes = Uint8Array<ArrayBuffer>;

const SHAPE = 'lanegrad.inputShape';

/** The weights of a model as a file. */
export function encodeWeights(model: AnyModel): Bytes {
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
