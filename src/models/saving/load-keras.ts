import { messageOf } from '../../config/brands.js';
import { FormatError, LanegradError, OutOfMemoryError, ValueError } from '../../errors.js';
import { readHdf5 } from '../../formats/hdf5/read.js';
import { isHdf5 } from '../../formats/hdf5/signature.js';
import { isJsonObject } from '../../formats/json.js';
import { readKerasArchive } from '../../formats/keras/archive.js';
import { decodeKerasWeights } from '../../formats/keras/weights.js';
import type { KerasObject } from '../../formats/keras/weights.js';
import { compileConfigOf, isLegacy, readLegacy } from '../../formats/keras/legacy.js';
import { matchObjects } from './match-objects.js';
import { fromTfjsConfig } from '../../formats/tfjs/dialect.js';
import { parseTopology } from '../../formats/keras/topology.js';
import type { Topology } from '../../formats/keras/topology.js';
import { buildSequential } from './build.js';
import { parseCompileConfig } from './compile-config.js';
import type { CustomObjects } from './custom-objects.js';
import { legacyObjects, matchOptimizer, OPTIMIZER } from './keras-weights.js';
import { savedObjects } from './saved-objects.js';
import type { SavedObject } from './saved-objects.js';
import type { Sequential } from '../sequential.js';

/** How a file of Keras's is read. */
export interface KerasLoading {
  readonly compile: boolean;
  readonly customObjects: CustomObjects;
  /** The most bytes that what is compressed may inflate to. */
  readonly maxBytes: number;
}

/** A file of Keras's, of either kind. */
interface KerasFile {
  readonly topology: Topology;
  /** The weights by the paths that `objectsOf` gives. */
  readonly saved: ReadonlyMap<string, KerasObject>;
  readonly objectsOf: (model: Sequential) => SavedObject[];
  readonly compileConfig: unknown;
  readonly optimizer: KerasObject['arrays'] | undefined;
}

/**
 * The model in a `.keras` or a legacy `.h5` file.
 *
 * @throws FormatError for anything else than a file as Keras writes it.
 */
export async function decodeKerasModel(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  { compile, customObjects, maxBytes }: KerasLoading,
): Promise<Sequential> {
  const file = isHdf5(bytes)
    ? await readH5(bytes, label, maxBytes)
    : await readKeras(bytes, label, maxBytes);
  const room = [...file.saved.values()]
    .flatMap(({ arrays }) => arrays)
    .reduce((sum, { data }) => sum + data.length, 0);
  const model = buildSequential(file.topology, { label, room, customObjects });
  try {
    const strict = { skipMismatch: false, byName: false };
    const found = matchObjects(label, file.saved, file.objectsOf(model), strict);
    for (const [weight, { data }] of found) weight.write(data);
    if (compile && isJsonObject(file.compileConfig)) compileAsIn(model, file, customObjects);
    return model;
  } catch (error) {
    model.optimizer?.dispose();
    model.dispose();
    if (!(error instanceof LanegradError) || error instanceof OutOfMemoryError) throw error;
    if (error instanceof FormatError) throw error;
    const message = error.message.startsWith(label) ? error.message : `${label}: ${error.message}`;
    throw new FormatError(message, { cause: error });
  }
}

async function readKeras(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  maxBytes: number,
): Promise<KerasFile> {
  const { config, weights } = await readKerasArchive(bytes, label, maxBytes);
  const saved = await decodeKerasWeights(weights, `${label}: model.weights.h5`, maxBytes);
  const optimizer = saved.get(OPTIMIZER)?.arrays;
  saved.delete(OPTIMIZER);
  return {
    topology: parseTopology(config, label),
    saved,
    objectsOf: (model) => savedObjects(model, true),
    compileConfig: config['compile_config'],
    optimizer,
  };
}

async function readH5(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  maxBytes: number,
): Promise<KerasFile> {
  const root = readHdf5(bytes, label, maxBytes);
  const file = isLegacy(root) ? await readLegacy(root, label) : undefined;
  if (file?.modelConfig === undefined) {
    throw new FormatError(
      `${label}: holds weights, but no model. Make the model and load them with model.loadWeights.`,
    );
  }
  const topology = parseTopology(file.modelConfig, label);
  const isKeras3 = Number.parseInt(file.kerasVersion, 10) >= 3;
  return {
    topology: isKeras3 ? topology : fromOlder(topology, label),
    saved: file.layers,
    objectsOf: legacyObjects,
    compileConfig: compileConfigOf(file.trainingConfig),
    // Keras 2 keeps the state in another order.
    optimizer: isKeras3 ? file.optimizer?.arrays : undefined,
  };
}

/** The words of Keras 2, which TensorFlow.js speaks too. */
function fromOlder(topology: Topology, label: string): Topology {
  const layers = topology.layers.map((layer) => {
    if ('layers' in layer) return fromOlder(layer, label);
    return { ...layer, config: fromTfjsConfig(label, layer.class_name, layer.config) };
  });
  return { ...topology, layers };
}

function compileAsIn(
  model: Sequential,
  { compileConfig, optimizer: state }: KerasFile,
  customObjects: CustomObjects,
): void {
  try {
    model.compile(parseCompileConfig(compileConfig as Record<string, unknown>, customObjects));
  } catch (error) {
    if (error instanceof OutOfMemoryError) throw error;
    // Whatever a config makes a class throw: it came from the file.
    const message = messageOf(error);
    throw new ValueError(
      `how the model is compiled cannot be read: ${message} Or load it with compile: false, and call compile.`,
      { cause: error },
    );
  }
  const { optimizer } = model;
  if (optimizer === undefined || !model.built) return;
  optimizer.build(model.trainableWeights);
  // State that was saved before the first step, or for other weights, is none: as in Keras the optimizer begins anew.
  const found = state === undefined ? undefined : matchOptimizer(optimizer, state);
  for (const [variable, { data }] of found ?? []) variable.write(data);
}
