import { camelCase, flattenNest, mapNest, messageOf, naming } from '../../config/index.js';
import type { Config, CustomTable, NamedInConfig } from '../../config/index.js';
import { describeValue, printable } from '../../config/describe-value.js';
import { FormatError, OutOfMemoryError, ValueError } from '../../errors.js';
import { isReference } from '../../files/formats/keras/graph.js';
import type { GraphDescription, Reference } from '../../files/formats/keras/graph.js';
import type { LayerDescription, Topology } from '../../files/formats/keras/topology.js';
import type { GraphNode, SymbolicTensor } from '../layers/core/symbolic-tensor.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { OperationLayer } from '../layers/operation-layer.js';
import { deserializeLayer, layerRegistry } from '../layers/registry.js';
import { withFileWeights } from '../layers/core/weights-room.js';
import { roomFor } from './room.js';
import type { WeightsRoom } from '../layers/core/weights-room.js';
import { decodeOperand } from '../../engine/ops/graphs/operand-config.js';
import { keep, Tensor } from '../../engine/tensor/index.js';
import { graphFunction, isOperationModule } from '../models/graph-registry.js';
import { Model } from '../models/model.js';
import type { AnyModel } from '../models/model.js';
import { Sequential } from '../models/sequential.js';
import { TensorCount } from './tensor-count.js';

/** How a model is read. */
export interface Loading {
  /** Whether to compile the model as it was when it was saved. */
  readonly compile: boolean;
  /** Classes and functions that are given for this file. */
  readonly scope: CustomTable;
  /** The most bytes that what is compressed may unpack to. */
  readonly maxBytes: number;
  /** What becomes of quantized weights; undefined: what is usual for the format. */
  readonly quantized: 'keep' | 'unpack' | undefined;
}

/** What a model is built with. */
export interface BuildContext {
  /** The name of the file in messages. */
  readonly label: string;
  /** The numbers that the file's weights have, which no layer may exceed; undefined where weights begin as usual. */
  readonly room: WeightsRoom | undefined;
  /** The class of the outermost model, if it is another than the description says. */
  readonly type?: typeof Model;
}

/** What models inside are built with as well. */
interface InnerContext extends BuildContext {
  readonly tensors: TensorCount;
}

/**
 * The model that a file describes, its weights zeros if its input shape is known.
 *
 * @param room the numbers that the file's weights have
 * @param pending what stands for float32 weights until their values come; default: zeros
 * @throws FormatError for classes that are not registered (all are listed), for configs that their classes refuse,
 * for layers that do not fit together, and for a layer that needs more weights than the file has.
 */
export function buildFromFile(
  topology: Topology,
  label: string,
  room: number,
  pending?: WeightsRoom['pending'],
): AnyModel {
  requireKnownLayers(topology, label);
  try {
    return buildModel(topology, { label, room: roomFor(room, pending) });
  } catch (error) {
    if (error instanceof OutOfMemoryError) throw error;
    // Whatever a config makes a class throw: it came from the file.
    const message = messageOf(error);
    throw new FormatError(message.startsWith(label) ? message : `${label}: ${message}`, {
      cause: error,
    });
  }
}

/** Counts the tensors of the model that is being built, and of those that layers in it make of their configs. */
let counted: TensorCount | undefined;

/** The model that a description stands for, with new weights if its input shape is known. */
export function buildModel(topology: Topology, context: BuildContext): AnyModel {
  const outer = counted;
  const tensors = (counted ??= new TensorCount(context.label));
  try {
    return buildInside(topology, { tensors, ...context });
  } finally {
    counted = outer;
  }
}

function buildInside(topology: Topology, context: InnerContext): AnyModel {
  const { graph } = topology;
  return context.tensors.ofModel((count) =>
    graph === undefined
      ? buildSequential(topology, context, count, undefined)
      : buildGraph(topology, graph, context, count),
  );
}

/** Told of each call of a layer in a model, with the number of tensors that the call gives. */
type Count = (layer: AnyLayer, given: number) => void;

const optionsOf = ({ name, trainable }: Topology): { name?: string; trainable?: boolean } => ({
  ...(name === undefined ? {} : { name }),
  ...(trainable === undefined ? {} : { trainable }),
});

function requireKnownLayers(topology: Topology, label: string): void {
  const unknown = new Set<string>();
  const visit = (model: Topology): void => {
    const isOwn = model.className !== 'Sequential' && !FUNCTIONAL.includes(model.className);
    if (isOwn && !isKnown(namedIn(model), model.module)) unknown.add(fullNameOf(namedIn(model)));
    for (const layer of model.layers) {
      if ('layers' in layer) visit(layer);
      else if (!isOperationModule(layer.module) && !isKnown(layer, layer.module)) {
        unknown.add(fullNameOf(layer));
      }
    }
  };
  visit(topology);
  if (unknown.size === 0) return;
  throw new FormatError(
    `${label}: holds layers of classes that are not known here: ${listed(unknown)}. Register them with ` +
      `layers.registerLayer(Class) or utils.registerKerasSerializable('package')(Class), or give them with the option customObjects. (With 'lanegrad/core' also Keras's ` +
      `own: layers.register(layers.Dense).)`,
  );
}

/** What says of which class a model is. */
const namedIn = ({ className, registeredName }: Topology): NamedInConfig => ({
  class_name: className,
  registered_name: registeredName,
});

/** The name of a class in messages: with the package under which the class was registered. */
const fullNameOf = ({ class_name: name, registered_name: full }: NamedInConfig): string =>
  typeof full === 'string' ? full : name;

/** Names that a message lists. */
const MAX_LISTED = 20;

/** Names of a file in a message: the first of many. */
function listed(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, MAX_LISTED).map((name) => printable(name));
  return `${shown.join(', ')}${names.size > MAX_LISTED ? ` and ${names.size - MAX_LISTED} more` : ''}`;
}

/** Keras's names of a model that is a graph. */
const FUNCTIONAL: readonly string[] = ['Functional', 'Model'];

/** A class of another module may be called as one of Keras's and be another. */
function isKnown(name: NamedInConfig, module: string | null | undefined): boolean {
  const isOwn = module === null || (module !== undefined && !/^(tf_)?keras\b/.test(module));
  return layerRegistry.has(name, isOwn);
}

/** @param outer shape of what a model inside of another is given, if it is known */
function buildSequential(
  topology: Topology,
  context: InnerContext,
  count: Count,
  outer: readonly unknown[] | undefined,
): Sequential {
  const { layers, inputShape } = topology;
  const model = new Sequential([], optionsOf(topology));
  const declared = Array.isArray(inputShape) ? (inputShape as unknown[]) : undefined;
  return orDispose([model], () => {
    layers.forEach((layer, i) => {
      const shape = i === 0 ? (outer ?? declared) : model.outputShape;
      const made =
        'layers' in layer && layer.graph === undefined
          ? context.tensors.ofModel((inside) => buildSequential(layer, context, inside, shape))
          : newLayer(i === 0 && outer === undefined ? withShape(layer, declared) : layer, context);
      orDispose([made], () => {
        count(made, 1);
        makingWeights(made.name, context, () => {
          model.add(made);
        });
      });
    });
    return model;
  });
}

/** The first layer of a Sequential whose config has the shape. */
function withShape(
  layer: LayerDescription | Topology,
  shape: readonly unknown[] | undefined,
): LayerDescription | Topology {
  if ('layers' in layer || shape === undefined || layer.class_name === 'InputLayer') return layer;
  const { config } = layer;
  if ('batch_input_shape' in config || 'batch_shape' in config) return layer;
  return { ...layer, config: { ...config, batch_input_shape: shape } };
}

/** Runs `f`, in which the layer of that name may make weights. */
function makingWeights<T>(name: string, { room, label }: BuildContext, f: () => T): T {
  if (room === undefined) return f();
  const refuse = (): FormatError =>
    new FormatError(
      `${label}: layer '${name}' needs more weights than the ${room.most} numbers of the file.`,
    );
  return withFileWeights(room, refuse, f);
}

/** Until a layer is in a model that the caller has, nothing else frees what the layer holds. */
function orDispose<T>(layers: readonly AnyLayer[], f: () => T): T {
  try {
    return f();
  } catch (error) {
    for (const layer of layers) layer.dispose();
    throw error;
  }
}

/** A layer or a model of a description. */
function newLayer(layer: LayerDescription | Topology, context: InnerContext): AnyLayer {
  if ('layers' in layer) {
    const { type: _, ...inside } = context;
    return buildInside(layer, inside);
  }
  // A layer that holds models makes their weights with them.
  return makingWeights(nameOf(layer), context, () =>
    deserializeLayer({ ...layer, module: layer.module ?? null }),
  );
}

function buildGraph(
  topology: Topology,
  { calls, inputs, outputs }: GraphDescription,
  context: InnerContext,
  count: Count,
): AnyModel {
  const { label } = context;
  const made: (AnyLayer | undefined)[] = [];
  const nodes: GraphNode[] = [];
  const find = (reader: string, { call, layer, node, tensor }: Reference): SymbolicTensor => {
    const found = nodes[call]?.outputs[tensor];
    if (found !== undefined) return found;
    throw new FormatError(
      `${label}: ${reader} reads output ${tensor} of node ${node} of layer '${layer}', which gives ` +
        `${nodes[call]?.outputs.length ?? 0}.`,
    );
  };
  const port = (name: string, ports: unknown): unknown =>
    mapNest(ports, isReference, (reference) => find(name, reference));
  try {
    for (const call of calls) {
      const description = topology.layers[call.layer];
      if (description === undefined) continue;
      const isOperation = !('layers' in description) && isOperationModule(description.module);
      const owner = (): string =>
        `node ${call.node} of layer '${made[call.layer]?.name ?? nameOf(description)}'`;
      const fill = (value: unknown): unknown =>
        mapNest(value, isReference, (reference) => find(owner(), reference));
      const args = fill(call.args) as unknown[];
      const kwargs = fill(call.kwargs) as Config;
      if (isOperation) {
        const known = made[call.layer] as OperationLayer | undefined;
        made[call.layer] = naming(owner(), () => callOperation(description, known, args, kwargs));
      } else {
        const layer = (made[call.layer] ??= naming(`layer '${nameOf(description)}'`, () =>
          newLayer(description, context),
        ));
        if (call.args.length + Object.keys(kwargs).length > 0) {
          makingWeights(layer.name, context, () => {
            naming(owner(), () => {
              callLayer(layer, args, kwargs);
            });
          });
        }
      }
      const layer = made[call.layer];
      const node = layer?.inboundNodes.at(-1);
      if (layer === undefined || node === undefined) {
        throw new ValueError(`${owner()} cannot be called.`);
      }
      count(layer, node.outputs.length);
      nodes.push(node);
    }
    const Class = classOf(topology, context);
    const model: AnyModel = new Class({
      inputs: port('input_layers', inputs),
      outputs: port('output_layers', outputs),
      ...optionsOf(topology),
    } as object);
    // What no output needs is not in the model.
    const inside = new Set(model.layers);
    for (const layer of made) if (layer !== undefined && !inside.has(layer)) layer.dispose();
    return model;
  } catch (error) {
    for (const layer of made) layer?.dispose();
    throw error;
  }
}

function nameOf(layer: LayerDescription | Topology): string {
  const name = 'layers' in layer ? layer.name : layer.config['name'];
  return typeof name === 'string' ? name : '';
}

/** The class of a model: that of the library, or a class that extends it. */
function classOf(topology: Topology, { type }: BuildContext): typeof Model {
  const { className } = topology;
  if (type !== undefined) return type;
  if (FUNCTIONAL.includes(className)) return Model;
  const found: unknown = layerRegistry.find(namedIn(topology));
  const { prototype } = (found ?? {}) as { readonly prototype?: unknown };
  if (prototype instanceof Model) return found as typeof Model;
  throw new ValueError(
    `Unknown class of a model: ${describeValue(fullNameOf(namedIn(topology)))}. A class that extends models.Model is made known with ` +
      `layers.registerLayer(Class) or utils.registerKerasSerializable('package')(Class).`,
  );
}

/** Calls an operation as Keras does. */
function callOperation(
  { module, class_name: className, config }: LayerDescription,
  known: OperationLayer | undefined,
  args: readonly unknown[],
  kwargs: Config,
): OperationLayer {
  const name = typeof config['name'] === 'string' ? config['name'] : undefined;
  const owner = `operation '${name ?? className}'`;
  const operationFromConfig = graphFunction(owner, 'operationFromConfig');
  const operationName = graphFunction(owner, 'operationName');
  const call = operationFromConfig(module ?? '', className, config)({ args, kwargs });
  const layer =
    known ?? new OperationLayer(call.operation, operationName(call.operation) ?? className, name);
  const constants = flattenNest(call.args, isTensor);
  layer.own(constants);
  return orDispose([layer], () => {
    layer.applySymbolic(call.args);
    return layer;
  });
}

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Calls a layer as Keras does, the named arguments in our spelling. What is null was left out. */
function callLayer(layer: AnyLayer, args: readonly unknown[], kwargs: Config): void {
  const { callArguments, inputArguments } = layer;
  const isGiven = (value: unknown): boolean => value !== null;
  const given = Object.entries(kwargs).filter(([, value]) => isGiven(value));
  // Keras takes the input by its name, too.
  const take = (name?: string): unknown => {
    const index = name === undefined ? 0 : given.findIndex(([key]) => key === name);
    return index === -1 ? undefined : given.splice(index, 1)[0]?.[1];
  };
  const count = inputArguments?.length ?? 1;
  const input =
    inputArguments === undefined
      ? args.length > 0
        ? args[0]
        : take()
      : inputArguments
          .map((name, i) => args[i] ?? take(name))
          .filter((value) => value !== undefined && isGiven(value));
  const more = args.slice(count);
  if (more.length > callArguments.length) {
    throw new ValueError(
      `the file calls the layer with ${args.length} arguments, but it takes ${count + callArguments.length}.`,
    );
  }
  const named = [
    ...more
      .map((value, i) => [callArguments[i] ?? '', value] as const)
      .filter(([, value]) => isGiven(value)),
    ...given.map(([key, value]) => [camelCase(key), value] as const),
  ];
  const decode = (value: unknown): unknown => {
    const decoded = decodeOperand(`layer '${layer.name}'`, value);
    flattenNest(decoded, isTensor).forEach(keep);
    return decoded;
  };
  layer.apply(decode(input), Object.fromEntries(named.map(([key, value]) => [key, decode(value)])));
}
