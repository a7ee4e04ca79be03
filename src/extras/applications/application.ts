import type { ActivationIdentifier } from '../../nn/activations/registry.js';
import { getActivation } from '../../nn/activations/registry.js';
import { describeValue } from '../../config/describe-value.js';
import {
  checkBoolean,
  checkLength,
  checkOptions,
  checkText,
  naming,
  oneOf,
} from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import type { Initializer } from '../../nn/initializers/initializer.js';
import { Input } from '../../nn/layers/input.js';
import type { DataFormat, DataFormatOption } from '../../engine/ops/index.js';
import { checkPartialShape } from '../../nn/layers/core/layer-options.js';
import { isSymbolic } from '../../nn/layers/core/symbolic-tensor.js';
import type { GraphNode, SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import { Model } from '../../nn/models/model.js';
import type { Source } from '../../files/locations/source.js';
import { formatShape } from '../../engine/tensor/index.js';
import type { PartialShape } from '../../engine/tensor/index.js';
import { Blocks } from './blocks.js';
import type { Habits } from './blocks.js';

/** The source of weights: a file, or null for none. */
export type WeightsSource = Source | null;

/** A model, or the promise of a model if its weights are read from a file. */
export type Made<W extends WeightsSource> = W extends null ? Model : Promise<Model>;

/** Options of all architectures. */
export interface ApplicationOptions<W extends WeightsSource = WeightsSource> {
  /** Whether to include the classification layers at the end. Default true; otherwise the model returns features. */
  readonly includeTop?: boolean;
  /**
   * A file with the weights: `.weights.h5` or `.keras` of Keras 3, or the older `.h5` that Keras publishes; a path, URL, Blob, or
   * the bytes. The function then returns a promise. Default null: random weights. Nothing is downloaded automatically, so Keras's
   * `'imagenet'` is an error that says how to get the file.
   */
  readonly weights?: W;
  /** A symbolic tensor of pictures as the network's input. Default: an `Input` of `inputShape`. */
  readonly inputTensor?: SymbolicTensor | null;
  /**
   * Shape of a picture, without the batch axis. Default: the size of the architecture, or with `includeTop: false` any
   * size, with three channels.
   */
  readonly inputShape?: PartialShape | null;
  /**
   * With `includeTop: false`: whether features are the means (`'avg'`) or the largest numbers (`'max'`) over a picture. Default
   * null: the whole output of the last layer.
   */
  readonly pooling?: 'avg' | 'max' | null;
  /** Number of classes, with `includeTop`. Default 1000. */
  readonly classes?: number;
  /** Activation of the last layer, with `includeTop`; null for logits. Default `'softmax'`. */
  readonly classifierActivation?: ActivationIdentifier;
  /** Name of the model. Default: as in Keras. */
  readonly name?: string;
  /** Where the channels of pictures are, which Keras has in its configuration. Default `'channels_last'`. */
  readonly dataFormat?: DataFormatOption;
}

/** The options of `ApplicationOptions`, checked. */
export interface Settings {
  /** Name of the model. */
  readonly name: string;
  readonly includeTop: boolean;
  readonly pooling: 'avg' | 'max' | null;
  readonly classes: number;
  readonly classifierActivation: ActivationIdentifier;
  /** Shape of a picture. */
  readonly inputShape: PartialShape;
}

const OPTIONS = [
  'includeTop',
  'weights',
  'inputTensor',
  'inputShape',
  'pooling',
  'classes',
  'classifierActivation',
  'name',
  'dataFormat',
] as const;

const POOLINGS = ['avg', 'max'] as const;

/** What an architecture is apart from its layers. */
export interface Frame {
  /** Height and width of pictures, unless they are given. */
  readonly size: number;
  /** The smallest height and width. Default 32. */
  readonly smallest?: number;
  /** Whether pictures of any size may be given although there are classes. Default false. */
  readonly takesAnySize?: boolean;
  /** Whether the model has one input, also where `inputTensor` is made of several. Default false. */
  readonly hasOneInput?: boolean;
  /** Whether channels may stand first. Default true. */
  readonly takesChannelsFirst?: boolean;
  readonly habits: Habits;
  /** The name of the model, unless it is given. */
  readonly name: string | ((sides: readonly (number | null)[]) => string);
  /** Names of options that the architecture has in addition to the common ones. */
  readonly options?: readonly string[];
}

/** The layers of an architecture behind its input. */
export type Build = (x: SymbolicTensor, net: Blocks, settings: Settings) => SymbolicTensor;

/**
 * A model of an architecture, or the promise of a model with the weights of a file.
 *
 * @param owner the function, for messages
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures of a wrong size.
 */
export function application<W extends WeightsSource>(
  owner: string,
  options: ApplicationOptions<W>,
  frame: Frame,
  build: Build,
): Made<W> {
  checkOptions(owner, options, [...OPTIONS, ...(frame.options ?? [])]);
  const make = (): Model => makeModel(owner, options, frame, build);
  const source: WeightsSource = options.weights ?? null;
  return (source === null ? make() : withWeights(owner, source, make)) as Made<W>;
}

async function withWeights(owner: string, source: Source, make: () => Model): Promise<Model> {
  if (source === 'imagenet') {
    throw new ValueError(
      `${owner}: weights: 'imagenet' would be downloaded, and nothing is downloaded on its own. Give a file: write it ` +
        `with Keras, keras.applications.${owner}(weights='imagenet').save_weights('${owner}.weights.h5'), or take ` +
        `the .h5 file that Keras publishes.`,
    );
  }
  const { modelWithWeights } = await import('../../nn/saving/index.js');
  return modelWithWeights(owner, source, make);
}

function makeModel(owner: string, options: ApplicationOptions, frame: Frame, build: Build): Model {
  const dataFormat = formatOf(owner, options.dataFormat, frame);
  const isFirst = dataFormat === 'channels_first';
  const settings = settingsOf(owner, options, frame, isFirst);
  const { inputTensor = null } = options;
  const net = new Blocks(dataFormat, frame.habits);
  try {
    const x = inputTensor ?? Input(settings.inputShape);
    const outputs = naming(owner, () => build(x, net, settings));
    const sources = inputTensor === null ? [x] : sourcesOf(inputTensor);
    // As in Keras a list, where the input is given.
    const isAlone = inputTensor === null || frame.hasOneInput === true;
    const inputs = isAlone ? (sources[0] ?? x) : sources;
    return new Model({ inputs, outputs, name: settings.name }) as Model;
  } catch (error) {
    for (const layer of net.layers) layer.dispose();
    throw error;
  }
}

function formatOf(
  owner: string,
  given: DataFormatOption | undefined,
  { takesChannelsFirst = true }: Frame,
): DataFormat {
  const formats = ['channels_last', 'channels_first'] as const;
  const format = oneOf(owner, 'dataFormat', given ?? 'channels_last', formats);
  if (takesChannelsFirst || format === 'channels_last') return format;
  throw new ValueError(
    `${owner}: dataFormat 'channels_first' is not supported by this architecture. Give pictures with channels last.`,
  );
}

function settingsOf(
  owner: string,
  options: ApplicationOptions,
  frame: Frame,
  isFirst: boolean,
): Settings {
  const includeTop = checkBoolean(owner, 'includeTop', options.includeTop ?? true);
  const { pooling = null, inputTensor = null, classifierActivation = 'softmax' } = options;
  if (inputTensor !== null && (!isSymbolic(inputTensor) || inputTensor.ndim !== 4)) {
    const came = isSymbolic(inputTensor) ? String(inputTensor) : describeValue(inputTensor);
    throw new ValueError(
      `${owner}: inputTensor must be a symbolic tensor of pictures, with four axes, as Input([height, width, 3]) gives it, ` +
        `got ${came}.`,
    );
  }
  const activation = naming(owner, () => getActivation(classifierActivation));
  const hasWeights = (options.weights ?? null) !== null;
  const isAllowed = ['softmax', null].some((name) => activation === getActivation(name));
  if (includeTop && hasWeights && !isAllowed) {
    throw new ValueError(
      `${owner}: classifierActivation must be 'softmax' or null with weights of a file and includeTop, got ` +
        `${describeValue(classifierActivation)}.`,
    );
  }
  const inputShape = inputShapeOf(owner, options, frame, includeTop, isFirst);
  const usual =
    typeof frame.name === 'string' ? frame.name : frame.name(sidesOf(inputShape, isFirst));
  return {
    name: checkText(owner, 'name', options.name ?? usual),
    includeTop,
    pooling: pooling === null ? null : oneOf(owner, 'pooling', pooling, POOLINGS, 'null'),
    classes: checkLength(owner, 'classes', options.classes ?? 1000),
    classifierActivation,
    inputShape,
  };
}

/** Height and width. */
const sidesOf = (shape: PartialShape, isFirst: boolean): PartialShape =>
  isFirst ? shape.slice(1) : shape.slice(0, 2);

/** Shape of a picture, as Keras finds it. */
function inputShapeOf(
  owner: string,
  options: ApplicationOptions,
  { size, smallest = 32, takesAnySize = false }: Frame,
  includeTop: boolean,
  isFirst: boolean,
): PartialShape {
  const { inputTensor } = options;
  const isStatic = includeTop && !takesAnySize;
  const given = options.inputShape ?? (takesAnySize ? inputTensor?.shape.slice(1) : undefined);
  if (given === undefined) {
    const side = isStatic ? size : null;
    return isFirst ? [3, side, side] : [side, side, 3];
  }
  const shape = checkPartialShape(owner, 'inputShape', given);
  const expected = isFirst ? '[channels, height, width]' : '[height, width, channels]';
  if (shape.length !== 3) {
    throw new ShapeError(`${owner}: inputShape must be ${expected}, got ${formatShape(shape)}.`);
  }
  if (sidesOf(shape, isFirst).some((side) => side !== null && side < smallest)) {
    throw new ShapeError(
      `${owner}: pictures must be at least ${smallest} × ${smallest}, got inputShape ${formatShape(shape)}, which is ${expected}.`,
    );
  }
  if (isStatic && shape.includes(null)) {
    throw new ShapeError(
      `${owner}: with includeTop all lengths of inputShape must be known, got ${formatShape(shape)}. Give them, or ` +
        `set includeTop: false.`,
    );
  }
  const other = inputTensor?.shape.slice(1) ?? shape;
  if (shape.every((n, i) => n === null || (other[i] ?? null) === null || n === other[i])) {
    return shape;
  }
  throw new ShapeError(
    `${owner}: inputShape ${formatShape(shape)} is not that of inputTensor, ${formatShape(other)}. Leave one of them out.`,
  );
}

/** The inputs of the graph that makes a symbolic tensor, in the order in which they are found from it. */
function sourcesOf(tensor: SymbolicTensor): SymbolicTensor[] {
  const found = new Set<GraphNode>();
  const sources: SymbolicTensor[] = [];
  const waiting = [tensor.node];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    if (node.inputs.length === 0) sources.push(...node.outputs);
    for (const input of [...node.inputs].reverse()) waiting.push(input.node);
  }
  return sources;
}

/** The pooling at the end of a network without classes. @param names whether its layers have names */
export function pooled(
  x: SymbolicTensor,
  net: Blocks,
  { pooling }: Settings,
  names?: { readonly avg: string; readonly max: string },
): SymbolicTensor {
  if (pooling === null) return x;
  return net.globalPool(pooling === 'avg' ? 'average' : 'max', x, names?.[pooling]);
}

/** The names that some architectures give to pooling. */
export const POOLS = { avg: 'avg_pool', max: 'max_pool' } as const;

/** The end of most networks: the means of features and the classes, or `pooled`. */
export function classified(
  x: SymbolicTensor,
  net: Blocks,
  settings: Settings,
  {
    pool = 'avg_pool',
    names,
    dropout = 0,
    ...initializers
  }: {
    /** Name of the layer that takes the means; null: none. */
    readonly pool?: string | null;
    readonly names?: typeof POOLS;
    /** Rate of a dropout before the classes. */
    readonly dropout?: number;
    readonly kernelInitializer?: Initializer;
    readonly biasInitializer?: Initializer;
  } = {},
): SymbolicTensor {
  if (!settings.includeTop) return pooled(x, net, settings, names);
  const means = net.globalPool('average', x, pool ?? undefined);
  const regularized = dropout > 0 ? net.dropout(means, dropout, 'top_dropout') : means;
  return net.dense(regularized, settings.classes, 'predictions', {
    activation: settings.classifierActivation,
    ...initializers,
  });
}
