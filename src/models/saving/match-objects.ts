import type { FileArray } from '../../formats/elements.js';
import { FormatError, ShapeError, ValueError } from '../../errors.js';
import type { SavedObject } from './saved-objects.js';
import { formatShape, sameShape } from '../../tensor/index.js';
import type { Variable } from '../../tensor/index.js';
import type { KerasObject } from '../../formats/keras/weights.js';
import type { Assignment, MatchOptions } from './match-weights.js';

/**
 * Finds the arrays of each layer in a file of Keras's: under the layer's path, whatever the layer is called; or with
 * `byName` under its name, wherever it stands. Layers that have no weights need none.
 *
 * @param label the file, for messages
 * @throws ValueError for layers that are missing on one side, or have another number of weights; ShapeError for a
 * shape that is not the weight's; FormatError for numbers of another kind.
 */
export function matchObjects(
  label: string,
  saved: ReadonlyMap<string, KerasObject>,
  objects: readonly SavedObject[],
  options: MatchOptions,
): Assignment[] {
  const { byName, skipMismatch } = options;
  const withWeights = objects.filter(({ variables }) => variables.length > 0);
  const byLayer = [...saved.values()].filter(({ arrays }) => arrays.length > 0);
  const found = withWeights.flatMap((object) => {
    const match = byName ? layerNamed(label, byLayer, object) : saved.get(object.path);
    return match === undefined ? [] : [[object, match] as const];
  });
  const layers = (list: readonly Pick<KerasObject, 'path' | 'name'>[]): string =>
    list.map(({ path, name }) => name ?? path).join(', ') || 'none';
  if (byName ? found.length === 0 && withWeights.length > 0 : !skipMismatch) {
    if (byName || found.length < withWeights.length || found.length < byLayer.length) {
      throw new ValueError(
        `${label}: its layers with weights (${layers(byLayer)}) are not those of the model (${layers(withWeights)}). ` +
          (byName
            ? 'Give layers the names that they had.'
            : 'Load into a model of the same layers, or by name with byName: true.'),
      );
    }
  }
  return found.flatMap(([object, { arrays }]) => matchObject(label, object, arrays, skipMismatch));
}

/** The layer of that name; of several, as models inside of a model may have, the one that stands in the same place. */
function layerNamed(
  label: string,
  saved: readonly KerasObject[],
  { name, path }: SavedObject,
): KerasObject | undefined {
  const called = saved.filter((object) => object.name === name);
  const match = called.length > 1 ? called.find((object) => object.path === path) : called[0];
  if (match !== undefined || called.length === 0) return match;
  throw new ValueError(
    `${label}: ${called.length} of its layers are called '${name}' (${called.map((object) => object.path).join(', ')}), ` +
      `none of them in the place of the model's (${path}). Load without byName into a model of the same layers.`,
  );
}

function matchObject(
  label: string,
  { name, variables }: SavedObject,
  arrays: readonly FileArray[],
  skipMismatch: boolean,
): Assignment[] {
  if (arrays.length !== variables.length) {
    if (skipMismatch) return [];
    throw new ValueError(
      `${label}: holds ${arrays.length} weights of layer '${name}', which has ${variables.length}. Load into a model ` +
        `of the same layers, or leave such layers alone with skipMismatch: true.`,
    );
  }
  return variables.flatMap((variable, i) => {
    const array = arrays[i];
    if (array === undefined) return [];
    const fitting = fittingArray(label, variable, array, skipMismatch);
    return fitting === undefined ? [] : [[variable, fitting] as const];
  });
}

function fittingArray(
  label: string,
  { path, shape, dtype }: Variable,
  array: FileArray,
  skipMismatch: boolean,
): FileArray | undefined {
  const fits = sameShape(shape, array.shape);
  // The file keeps bools as bytes.
  const isBool = dtype === 'bool' && array.dtype === 'uint8' && array.data.every((x) => x < 2);
  if (fits && (dtype === array.dtype || isBool)) return { ...array, dtype };
  if (skipMismatch) return undefined;
  const problem =
    `${label}: the weight '${path}' has shape ${formatShape(shape)} and dtype ${dtype}, but the file's array has ` +
    `shape ${formatShape(array.shape)} and dtype ${array.dtype}.`;
  if (fits) throw new FormatError(problem);
  throw new ShapeError(
    `${problem} Load into a model of the same layers, or leave such weights alone with skipMismatch: true.`,
  );
}
