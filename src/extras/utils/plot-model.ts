import { checkBoolean, checkOptions, mapNest, oneOf, requireObject } from '../../config/index.js';
import { describeValue, printable } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import type { GraphLayer, GraphNode } from '../../nn/layers/core/symbolic-tensor.js';
import type { AnyLayer, Layer } from '../../nn/layers/core/layer.js';
import { OperationLayer } from '../../nn/layers/operation-layer.js';
import { formatShapes, isChain, isSymbolic } from '../../nn/layers/core/symbolic-tensor.js';

/** The part of a model that its plot needs. */
export interface Plottable {
  /** The name of the model. */
  readonly name: string;
  /** The layers, in order. */
  readonly layers: readonly AnyLayer[];
  /** The calls of the layers; without them the layers stand one after the other. @internal */
  readonly graph?: { readonly nodes: readonly GraphNode[] } | undefined;
}

/** Options of `plotModel`. */
export interface PlotModelOptions {
  /** Whether to show the shapes of inputs and outputs. Default false. */
  readonly showShapes?: boolean;
  /** Whether to show dtypes. Default false. */
  readonly showDtype?: boolean;
  /** Whether to show names next to the classes. Default false. */
  readonly showLayerNames?: boolean;
  /** Whether to show the activations of layers that have one. Default false. */
  readonly showLayerActivations?: boolean;
  /** Whether to show which layers are trainable. Default false. */
  readonly showTrainable?: boolean;
  /** The direction: `'TB'` from top to bottom, or `'LR'` from left to right. Default `'TB'`. */
  readonly rankdir?: 'TB' | 'LR';
}

const FLAGS = [
  'showShapes',
  'showDtype',
  'showLayerNames',
  'showLayerActivations',
  'showTrainable',
] as const;

type Flags = Readonly<Record<(typeof FLAGS)[number], boolean>>;

/**
 * Draws a model's layers and their connections, and returns the text of an SVG file. A layer that is called several times
 * has one box. Keras: `plot_model`.
 *
 * @throws ValueError for an option that is unknown or out of range.
 * @example document.body.innerHTML = await utils.plotModel(model, { showShapes: true });
 */
export async function plotModel(model: Plottable, options: PlotModelOptions = {}): Promise<string> {
  checkOptions('plotModel', options, [...FLAGS, 'rankdir']);
  const flags = Object.fromEntries(
    FLAGS.map((name) => [name, checkBoolean('plotModel', name, options[name] ?? false)]),
  ) as Flags;
  if (!Array.isArray(requireObject('plotModel', 'model', model).layers)) {
    throw new ValueError(`plotModel: expected a model, got ${describeValue(model)}.`);
  }
  const rankdir = oneOf('plotModel', 'rankdir', options.rankdir ?? 'TB', ['TB', 'LR']);
  const { name, layers } = model;
  const nodes = model.graph?.nodes ?? [];
  const { boxOf, drawChain, drawGraph, SIZE } = await import('./picture.js');
  const boxes = layers.map((layer) =>
    boxOf(linesOf(layer, flags, nodes).map((line) => printable(line))),
  );
  const title = printable(name);
  if (isChain(nodes)) return drawChain(title, boxes, rankdir === 'TB');
  const { layoutGraph } = await import('./graph-layout.js');
  return drawGraph(title, boxes, layoutGraph(boxes, connectionsOf(layers, nodes), rankdir, SIZE));
}

/** Which layer gives to which, by their positions, each pair once. */
function connectionsOf(
  layers: readonly AnyLayer[],
  nodes: readonly GraphNode[],
): (readonly [from: number, to: number])[] {
  const indices = new Map<GraphLayer, number>(layers.map((layer, i) => [layer, i]));
  const pairs = new Map<string, readonly [number, number]>();
  for (const { layer, inputs } of nodes) {
    for (const { node } of inputs) {
      const [from, to] = [indices.get(node.layer), indices.get(layer)];
      if (from !== undefined && to !== undefined) pairs.set(`${from}-${to}`, [from, to]);
    }
  }
  return [...pairs.values()];
}

/** What stands in the box of a layer. */
function linesOf(layer: AnyLayer, flags: Flags, nodes: readonly GraphNode[]): string[] {
  const { className, name } = layer.constructor as typeof Layer;
  const isNamed = Object.hasOwn(layer.constructor, 'className');
  const type = layer instanceof OperationLayer ? layer.operationName : isNamed ? className : name;
  const node = nodes.findLast((call) => call.layer === layer);
  const lines = [flags.showLayerNames ? `${layer.name} (${type})` : type];
  if (flags.showLayerActivations && 'activation' in layer) {
    lines.push(`Activation: ${nameOfActivation(layer.getConfig()['activation'])}`);
  }
  if (flags.showShapes) {
    const given: unknown = node?.given === undefined ? layer.inputShape : node.given;
    lines.push(`Input shape: ${shapeText(given)}`);
    lines.push(`Output shape: ${shapeText(node === undefined ? layer.outputShape : node.output)}`);
  }
  if (flags.showDtype) lines.push(`Output dtype: ${node?.outputs[0]?.dtype ?? layer.dtype}`);
  if (flags.showTrainable) lines.push(`Trainable: ${layer.trainable}`);
  return lines;
}

function nameOfActivation(config: unknown): string {
  if (typeof config === 'string') return config;
  const named = config as { readonly class_name?: unknown } | null | undefined;
  return typeof named?.class_name === 'string' ? named.class_name : 'linear';
}

/** Shapes, or those of symbolic tensors. */
function shapeText(shapes: unknown): string {
  if (shapes === undefined) return '?';
  const known = mapNest(shapes, isSymbolic, ({ shape }) => shape);
  return formatShapes(known);
}
