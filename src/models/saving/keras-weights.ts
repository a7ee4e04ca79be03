import { fileArray } from '../../data/file-tensors.js';
import { readHdf5 } from '../../formats/hdf5/read.js';
import { isHdf5 } from '../../formats/hdf5/signature.js';
import { readKerasArchive } from '../../formats/keras/archive.js';
import { encodeKerasWeights, readKerasWeights } from '../../formats/keras/weights.js';
import type { KerasObject } from '../../formats/keras/weights.js';
import { isLegacy, readLegacy } from '../../formats/keras/legacy.js';
import { matchObjects } from './match-objects.js';
import type { Assignment, MatchOptions } from './match-weights.js';
import type { Optimizer } from '../../optimizers/optimizer.js';
import { sameShape } from '../../tensor/index.js';
import type { Model } from '../model.js';
import { savedObjects } from './saved-objects.js';
import type { SavedObject } from './saved-objects.js';

/** The path of the optimizer in files. */
export const OPTIMIZER = 'optimizer';

/** The model's weights, and the state of its optimizer, as a `.weights.h5` file, in pieces. */
export function encodeModelWeights(
  owner: string,
  model: Model,
  includeOptimizer: boolean,
): Uint8Array<ArrayBuffer>[] {
  const { optimizer } = model;
  const objects: SavedObject[] = savedObjects(model);
  if (optimizer !== undefined && includeOptimizer) {
    objects.push({ path: OPTIMIZER, name: optimizer.name, variables: optimizer.variables });
  }
  const arrays = objects.map(({ path, name, variables }): KerasObject => {
    return { path, name, arrays: variables.map(({ value }) => fileArray(value)) };
  });
  return encodeKerasWeights(owner, arrays);
}

/**
 * Finds the model's weights in a `.weights.h5` file, in a legacy `.h5` file or in a `.keras` file; and the state of
 * the optimizer, where it is the model's: that of a model that was trained, or loaded, with such an optimizer.
 */
export async function matchModelWeights(
  model: Model,
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  options: MatchOptions & { readonly maxBytes: number },
): Promise<Assignment[]> {
  const { maxBytes } = options;
  const file = isHdf5(bytes) ? bytes : (await readKerasArchive(bytes, label, maxBytes)).weights;
  const root = readHdf5(file, label, maxBytes);
  if (isLegacy(root)) {
    return matchObjects(
      label,
      (await readLegacy(root, label)).layers,
      legacyObjects(model),
      options,
    );
  }
  const saved = await readKerasWeights(root);
  const state = saved.get(OPTIMIZER);
  saved.delete(OPTIMIZER);
  const { optimizer } = model;
  const isTrained = optimizer?.isBuilt === true && state !== undefined && !options.byName;
  return [
    ...matchObjects(label, saved, objectsIn(saved, model), options),
    ...(isTrained ? (matchOptimizer(optimizer, state.arrays) ?? []) : []),
  ];
}

/** The model's layers under the paths that the file has for them. */
function objectsIn(saved: ReadonlyMap<string, KerasObject>, model: Model): SavedObject[] {
  const asRead = savedObjects(model, true);
  return asRead.every(({ path }) => saved.has(path)) ? asRead : savedObjects(model);
}

/** The state of an optimizer, if it is that optimizer's. */
export function matchOptimizer(
  { variables }: Optimizer,
  arrays: KerasObject['arrays'],
): Assignment[] | undefined {
  const found = variables.flatMap((variable, i) => {
    const array = arrays[i];
    const fits =
      array !== undefined &&
      sameShape(array.shape, variable.shape) &&
      array.dtype === variable.dtype;
    return fits ? [[variable, array] as const] : [];
  });
  return found.length === variables.length && arrays.length === variables.length
    ? found
    : undefined;
}

/** The layers that have weights, as legacy files count them, their weights in the order of these files. */
export function legacyObjects(model: Model): SavedObject[] {
  return model.layers
    .filter(({ weights }) => weights.length > 0)
    .map((layer, i) => ({
      path: String(i),
      name: layer.name,
      variables: [...layer.trainableWeights, ...layer.nonTrainableWeights],
    }));
}
