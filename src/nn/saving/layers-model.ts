import { classNameOf } from '../../config/index.js';
import type { AnyLayer } from '../layers/core/layer.js';
import type { Variable } from '../../engine/tensor/index.js';
import { Model } from '../models/model.js';
import { withinScope } from '../../config/custom-tables.js';
import type { Config } from '../../config/index.js';
import { FormatError, LanegradError, ValueError } from '../../errors.js';
import { checkModelLocation } from '../../files/formats/names.js';
import { toKeras2Ports } from '../../files/formats/tfjs/dialect.js';
import {
  encodeModelFile,
  encodeShard,
  parseLayersModel,
} from '../../files/formats/tfjs/layers-model.js';
import type { DescribedModel } from '../../files/formats/tfjs/layers-model.js';
import { lengthOfArray } from '../../files/formats/tfjs/manifest.js';
import type { ModelArray } from '../../files/formats/tfjs/manifest.js';
import { OperationLayer } from '../layers/operation-layer.js';
import type { ModelFiles } from '../../files/locations/model-source.js';
import { writeModelFiles } from '../../files/locations/model-target.js';
import type { ResolvedTarget } from '../../files/locations/target.js';
import { formatShape, sameShape } from '../../engine/tensor/index.js';
import type { CompilableModel } from '../training/compilable-model.js';
import type { AnyModel } from '../models/model.js';
import { Sequential } from '../models/sequential.js';
import { buildFromFile } from './build.js';
import type { Loading } from './build.js';
import { assignArray, modelArray, pendingWeight, quantizableWeights } from './quantize.js';
import type { TfjsQuantization } from './quantize.js';
import { requireNoAssets } from './saved-layers.js';
import { fromTrainingConfig, toTrainingConfig } from './training-config.js';

/** Layers whose inner layer leaves its name out: `lstm/kernel`, not `lstm/lstm_cell/kernel`. */
const NAMELESS_INSIDE: ReadonlySet<string> = new Set([
  'ConvLSTM2D',
  'GRU',
  'LSTM',
  'RNN',
  'SimpleRNN',
  'TimeDistributed',
]);

/** Segments that a name of a layer may have, between `/`. */
const MAX_SEGMENTS = 8;

/** What TensorFlow.js, and Keras 2, call a weight of a layer. */
const nameOfWeight = (layer: AnyLayer, { name }: Variable): string =>
  classNameOf(layer).startsWith('DepthwiseConv') && name === 'kernel' ? 'depthwise_kernel' : name;

/** What TensorFlow.js calls the weights of a model: by their layers, without the models. */
export function tfjsNames(model: AnyLayer): Map<Variable, string> {
  const names = new Map<Variable, string>();
  const visit = (layer: AnyLayer, scope: string): void => {
    for (const weight of layer.ownWeights) {
      names.set(weight, `${scope}/${nameOfWeight(layer, weight)}`);
    }
    const className = classNameOf(layer);
    layer.subLayers().forEach((inside, i) => {
      if (layer instanceof Model) visit(inside, inside.name);
      else if (NAMELESS_INSIDE.has(className)) visit(inside, scope);
      else if (className === 'StackedRNNCells') visit(inside, `${scope}/RNNCell_${i}`);
      else visit(inside, `${scope}/${inside.name}`);
    });
  };
  visit(model, model.name);
  return names;
}

/** The layers of a model and of the models in it, also of one that a layer holds, as TimeDistributed may. */
function leavesOf(model: AnyLayer): readonly AnyLayer[] {
  return model.subLayers().flatMap((layer) => (holdsModel(layer) ? leavesOf(layer) : [layer]));
}

const holdsModel = (layer: AnyLayer): boolean =>
  layer instanceof Model || layer.subLayers().some(holdsModel);

/**
 * `sequential/dense/kernel`, as Python writes it, and `dense/kernel` → `dense/kernel`. Of layers inside a layer the names are
 * left out, since each of the writers has its own: `lstm/lstm_cell/kernel` → `lstm/kernel`. In their order they agree.
 *
 * @param layers names of the layers of the model
 */
function nameInLayer(path: string, layers: ReadonlySet<string>): string {
  const segments = path.split('/');
  const before = segments.slice(0, -1);
  // A '/' in the name of a layer is '_' here.
  const named = (from: number): string | undefined =>
    Array.from({ length: Math.min(MAX_SEGMENTS, before.length - from) }, (_, i) =>
      before.slice(from, from + i + 1).join('_'),
    ).findLast((name) => layers.has(name));
  const start = before.findIndex((_, i) => named(i) !== undefined);
  return `${named(start === -1 ? before.length : start) ?? before.at(-1) ?? ''}/${segments.at(-1) ?? ''}`;
}

/**
 * Writes the model as a layers-model.
 *
 * @param quantize how weights of two and more axes are stored; undefined: as they are
 * @throws ValueError for what TensorFlow.js has no words for, and for weights that cannot be quantized.
 */
export async function saveLayersModel(
  model: CompilableModel,
  resolved: ResolvedTarget,
  quantize?: TfjsQuantization,
): Promise<void> {
  if (resolved.location !== undefined) checkFolder(resolved.location);
  const described = describeModel(model);
  const names = tfjsNames(model);
  const taken = new Set<string>();
  const twice = leavesOf(model).find(
    ({ name, weights }) => weights.length > 0 && (taken.has(name) || !taken.add(name)),
  );
  if (twice !== undefined) {
    throw new ValueError(
      `save: model '${model.name}' has two layers called '${twice.name}' in the models inside, or one in two of them, and ` +
        `TensorFlow.js's format identifies weights only by the names of their layers. Give each layer a unique name, or save the ` +
        `model as .keras.`,
    );
  }
  const weights = inFileOrder(model).map(
    (weight) => [names.get(weight) ?? weight.path, modelArray(weight, quantize)] as const,
  );
  const compiled = model.optimizer === undefined ? undefined : model.requireCompiled('save');
  const outputNames = toKeras2Ports(described.outputLayers).map(([layer]) => layer);
  const trainingConfig =
    compiled === undefined ? undefined : toTrainingConfig(compiled, outputNames);
  await writeModelFiles('save', resolved, encodeShard(weights), (shard) =>
    encodeModelFile({ ...described, trainingConfig }, weights, shard),
  );
}

/** The weights of a model: first those that are trained, or would be if they were not quantized. */
function inFileOrder(model: CompilableModel): Variable[] {
  const trained = new Set(model.trainableWeights);
  const isFirst = (weight: Variable): boolean =>
    trained.has(weight) || (weight.quantized !== undefined && weight.trainable);
  const { weights } = model;
  return [...weights.filter(isFirst), ...weights.filter((weight) => !isFirst(weight))];
}

function checkFolder(location: string): void {
  checkModelLocation('save', location);
  if (!/\.json$/i.test(location)) return;
  throw new ValueError(
    `save: '${location}' is a file, but a model is a folder of two files. Give the path of the folder.`,
  );
}

/** The layers in Keras's words, those of a Sequential with the input in the first. */
function describeModel(model: CompilableModel): Omit<DescribedModel, 'trainingConfig'> {
  const { name } = model;
  const inputShape: unknown = model.inputShape;
  if (!model.built || inputShape === undefined) {
    throw new ValueError(
      `save: model '${name}' is not built, so it has no weights yet. Give the first layer inputShape, or ` +
        `call build([null, …]).`,
    );
  }
  requireNoAssets(
    'save',
    model,
    `for which TensorFlow.js's format has no place. Save the model as .keras. A vocabulary that is given as the option 'vocabulary' ` +
      `stands in the config, and can be saved.`,
  );
  for (const layer of leavesOf(model)) {
    if ('holdsGraph' in layer.constructor) {
      throw new ValueError(
        `save: model '${name}' holds the graph of a file as layer '${layer.name}', and TensorFlow.js's format knows layers alone. ` +
          `Save the model as .keras, which lanegrad reads.`,
      );
    }
    if (!(layer instanceof OperationLayer)) continue;
    throw new ValueError(
      `save: model '${name}' holds the operation '${layer.name}' (${layer.operationName}), and TensorFlow.js's format knows ` +
        `layers alone. Use a layer instead, such as layers.Add for x.add(y), or save the model as .keras.`,
    );
  }
  const config = model.getConfig();
  const layers = config['layers'] as DescribedModel['layers'];
  if (model instanceof Sequential) return { name, layers, inputShape };
  return {
    name,
    layers,
    inputLayers: config['input_layers'],
    outputLayers: config['output_layers'],
  };
}

/** The model in the files of a layers-model, of which the JSON is parsed. */
export async function loadLayersModel(
  files: ModelFiles,
  json: Readonly<Record<string, unknown>>,
  { compile, scope, maxBytes, quantized }: Loading,
): Promise<AnyModel> {
  const { label } = files;
  const read = (name: string): Promise<Uint8Array<ArrayBuffer>> => files.read(name);
  const file = await parseLayersModel(json, read, label, maxBytes);
  const room = [...file.weights.values()].reduce((sum, array) => sum + lengthOfArray(array), 0);
  const keepsQuantized = quantized === 'keep';
  const model = withinScope(scope, () => buildFromFile(file.topology, label, room, pendingWeight));
  try {
    if (!model.built) {
      throw new FormatError(`${label}: has no layers, or its first layer no batch_input_shape.`);
    }
    assignWeights(model, file.weights, label, keepsQuantized);
  } catch (error) {
    model.dispose();
    throw error;
  }
  if (compile && file.described.trainingConfig !== undefined) {
    const { trainingConfig } = file.described;
    withinScope(scope, () => {
      compileAsIn(trainingConfig, model);
    });
  }
  file.words.warn();
  return model;
}

/** By name: files put the weights of all layers that are trained first, models go layer by layer. */
function assignWeights(
  model: AnyModel,
  arrays: ReadonlyMap<string, ModelArray>,
  label: string,
  keepsQuantized: boolean,
): void {
  const leaves = [...new Set(leavesOf(model))];
  const names = new Set(leaves.map(({ name }) => name));
  // Files that were made of models of Keras 3 have its names.
  const ofKeras3 = new Map(
    leaves.flatMap((layer) =>
      layer.ownWeights.map((weight) => [
        `${layer.name}/${weight.name}`,
        `${layer.name}/${nameOfWeight(layer, weight)}`,
      ]),
    ),
  );
  const inFile = grouped([...arrays], ([path]) => {
    const name = nameInLayer(path, names);
    return ofKeras3.get(name) ?? name;
  });
  const weights = leaves.flatMap((layer) =>
    [...layer.trainableWeights, ...layer.nonTrainableWeights].map(
      (weight) => [`${layer.name}/${nameOfWeight(layer, weight)}`, weight] as const,
    ),
  );
  const inModel = grouped(weights, ([name]) => name);
  const found = [...inModel].flatMap(([name, group]) =>
    group.map(
      ([, weight], i) => [weight, findArray(weight, name, inFile.get(name)?.[i], label)] as const,
    ),
  );
  if (arrays.size !== found.length) {
    throw new FormatError(
      `${label}: holds ${arrays.size} weights, but its layers have ${found.length}.`,
    );
  }
  const keepers = keepsQuantized ? quantizableWeights(leaves) : new Set<Variable>();
  for (const [weight, array] of found) assignArray(weight, array, keepers.has(weight));
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function findArray(
  weight: Variable,
  name: string,
  found: readonly [name: string, array: ModelArray] | undefined,
  label: string,
): ModelArray {
  const [, array] = found ?? [];
  if (array === undefined) {
    throw new FormatError(`${label}: has no weight '${name}', which its layers need.`);
  }
  if (sameShape(array.shape, weight.shape) && array.dtype === weight.dtype) return array;
  throw new FormatError(
    `${label}: weight '${name}' has shape ${formatShape(array.shape)} and dtype ${array.dtype}, but its layer ` +
      `needs ${formatShape(weight.shape)} and ${weight.dtype}.`,
  );
}

/** Compiles if all names are known here; else the model is there, to be compiled by its user. */
function compileAsIn(config: Config, model: AnyModel): void {
  let options: ReturnType<typeof fromTrainingConfig> | undefined;
  try {
    options = fromTrainingConfig(config, model.outputPorts?.names.length ?? 1);
    model.compile(options);
  } catch (error) {
    options?.optimizer.dispose();
    if (!(error instanceof LanegradError)) throw error;
  }
}
