// Layers that stand in a file of their own, without a model: those of a class that is `isSavedAlone`.
import { checkDeclared, checkOptions, isSerializedObject, messageOf } from '../../config/index.js';
import { printable } from '../../config/describe-value.js';
import type { Config } from '../../config/index.js';
import { FormatError, LanegradError, OutOfMemoryError, ValueError } from '../../errors.js';
import { encodeKerasFile } from '../../files/formats/keras/file.js';
import type { KerasFile } from '../../files/formats/keras/file.js';
import { encodeKerasWeights } from '../../files/formats/keras/weights.js';
import { withFileWeights } from '../layers/core/weights-room.js';
import { roomFor } from './room.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { layerRegistry, serializeLayer } from '../layers/registry.js';
import { resolveTarget } from '../../files/locations/target.js';
import type { Target } from '../../files/locations/target.js';
import { writeFile } from '../../files/locations/write.js';
import { assetsOf, restoreStored, writtenObject } from './keras-weights.js';
import { matchObjects } from './match.js';
import { WRITE_OPTIONS } from '../training/file-options.js';
import type { SaveLayerOptions } from '../training/file-options.js';
import { requireRestorable } from './restorable.js';
import { savedObjects } from './saved-layers.js';

/** A layer that is saved without a model. */
export interface SavedAlone extends AnyLayer {
  /** What Keras's file says of how the layer was built. */
  getBuildConfig(): Config;
}

/** What `save` of a layer does that is saved without a model. */
export async function saveLayer(
  layer: SavedAlone,
  target: Target,
  options: SaveLayerOptions = {},
): Promise<void> {
  checkOptions('save', options, ['overwrite']);
  checkDeclared('save', WRITE_OPTIONS, options);
  requireRestorable(layer);
  const resolved = resolveTarget('save', target);
  const { location } = resolved;
  const isPath = location !== undefined && resolved.store === undefined;
  if (isPath && !/\.keras$/i.test(location)) {
    throw new ValueError(
      `save: '${location}' must end in .keras, the format of ${layer.name} alone.`,
    );
  }
  const arrays = savedObjects(layer).map((object) => writtenObject(object));
  const bytes = await encodeKerasFile(
    // A public class of Keras's is not registered.
    { ...serializeLayer(layer), registered_name: null, build_config: layer.getBuildConfig() },
    encodeKerasWeights('save', arrays),
    assetsOf(layer),
  );
  await writeFile('save', resolved, bytes, `${layer.name}.keras`);
}

/** Whether a file holds such a layer, of a class that is known. */
export function isSavedAlone({ model }: KerasFile): boolean {
  const type = isSerializedObject(model) ? layerRegistry.find(model) : undefined;
  return (type as { readonly isSavedAlone?: boolean } | undefined)?.isSavedAlone === true;
}

/**
 * Refuses layers in another order than the file's: JavaScript puts keys of objects that are numbers first, and paths count layers in
 * the order of the keys.
 */
function requireOrder(label: string, layer: AnyLayer, { objects }: KerasFile): void {
  for (const { path, name, variables, keeping } of savedObjects(layer)) {
    const other = objects.get(path)?.name;
    const hasState = variables.length > 0 || keeping !== undefined;
    // What lies deeper is made by its layer.
    const isInside = path.split('/').length === 2;
    if (!isInside || !hasState || other === undefined || other === name) continue;
    throw new FormatError(
      `${label}: at '${path}' it has layer '${printable(other)}', but by the config '${printable(name)}' stands there. Names that ` +
        `are numbers have another order in JavaScript: give features other names.`,
    );
  }
}

/** The layer that a file holds. @throws FormatError for what its class refuses, and for weights that are not the layer's. */
export function decodeKerasLayer(file: KerasFile, label: string): AnyLayer {
  const most = [...file.objects.values()]
    .flatMap(({ arrays }) => arrays)
    .reduce((sum, { data }) => sum + data.length, 0);
  const refuse = (): FormatError =>
    new FormatError(`${label}: a layer needs more weights than the ${most} numbers of the file.`);
  let layer: AnyLayer | undefined;
  try {
    const made = withFileWeights(roomFor(most), refuse, () =>
      layerRegistry.create(file.model as never),
    );
    layer = made;
    requireOrder(label, made, file);
    const strict = { skipMismatch: false, byName: false };
    for (const [weight, { data }] of matchObjects(
      label,
      file.objects,
      savedObjects(made),
      strict,
    )) {
      weight.write(data);
    }
    restoreStored(made, file);
    return made;
  } catch (error) {
    layer?.dispose();
    if (error instanceof OutOfMemoryError || error instanceof FormatError) throw error;
    // Whatever a config makes a class throw: it came from the file.
    const message = error instanceof LanegradError ? error.message : messageOf(error);
    throw new FormatError(message.startsWith(label) ? message : `${label}: ${message}`, {
      cause: error,
    });
  }
}
