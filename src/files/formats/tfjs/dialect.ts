import { describeValue } from '../../../config/describe-value.js';
import { flattenNest, mapNest } from '../../../config/index.js';
import type { Config } from '../../../config/index.js';
import { FormatError, ValueError } from '../../../errors.js';
import { isJsonObject } from '../json.js';
import { isModel, mapDescribed, withoutDefaults } from '../keras/topology.js';

// TensorFlow.js speaks the dialect of Keras 2. What differs from Keras 3 is here, both ways:
//
//     here (Keras 3)                          there
//     dtype: DTypePolicy object               'float32'
//     InputLayer: batch_shape                 batch_input_shape
//     GlorotUniform …                         VarianceScaling
//     LecunNormal                             LeCunNormal
//     L1, L2                                  L1L2
//     LeakyReLU: negative_slope               alpha
//     activation 'silu'                       'swish'
//     activation hard_sigmoid_keras2          'hard_sigmoid'
//     Bidirectional: layer 'forward_lstm'     'lstm', and no backward_layer
//     trainable of a model inside             that of its layers
//     first call of a model inside: 0         1, as making the model counts

/** Keys that TensorFlow.js does not have, with the one value that loses nothing; undefined: any. */
const ONLY_HERE: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['groups', 1],
  ['keepdims', false],
  // The kernels in the file are merged.
  ['lora_alpha', undefined],
  ['lora_rank', undefined],
  ['optional', false],
  ['quantization_config', null],
  ['ragged', false],
  ['renorm', false],
  ['renorm_clipping', null],
  ['renorm_momentum', undefined],
  ['rms_scaling', false],
  ['synchronized', false],
  ['zero_output_for_mask', false],
]);

/** Keys whose value is an activation. */
const ACTIVATIONS: ReadonlySet<string> = new Set(['activation', 'recurrent_activation']);

/** Whether an activation is a layer, not a name or a function. */
const isActivationLayer = (value: unknown): boolean =>
  isJsonObject(value) && isJsonObject(value['config']);

/** Keys whose value is a layer, or a list of layers, inside the layer. */
const INSIDE: ReadonlySet<string> = new Set(['backward_layer', 'cell', 'cells', 'layer']);

const SCALED: ReadonlyMap<string, readonly [scale: number, mode: string, distribution: string]> =
  new Map([
    ['GlorotNormal', [1, 'fan_avg', 'normal']],
    ['GlorotUniform', [1, 'fan_avg', 'uniform']],
    ['HeNormal', [2, 'fan_in', 'normal']],
    ['HeUniform', [2, 'fan_in', 'uniform']],
    ['LecunNormal', [1, 'fan_in', 'normal']],
    ['LecunUniform', [1, 'fan_in', 'uniform']],
  ]);

const OTHER_FUNCTION =
  `activation 'hard_sigmoid' is clip(0.2 x + 0.5, 0, 1) in TensorFlow.js, but relu6(x + 3) / 6 here, as in Keras 3: ` +
  `the file would mean another network. What TensorFlow.js means is 'hard_sigmoid_keras2' here`;

/** TensorFlow.js's `hard_sigmoid`, by its name here. */
const ITS_HARD_SIGMOID = 'hard_sigmoid_keras2';

const OTHER_BILINEAR =
  `interpolation 'bilinear' aligns samples at corners in TensorFlow.js, but at centres of pixels here, as in Keras 3: ` +
  `the file would mean another network`;

const OTHER_RESIZING =
  `Resizing aligns pixels at corners in TensorFlow.js, but at their centres here, as in Keras 3: the file would mean another ` +
  `network`;

/**
 * The config of a model as TensorFlow.js writes it, with its layers and the models among them.
 *
 * @throws ValueError for what it has no words for.
 */
export function toTfjsModel(config: Config): Config {
  const { name, build_input_shape: shape, input_layers: inputs, output_layers: outputs } = config;
  const frozen = config['trainable'] === false ? { trainable: false } : {};
  const isGraph = inputs !== undefined && outputs !== undefined;
  const layers = (Array.isArray(config['layers']) ? config['layers'] : []).filter(isJsonObject);
  // Keras 3 counts from one only in outputs, and even there not the calls of a Sequential. What is in the words of Keras 2 stays.
  const models = hasKeras2Nodes(layers) ? [] : layers.filter(isModel);
  const stacks = models.filter((layer) => layer['class_name'] === 'Sequential');
  const described = layers.map((layer, i) => {
    const needsShape =
      shape !== undefined && i === 0 && layer['class_name'] !== 'InputLayer' && !isModel(layer);
    const further = { ...frozen, ...(needsShape ? { batch_input_shape: shape } : {}) };
    return {
      ...insideOf(layer, toTfjsConfig, toTfjsModel, further),
      ...(isGraph
        ? {
            name: layer['name'],
            inbound_nodes: toKeras2Nodes(layer['name'], layer['inbound_nodes'], models),
          }
        : {}),
    };
  });
  const ports = isGraph
    ? { input_layers: toKeras2Ports(inputs), output_layers: toKeras2Ports(outputs, stacks) }
    : {};
  return { name, ...frozen, layers: described, ...ports };
}

/** The config of a layer as TensorFlow.js writes it. @throws ValueError for what it has no words for. */
function toTfjsConfig(className: string, config: Config): Record<string, unknown> {
  const refuse = (problem: string): ValueError =>
    new ValueError(`save: layer ${describeValue(config['name'])} (${className}): ${problem}.`);
  const written: Record<string, unknown> = {};
  if (className === 'Resizing') throw refuse(OTHER_RESIZING);
  if (config['reset_after'] === true) {
    throw refuse('TensorFlow.js has no reset_after. Make the layer with resetAfter: false');
  }
  const given = className === 'Bidirectional' ? withoutBackward(config, refuse) : config;
  for (const [key, value] of Object.entries(given)) {
    if (ONLY_HERE.has(key) || isOfRelu(className, key)) {
      const neutral = isOfRelu(className, key) ? 0 : ONLY_HERE.get(key);
      if (neutral === undefined || value === neutral) continue;
      throw refuse(`TensorFlow.js has no ${key}, so ${describeValue(value)} would be lost`);
    }
    if (isBilinear(className, key, value)) throw refuse(OTHER_BILINEAR);
    if (className === 'UpSampling2D' && key === 'interpolation' && value !== 'nearest') {
      throw refuse(`TensorFlow.js has no interpolation ${describeValue(value)}`);
    }
    if (key === 'dtype') written[key] = className === 'InputLayer' ? value : 'float32';
    else if (key === 'batch_shape') written['batch_input_shape'] = value;
    else if (className === 'LeakyReLU' && key === 'negative_slope') written['alpha'] = value;
    else if (ACTIVATIONS.has(key)) {
      if (value === 'hard_sigmoid') throw refuse(OTHER_FUNCTION);
      if (isActivationLayer(value)) throw refuse(`TensorFlow.js has no layers as ${key}`);
      const isIts = isJsonObject(value) && value['config'] === ITS_HARD_SIGMOID;
      written[key] = isIts ? 'hard_sigmoid' : value === 'silu' ? 'swish' : value;
    } else if (INSIDE.has(key)) written[key] = insidesOf(value, toTfjsConfig, toTfjsModel);
    else written[key] = toTfjsObject(value, refuse);
  }
  return written;
}

/** A layer inside a layer, or a list of them, with configs in another dialect. */
function insidesOf(value: unknown, ofLayer: Translation, ofModel: OfModel): unknown {
  if (Array.isArray(value)) return value.map((item) => insidesOf(item, ofLayer, ofModel));
  const isDescribed = isJsonObject(value) && typeof value['class_name'] === 'string';
  return isDescribed ? insideOf(value, ofLayer, ofModel) : value;
}

type Translation = (className: string, config: Config) => Config;
type OfModel = (config: Config) => Config;

/** @param further what the config has as well */
function insideOf(
  layer: Config,
  ofLayer: Translation,
  ofModel: OfModel,
  further: Config = {},
): { readonly class_name: string; readonly config: Config } {
  const className = String(layer['class_name']);
  const config = { ...(isJsonObject(layer['config']) ? layer['config'] : {}), ...further };
  return {
    class_name: className,
    config: isModel(layer) ? ofModel(config) : ofLayer(className, config),
  };
}

/** Whether calls are written as Keras 2 writes them. */
const hasKeras2Nodes = (layers: readonly Config[]): boolean =>
  layers.some(({ inbound_nodes: nodes }) => Array.isArray(nodes) && nodes.some(Array.isArray));

/** The config of a Bidirectional whose layers are those that TensorFlow.js makes of one: it copies the layer itself. */
function withoutBackward(config: Config, refuse: (problem: string) => ValueError): Config {
  const { layer, backward_layer: backward, ...rest } = config;
  const [forwards, backwards] = [layer, backward].map((inner) => {
    const { class_name: className, config: own = {} } = (inner ?? {}) as {
      readonly class_name?: string;
      readonly config?: Config;
    };
    const { name, go_backwards: _, zero_output_for_mask: __, ...options } = own;
    return { className, name: String(name), options };
  }) as [Direction, Direction];
  const same =
    forwards.className === backwards.className &&
    JSON.stringify(forwards.options) === JSON.stringify(backwards.options);
  if (!same) throw refuse('TensorFlow.js has no backwardLayer, and makes both layers alike');
  const name = forwards.name.replace(/^forward_/, '');
  const options = { name, go_backwards: false, ...forwards.options };
  return { ...rest, layer: { class_name: forwards.className, config: options } };
}

/** One of the two layers of a Bidirectional. */
interface Direction {
  readonly className: string | undefined;
  readonly name: string;
  readonly options: Config;
}

function isBilinear(className: string, key: string, value: unknown): boolean {
  return className === 'UpSampling2D' && key === 'interpolation' && value === 'bilinear';
}

/** What TensorFlow.js's ReLU does not have. */
function isOfRelu(className: string, key: string): boolean {
  return className === 'ReLU' && (key === 'negative_slope' || key === 'threshold');
}

/** Initializers, regularizers and constraints; other values stay as they are. */
function toTfjsObject(value: unknown, refuse: (problem: string) => ValueError): unknown {
  if (!isJsonObject(value) || typeof value['class_name'] !== 'string') return value;
  const { class_name: name } = value;
  const {
    input_axes: inputAxes,
    output_axes: _,
    ...config
  } = isJsonObject(value['config']) ? value['config'] : {};
  if (Array.isArray(inputAxes)) throw refuse(`TensorFlow.js has no input_axes of ${name}`);
  if (config['distribution'] === 'untruncated_normal') {
    throw refuse(`TensorFlow.js has no distribution 'untruncated_normal' of ${name}`);
  }
  const scaled = SCALED.get(name);
  if (scaled !== undefined) {
    const [scale, mode, distribution] = scaled;
    const seed = config['seed'] ?? null;
    return { class_name: 'VarianceScaling', config: { scale, mode, distribution, seed } };
  }
  if (name === 'VarianceScaling' && config['distribution'] === 'truncated_normal') {
    return { class_name: name, config: { ...config, distribution: 'normal' } };
  }
  if (name === 'OrthogonalRegularizer') throw refuse(`TensorFlow.js has no ${name}`);
  if (name === 'L1') return { class_name: 'L1L2', config: { l1: config['l1'], l2: 0 } };
  if (name === 'L2') return { class_name: 'L1L2', config: { l1: 0, l2: config['l2'] } };
  return { class_name: name, config };
}

function isOfCell(key: string, { cell }: Config): boolean {
  const own = isJsonObject(cell) && isJsonObject(cell['config']) ? cell['config'] : {};
  return Object.hasOwn(own, key) && !['name', 'trainable', 'dtype'].includes(key);
}

/** The config of a layer as layers here take it, from the dialect of Keras 2. */
function fromKeras2Config(className: string, config: Config): Config {
  const entries = Object.entries(config).filter(
    ([key, value]) =>
      // Written of every class that extends Dropout there, and used by Dropout alone.
      !(key === 'noise_shape' && value === null) &&
      // What the cell says stands in the config around it too.
      !(className === 'RNN' && isOfCell(key, config)),
  );
  const read = entries.map(([key, value]): readonly [string, unknown] => {
    if (ACTIVATIONS.has(key) && typeof value === 'string' && /^hard_?sigmoid$/i.test(value)) {
      return [key, ITS_HARD_SIGMOID];
    }
    if (className === 'LeakyReLU' && key === 'alpha') return ['negative_slope', value];
    if (INSIDE.has(key)) return [key, value];
    if (isJsonObject(value) && typeof value['class_name'] === 'string') {
      const name = value['class_name'].replace(/^LeCun/, 'Lecun');
      return [key, { ...value, class_name: name }];
    }
    return [key, value];
  });
  return Object.fromEntries(read);
}

type History = readonly [layer: string, node: number, output: number];

const isHistory = (value: unknown): value is History =>
  Array.isArray(value) &&
  value.length === 3 &&
  typeof value[0] === 'string' &&
  value.slice(1).every(Number.isInteger);

interface KerasTensor {
  readonly config: { readonly keras_history: History };
}

const isKerasTensor = (value: unknown): value is KerasTensor =>
  isJsonObject(value) && value['class_name'] === '__keras_tensor__';

/** A name of a tensor, counted from one if the layer is one of these. */
const countedFromOne = ([layer, node, output]: History, layers: readonly Config[]): History => [
  layer,
  layers.some(({ name }) => name === layer) ? node + 1 : node,
  output,
];

/**
 * The calls of a layer as Keras 2 writes them, of calls as either writes them.
 *
 * @param models the layers whose calls are counted from one there, and are not in what is given
 * @throws ValueError for what it cannot say.
 */
function toKeras2Nodes(name: unknown, nodes: unknown, models: readonly Config[]): unknown[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.map((node: unknown) => {
    if (!isJsonObject(node)) return node;
    const refuse = (problem: string): ValueError =>
      new ValueError(
        `save: layer ${describeValue(name)}: ${problem} cannot be said in TensorFlow.js. Save the model as .keras, ` +
          `which can say it.`,
      );
    const args: unknown[] = Array.isArray(node['args']) ? node['args'] : [];
    const tensors = flattenNest(args[0], isKerasTensor);
    const isPlain =
      isKerasTensor(args[0]) || (Array.isArray(args[0]) && args[0].every(isKerasTensor));
    if (!isPlain || args.length !== 1) throw refuse('a call with anything but tensors');
    const given = Object.entries(isJsonObject(node['kwargs']) ? node['kwargs'] : {}).filter(
      ([, value]) => value !== null,
    );
    if (given.some(([key]) => key === 'initial_state')) throw refuse('initialState in a call');
    const kwargs = given.map(([key, value]) => {
      const named: unknown = mapNest(value, isKerasTensor, ({ config }) =>
        countedFromOne(config.keras_history, models),
      );
      return [key, named] as const;
    });
    return tensors.map(({ config }, i): unknown[] => [
      ...countedFromOne(config.keras_history, models),
      i === 0 ? Object.fromEntries(kwargs) : {},
    ]);
  });
}

/**
 * Inputs or outputs as Keras 2 writes them: a list, objects in the order of their keys.
 *
 * @param stacks the layers whose calls are counted from one there, and are not in what is given
 */
export function toKeras2Ports(ports: unknown, stacks: readonly Config[] = []): History[] {
  return flattenNest(ports, isHistory).map((port) => countedFromOne(port, stacks));
}

type Fields = Readonly<Record<string, unknown>>;

/** A model that is described in the words of Keras 2, in those of Keras 3. */
const fromKeras2 = (model: Fields): Fields => mapDescribed(model, translated);

/** A layer or a model, those inside of it apart, in the words of Keras 3. */
function translated(described: Fields): Fields {
  const { class_name: className, config } = described;
  if (typeof className !== 'string' || !isJsonObject(config)) return described;
  // What a Functional was called once.
  const isGraph = className === 'Model' && Array.isArray(config['layers']);
  const name = isGraph ? { class_name: 'Functional' } : {};
  return { ...described, ...name, config: fromKeras2Config(className, config) };
}

/** A model in a layers-model of TensorFlow.js, in the words of Keras 3. @throws FormatError for layers that compute something else there. */
export function fromTfjs(model: Fields, label: string): Fields {
  return mapDescribed(model, (described) => {
    const { class_name: className, config } = described;
    if (className === 'Resizing') throw new FormatError(`${label}: ${OTHER_RESIZING}.`);
    const { interpolation } = isJsonObject(config) ? config : {};
    if (isBilinear(String(className), 'interpolation', interpolation)) {
      throw new FormatError(`${label}: ${OTHER_BILINEAR}.`);
    }
    return translated(described);
  });
}

/** A model that a version of Keras has described, in the words of 3.16. @param version `'2.15.0'`; undefined: 3.16 */
export function fromVersion(model: Fields, version: string | undefined): Fields {
  if (isKeras2(version)) return fromKeras2(model);
  const [, minor = '16'] = /^3\.(\d+)/.exec(version ?? '') ?? [];
  return Number(minor) < 16 ? withoutDefaults(model) : model;
}

/** Whether a version of Keras is one before 3, in which some words mean other things, and optimizers have their states in another order. */
export const isKeras2 = (version: string | undefined): boolean =>
  !(Number.parseInt(version ?? '3', 10) >= 3);
