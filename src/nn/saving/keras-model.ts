import { describeValue, printable } from '../../config/describe-value.js';
import { withinScope } from '../../config/custom-tables.js';
import { messageOf } from '../../config/index.js';
import { FormatError, LanegradError, OutOfMemoryError, ValueError } from '../../errors.js';
import { refuseForeign } from '../../files/formats/foreign.js';
import { isJsonObject } from '../../files/formats/json.js';
import { encodeKerasFile, readKerasFile } from '../../files/formats/keras/file.js';
import type { KerasFile } from '../../files/formats/keras/file.js';
import type { KerasObject } from '../../files/formats/keras/weights.js';
import { KnownWords } from '../../files/formats/keras/known-words.js';
import { parseTopology } from '../../files/formats/keras/topology.js';
import { fromVersion } from '../../files/formats/tfjs/dialect.js';
import type { AnyLayer } from '../layers/core/layer.js';
import type { CompilableModel } from '../training/compilable-model.js';
import { optimizersOf, targetIndices } from '../training/model-optimizers.js';
import type { AnyModel } from '../models/model.js';
import { buildFromFile } from './build.js';
import type { Loading } from './build.js';
import { provideGraphModels } from './graph-models.js';
import { decodeKerasLayer, isSavedAlone } from './keras-layer.js';
import { parseCompileConfig, serializeCompiled } from './compile-config.js';
import {
  assetsOf,
  encodeModelWeights,
  matchLayers,
  matchOptimizer,
  restoreStored,
  stateAt,
} from './keras-weights.js';
import {
  assignKerasArrays,
  hasQuantized,
  kerasForms,
  withInt8,
  withPolicies,
} from './keras-quantized.js';
import { pendingWeight } from './quantize.js';

/** The model as a `.keras` file. @throws ValueError for what a file cannot hold. */
export async function encodeKerasModel(
  model: CompilableModel,
  includeOptimizer: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const compiled = model.optimizer === undefined ? undefined : model.requireCompiled('save');
  const quantized = kerasForms(model);
  const json = withPolicies(withInput({ ...model.serialized() }), model, quantized);
  // A quantized model is not trained, and the state is several times as large as its weights.
  const hasState = includeOptimizer && model.weights.every((weight) => !weight.quantized);
  const compileConfig =
    compiled === undefined ? {} : { compile_config: serializeCompiled(compiled) };
  const optimized = hasState ? optimizedWeights(model) : {};
  const byKey = { [OPTIMIZED]: optimized, [UNDECAYED]: undecayedWeights(model) };
  const further = Object.fromEntries(
    Object.entries(byKey).filter(([, byPath]) => Object.keys(byPath).length > 0),
  );
  const weights = encodeModelWeights('save', model, hasState, quantized);
  return encodeKerasFile({ ...json, ...compileConfig, ...further }, weights, assetsOf(model));
}

/**
 * What a file says in addition to what Keras says, and Keras ignores: the positions of the weights that optimizers are built for,
 * by the paths of the optimizers. Without it only the optimizer of `compile` finds its weights: all that are trained.
 */
const OPTIMIZED = 'optimized_weights';

/**
 * The positions of the weights that an optimizer leaves out of weight decay (`excludeFromWeightDecay`), in the same form:
 * Keras's files do not say them either.
 */
const UNDECAYED = 'undecayed_weights';

function optimizedWeights(model: CompilableModel): Record<string, readonly number[]> {
  const trained = model.trainableWeights;
  return Object.fromEntries(
    optimizersOf(model).flatMap((each) => {
      const { optimizer, path } = each;
      const indices = targetIndices(model, each);
      const isUsual =
        optimizer === model.optimizer &&
        optimizer.targets.length === trained.length &&
        trained.every((weight, i) => weight === optimizer.targets[i]);
      return indices === null || isUsual ? [] : [[path, indices] as const];
    }),
  );
}

function undecayedWeights(model: CompilableModel): Record<string, readonly number[]> {
  const { weights } = model;
  return Object.fromEntries(
    optimizersOf(model).flatMap(({ optimizer, path }) => {
      const indices = [...weights.keys()].filter((index) => {
        const weight = weights[index];
        return weight !== undefined && !optimizer.isDecayed(weight);
      });
      return indices.length === 0 ? [] : [[path, indices] as const];
    }),
  );
}

/** Keras's models that know their input begin with a layer that says it, and so do those inside of them. */
function withInput(model: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { config } = model;
  if (!isJsonObject(config) || !Array.isArray(config['layers'])) return model;
  const layers = config['layers'].filter(isJsonObject).map(withInput);
  if (model['class_name'] !== 'Sequential') return { ...model, config: { ...config, layers } };
  const shape = config['build_input_shape'];
  if (layers[0]?.['class_name'] !== 'InputLayer' && shape !== undefined) {
    layers.unshift(inputLayer(shape, layers));
  }
  return { ...model, config: { ...config, layers } };
}

/** Layers that take strings where no input says what they take. */
const READERS: readonly string[] = ['TextVectorization', 'StringLookup', 'Hashing'];

function inputLayer(
  batchShape: unknown,
  layers: readonly Readonly<Record<string, unknown>>[],
): Readonly<Record<string, unknown>> {
  const taken = layers.map(({ config }) => (isJsonObject(config) ? config['name'] : undefined));
  let name = 'input_layer';
  for (let i = 1; taken.includes(name); i++) name = `input_layer_${i}`;
  return {
    module: 'keras.layers',
    class_name: 'InputLayer',
    config: {
      batch_shape: batchShape,
      dtype: READERS.includes(String(layers[0]?.['class_name'])) ? 'string' : 'float32',
      sparse: false,
      ragged: false,
      name,
      optional: false,
    },
    registered_name: null,
  };
}

/**
 * The model, or the layer that is saved alone, in a `.keras` or a legacy `.h5` file.
 *
 * @throws FormatError for anything else than a file as Keras writes it.
 */
export async function decodeKerasModel(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  loading: Loading,
): Promise<AnyLayer> {
  refuseForeign(bytes, label, true);
  const found = await readKerasFile(bytes, label, loading.maxBytes);
  await provideGraphModels(found.model);
  return withinScope(loading.scope, () => makeOfFile(found, label, loading));
}

/**
 * The model, or the layer that is saved alone, in a file that was read.
 *
 * @throws FormatError for what it describes and is not known or does not fit together.
 */
export function makeOfFile(
  found: KerasFile,
  label: string,
  { compile, quantized }: Loading,
): AnyLayer {
  if (found.model === undefined) {
    throw new FormatError(
      `${label}: holds weights, but no model. Make the model and load them with model.loadWeights.`,
    );
  }
  if (isSavedAlone(found)) return decodeKerasLayer(found, label);
  const words = new KnownWords(label);
  const topology = parseTopology(fromVersion(words.read(found.model), found.version), label);
  const compileConfig = words.read(found.compileConfig);
  const room = [...found.objects.values()]
    .flatMap(({ arrays }) => arrays)
    .reduce((sum, { data }) => sum + data.length, 0);
  const keepsQuantized = quantized !== 'unpack';
  // Where float16 is the type of a layer, its weights are trained as others are.
  const isHalf = quantized === 'keep' || (keepsQuantized && !words.types.has('float16'));
  const pending = keepsQuantized && hasQuantized(found, isHalf) ? pendingWeight : undefined;
  const model = buildFromFile(topology, label, room, pending);
  try {
    const file = withInt8({ ...found, compileConfig }, model, words.int8, label);
    const strict = { skipMismatch: false, byName: false };
    assignKerasArrays(model, matchLayers(model, file, label, strict), { keepsQuantized, isHalf });
    restoreStored(model, found);
    if (compile) compileAsIn(model, file);
    if (model.built) restoreOptimizers(model, file, label);
    words.warn();
    return model;
  } catch (error) {
    for (const { optimizer } of optimizersOf(model)) optimizer.dispose();
    model.dispose();
    if (!(error instanceof LanegradError) || error instanceof OutOfMemoryError) throw error;
    if (error instanceof FormatError) throw error;
    const message = error.message.startsWith(label) ? error.message : `${label}: ${error.message}`;
    throw new FormatError(message, { cause: error });
  }
}

function compileAsIn(model: AnyModel, { compileConfig }: KerasFile): void {
  if (compileConfig === undefined) return;
  let options: ReturnType<typeof parseCompileConfig> | undefined;
  try {
    options = parseCompileConfig(compileConfig);
    model.compile(options);
  } catch (error) {
    options?.optimizer.dispose();
    if (error instanceof OutOfMemoryError) throw error;
    // Whatever a config makes a class throw: it came from the file.
    const message = messageOf(error);
    throw new ValueError(
      `how the model is compiled cannot be read: ${message} Or load it with compile: false, and call compile.`,
      { cause: error },
    );
  }
}

/** Gives the optimizers their states. */
function restoreOptimizers(model: AnyModel, file: KerasFile, label: string): void {
  const { weights } = model;
  for (const { optimizer, path } of optimizersOf(model)) {
    const undecayed = indicesAt(file, UNDECAYED, path, weights.length);
    if (undecayed !== undefined && !optimizer.isBuilt) {
      const variables = undecayed.flatMap((index) => weights[index] ?? []);
      optimizer.excludeFromWeightDecay({ variables });
    }
    const indices = indicesAt(file, OPTIMIZED, path, weights.length);
    if (indices !== undefined) {
      optimizer.build(indices.flatMap((index) => weights[index] ?? []));
    } else if (optimizer === model.optimizer) optimizer.build(model.trainableWeights);
    // State that was saved before the first step, or for other weights, is none: as in Keras the optimizer starts over.
    const state = stateAt(file, path);
    const found = matchOptimizer(optimizer, file, path);
    if (found.length === 0 && hasSteps(state)) {
      // eslint-disable-next-line no-console
      console.warn(
        `lanegrad: ${label}: the optimizer '${printable(optimizer.name)}' starts over, as its state in the file, of ` +
          `${state.length} arrays, is not one of its ${optimizer.variables.length} variables.` +
          (optimizer.isBuilt
            ? ''
            : ' Build it for its weights, and load the weights of the file again (loadWeights).'),
      );
    }
    for (const [variable, { data }] of found) variable.write(data);
  }
}

/** Whether a state counts steps, so that something is lost without it. */
const hasSteps = (state: KerasObject['arrays']): boolean =>
  state.some(({ dtype, shape, data }) => dtype === 'int32' && shape.length === 0 && data[0] !== 0);

/** The positions of some weights, for the optimizer with that path, if the file contains them. @throws ValueError for invalid positions. */
function indicesAt(
  { model }: KerasFile,
  key: typeof OPTIMIZED | typeof UNDECAYED,
  path: string,
  count: number,
): readonly number[] | undefined {
  const described = model?.[key];
  const indices: unknown =
    isJsonObject(described) && Object.hasOwn(described, path) ? described[path] : undefined;
  if (indices === undefined) return undefined;
  const isIndex = (index: unknown): index is number =>
    Number.isSafeInteger(index) && (index as number) >= 0 && (index as number) < count;
  if (
    Array.isArray(indices) &&
    new Set(indices).size === indices.length &&
    indices.every(isIndex)
  ) {
    return indices;
  }
  throw new ValueError(
    `${key} of '${path}' is ${describeValue(indices)}; expected indices among the ${count} weights of the model.`,
  );
}
